import { IDENTIFIERS, ownCodeSystem } from '../model/canonical.js';
import type { AnswerFact } from '../model/facts.js';
import type { InboundResource } from '../model/fhir-content.js';
import { identifiersIn } from './place-of.js';

const OUTPUT = ownCodeSystem('pathway-task-output');

/** The answers a person can put on a Task, by the code of the output's type. CONTRACT 5. */
const OUTPUTS = {
  outcome: 'outcome',
  'decided-on': 'decidedOn',
  'attended-on': 'attendedOn',
  'organ-pathway': 'organPathway',
  place: 'place',
  'assessed-pathway': 'assessedPathway',
  'pathway-id': 'pathwayId',
  'abort-reason': 'abortReason',
} as const;

/** The national list that an answer is a code of: an EPR may put its own code beside. */
const SERIES: Readonly<Record<string, string>> = {
  outcome: 'urn:oid:2.16.578.1.12.4.1.1.8480',
  'organ-pathway': 'urn:oid:2.16.578.1.12.4.1.1.9173',
  'assessed-pathway': 'urn:oid:2.16.578.1.12.4.1.1.9173',
};

/** Is it a Task of this service (any installation's)? */
export function isOwnTask(resource: InboundResource): boolean {
  return resource.resourceType === 'Task' && identifiersIn(resource).some(({ system }) => system === IDENTIFIERS.task);
}

/** What a completed Task of ours says; undefined: it is not completed, or says nothing. */
export function answerOn(task: InboundResource): AnswerFact['says'] | undefined {
  if (task['status'] !== 'completed') return undefined;
  const outputs: unknown[] = Array.isArray(task['output']) ? task['output'] : [];
  const says = Object.fromEntries(outputs.flatMap(saidBy));
  if (Object.keys(says).length === 0) return undefined;
  const { end } = Object(task['executionPeriod']) as { end?: unknown };
  return { ...says, ...(typeof end === 'string' ? { endedAt: end } : {}) };
}

function saidBy(output: unknown): [string, string][] {
  const { type, ...values } = Object(output) as Record<string, unknown>;
  const said = codeOf(type, OUTPUT) ?? '';
  const name = Object.hasOwn(OUTPUTS, said) ? OUTPUTS[said as keyof typeof OUTPUTS] : undefined;
  const value = Object.entries(values).find(([element]) => element.startsWith('value'))?.[1];
  const text = typeof value === 'object' ? (codeOf(value, SERIES[said]) ?? codeOf(value) ?? referenceId(value)) : value;
  return name === undefined || typeof text !== 'string' || text === '' ? [] : [[name, text]];
}

/** The code of a Coding or a CodeableConcept; of a system, where one is asked for. */
function codeOf(value: unknown, system?: string): string | undefined {
  const { coding, code } = Object(value) as { coding?: unknown; code?: unknown };
  if (typeof code === 'string') return code;
  const codings = (Array.isArray(coding) ? coding : []) as { system?: unknown; code?: unknown }[];
  const found = codings.find((each) => system === undefined || each.system === system)?.code;
  return typeof found === 'string' ? found : undefined;
}

/** An id may also be given as an Identifier. */
function referenceId(value: unknown): string | undefined {
  const { value: id } = Object(value) as { value?: unknown };
  return typeof id === 'string' ? id : undefined;
}
