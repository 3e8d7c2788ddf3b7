import type { Task } from 'fhir/r4.js';
import { addedSince, put, sideOf, type Bases, type Elements } from './elements.js';

/** What says why and how a status was reached: a person's with the person's status. */
const WITH_STATUS = ['status', 'statusReason', 'output'] as const;
/** A person's as soon as it is no longer as we left it. */
const EACH_BY_ITSELF = ['owner', 'businessStatus', 'executionPeriod'] as const;

/**
 * A Task is people's too (CONTRACT 5): a status that a person set stays, with its reason and output; the owner, once they changed
 * it; the note always. Output that a person added stays beside ours, also while the status is ours. The rest is ours.
 */
export function mergeTask(wanted: Task, current: Task, known: readonly Task[]): { content: Task; remembered: Task } {
  const bases: readonly Task[] = known.length > 0 ? known : [guessBase(wanted, current)];
  const theirs: Elements = { ...current };
  const content: Record<string, unknown> = { ...wanted };
  const remembered: Record<string, unknown> = { ...wanted };
  const side = (element: string) => sideOf(element, theirs, bases as unknown as Bases);
  const leave = (element: string) => {
    put(content, element, theirs[element]);
    put(remembered, element, side(element).before);
  };
  if (side('status').isTheirs) WITH_STATUS.forEach(leave);
  else {
    addOutput(content, wanted, current, bases);
    // A reason goes with its status: once ours moves on, so does its reason.
    if (wanted.status === current.status && side('statusReason').isTheirs) leave('statusReason');
  }
  for (const element of EACH_BY_ITSELF) if (side(element).isTheirs) leave(element);
  put(content, 'note', theirs['note']);
  return { content: content as unknown as Task, remembered: remembered as unknown as Task };
}

function addOutput(content: Record<string, unknown>, wanted: Task, current: Task, bases: readonly Task[]): void {
  const ours = wanted.output ?? [];
  const before = bases.flatMap(({ output = [] }) => output);
  const added = addedSince(current.output, [...before, ...ours]);
  if (added.length > 0) content['output'] = [...ours, ...added];
}

/**
 * What we gave a Task of which we know nothing. First version: what stands is what we sent. Later: somebody wrote since, and what
 * differs from what is wanted may be theirs, so it is left to them, but for `ready`: every Task of ours begins with it, and it
 * is nobody's answer, while a milestone or a warning that stayed open for ever would mislead.
 */
function guessBase(wanted: Task, current: Task): Task {
  if (current.meta?.versionId === '1') return current;
  return current.status === 'ready' ? { ...wanted, status: 'ready' } : wanted;
}
