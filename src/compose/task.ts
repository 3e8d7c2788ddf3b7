import type { Reference, Task } from 'fhir/r4.js';
import { IDENTIFIERS } from '../model/canonical.js';
import type { OrganizationStatement } from '../model/facts.js';
import type { Composition } from './composition.js';
import { concept, SYSTEMS } from './terms.js';

/** What differs between Tasks; the rest is the same for all. */
export interface TaskContent {
  readonly key: string;
  readonly code:
    'first-attendance' | 'clinical-decision' | 'deadline-warning' | 'triage' | 'registration-finding' | 'follow-up';
  readonly description: string;
  readonly status: 'ready' | 'completed' | 'cancelled';
  readonly ended?: 'superseded' | 'deadline-ended' | 'no-longer-applies';
  readonly focus: Reference;
  /** Absent: nobody knows yet whose it is. */
  readonly owner?: Reference;
  readonly pathwayId?: string;
  readonly dueOn?: string;
  readonly more?: Partial<Task>;
  readonly messageIds: readonly string[];
  readonly factKey?: string;
  /** Nobody knows yet whom it is about. */
  readonly isAboutNobody?: boolean;
}

export function composeTask(composition: Composition, task: TaskContent): void {
  const key = taskKeyOf(task.key);
  const content: Task = {
    resourceType: 'Task',
    identifier: [{ system: IDENTIFIERS.task, value: task.key }],
    ...(task.pathwayId === undefined
      ? {}
      : { groupIdentifier: { system: IDENTIFIERS.pathway, value: task.pathwayId } }),
    status: task.status,
    ...(task.ended === undefined ? {} : { statusReason: concept(SYSTEMS.taskEnd, task.ended) }),
    intent: 'order',
    code: concept(SYSTEMS.task, task.code),
    description: task.description,
    focus: task.focus,
    ...(task.isAboutNobody === true || composition.patientIsUnclear ? {} : { for: composition.patientReference() }),
    authoredOn: composition.known(key)?.firstWantedAt ?? composition.input.at,
    ...(task.owner === undefined ? {} : { owner: task.owner }),
    ...(task.dueOn === undefined ? {} : { restriction: { period: { end: task.dueOn } } }),
    ...task.more,
  };
  composition.add(key, 'Task', composition.idOf(key), content, task.messageIds, task.factKey);
}

export function taskKeyOf(key: string): string {
  return `Task|${key}`;
}

/** The unit's worklist, where the source names a unit, else the organisation's. */
export function ownerOf(
  composition: Composition,
  organization: OrganizationStatement,
  unit?: OrganizationStatement,
): Reference {
  if (unit === undefined) return composition.organizationReference(organization);
  const { identifier, name } = unit;
  return { type: 'Organization', identifier: { ...identifier }, ...(name === undefined ? {} : { display: name }) };
}

/** Tasks posted before whose cause is gone: cancelled, and taken up again when it returns. */
export function composeFormerTasks(composition: Composition): void {
  const wanted = new Set(composition.wanted.map(({ key }) => key));
  for (const { key, type, id, wanted: content } of composition.input.record.resources.values()) {
    if (type !== 'Task' || wanted.has(key)) continue;
    const task: Task = {
      ...(content as Task),
      status: 'cancelled',
      statusReason: concept(SYSTEMS.taskEnd, 'no-longer-applies'),
    };
    composition.add(key, type, id, task, []);
  }
}
