import type { Task, TaskInput } from 'fhir/r4.js';
import { codesOf } from './parts.js';
import { SYSTEMS } from './systems.js';

/** The rules of profiles/fsh/tasks.fsh, each by the name it has there. */

export function keyOfTheKind({ identifier = [], code }: Task): boolean {
  const [kind] = codesOf(code, SYSTEMS.task);
  return kind !== undefined && identifier[0]?.value?.startsWith(`${kind}/`) === true;
}

export function reasonOfAnEnd({ statusReason, status }: Task): boolean {
  const hasOurs = statusReason?.coding?.some(({ system }) => system === SYSTEMS.taskEnd) === true;
  return !hasOurs || status === 'cancelled';
}

export function outcomeOfTheMilestone({ code, output = [] }: Task): boolean {
  const allowed = codesOf(code).includes('first-attendance') ? /^...S$/ : /^...(C.|X)$/;
  return output
    .filter((each) => isNamed(each, 'outcome'))
    .flatMap(({ valueCodeableConcept }) => codesOf(valueCodeableConcept, SYSTEMS.registration))
    .every((outcome) => allowed.test(outcome));
}

export function completedSaysWhat({ status, output = [] }: Task): boolean {
  return status !== 'completed' || output.length > 0;
}

export function priorityOfTheLevel({ priority, businessStatus }: Task): boolean {
  return priority === (codesOf(businessStatus).includes('overdue') ? 'asap' : 'urgent');
}

export function bookingOfTheAttendance({ businessStatus, reasonCode }: Task): boolean {
  return !codesOf(businessStatus).includes('booked-too-late') || codesOf(reasonCode).includes('first-attendance');
}

export function warnedOnce({ identifier = [], reasonCode, restriction }: Task): boolean {
  const [kind] = codesOf(reasonCode, SYSTEMS.deadlineKind);
  const dueOn = restriction?.period?.end;
  if (kind === undefined || dueOn === undefined) return false;
  return identifier[0]?.value?.includes(`/${kind}/${dueOn}/`) === true;
}

export function askedOfWhat({ reasonCode, focus, for: patient, input = [] }: Task): boolean {
  if (!codesOf(reasonCode).includes('unmapped-code')) return focus !== undefined;
  const isNamedBoth = ['pack', 'code'].every((name) => input.some((each) => isNamed(each, name)));
  return focus === undefined && patient === undefined && isNamedBoth;
}

function isNamed({ type }: Pick<TaskInput, 'type'>, name: string): boolean {
  return codesOf(type).includes(name);
}
