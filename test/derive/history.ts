import { inject } from './inject.js';
import { derive } from '../../src/derive/derive.js';
import { factOf } from '../../src/map/fact-of.js';
import { factKeyOf, type FactKind, type PathwayFact, type StandingFact } from '../../src/model/facts.js';
import type { Derivation } from '../../src/model/pathway.js';

/** Organisations of the stories: the hospital of the referral, the one it is handed to, and a diagnostic centre. */
const ORGANIZATIONS = { hf1: '983975240', hf2: '993467049', centre: '974589095' } as const;
export type At = keyof typeof ORGANIZATIONS;

export const mappings = inject();
const SYSTEM = 'urn:oid:2.16.578.1.12.4.1.4.101';

export function organization(at: At) {
  return { identifier: { system: SYSTEM, value: ORGANIZATIONS[at] } };
}

type Said = Readonly<Record<string, unknown>> & { readonly id: string; readonly at?: At; readonly source?: string };

/** One event of a story, in the words of the canonical events; `at` is `hf1` unless said. */
export interface StoryEvent {
  readonly kind: FactKind;
  readonly said: Said;
}

const event =
  (kind: FactKind) =>
  (said: Said): StoryEvent => ({ kind, said });

export const referral = event('referral');
export const suspicion = event('suspicion');
export const transfer = event('transfer');
export const abort = event('abort');
export const decision = event('decision');

/** An attendance for work-up that was held as an outpatient, unless said otherwise. */
export const attendance = (said: Said): StoryEvent => ({
  kind: 'attendance',
  said: { state: 'finished', form: 'outpatient', purpose: 'workup', ...said },
});

export interface Person {
  readonly birthDate?: string;
  readonly gender?: string;
}

export function standingOf({ kind, said }: StoryEvent, index = 0): StandingFact {
  const { at = 'hf1', source = 'urn:epr', patient, to, ...data } = said;
  const complete = {
    version: 1,
    ...data,
    patient: { identifier: [{ system: 'urn:test', value: 'p' }], ...(patient as object | undefined) },
    organization: organization(at),
    ...(to === undefined ? {} : { to: organization(to as At) }),
  };
  const key = factKeyOf({ source, kind, businessId: said.id });
  return {
    key,
    source,
    messageId: `message of ${said.id}`,
    acceptedSeq: index + 1,
    fact: factOf(kind, complete) as PathwayFact,
  };
}

export function derived(events: readonly StoryEvent[], person: Person = { birthDate: '1957-05-17' }): Derivation {
  return derivedFrom(
    events.map((each, index) => standingOf(each, index)),
    person,
  );
}

export function derivedFrom(facts: readonly StandingFact[], person: Person = { birthDate: '1957-05-17' }): Derivation {
  return derive({ ...mappings, facts, person, startsOfOurId: new Map() });
}

/** Episodes in short: where, status, codes, deadlines, findings. */
export function episodesOf({ pathways }: Derivation): string[] {
  return pathways
    .flatMap(({ episodes }) => episodes)
    .map(({ organization: { identifier }, status, registrations, deadlines, findings }) => {
      const at =
        Object.entries(ORGANIZATIONS).find(([, number]) => number === identifier.value)?.[0] ?? identifier.value;
      const codes = registrations.map(
        ({ code, on, premiss }) => `${code}${premiss === undefined ? '' : `+${premiss}`} ${on}`,
      );
      const due = deadlines.map(
        ({ kind, dueOn, metOn, endedOn }) =>
          `${kind} ${dueOn} ${metOn !== undefined ? `met ${metOn}` : endedOn !== undefined ? `ended ${endedOn}` : 'open'}`,
      );
      return [`${at} ${status}`, codes.join(', '), due.join(', '), ...findings.map(({ code }) => code)].join(' | ');
    })
    .sort();
}

export function registrationsOf(derivation: Derivation): string[] {
  return derivation.pathways
    .flatMap(({ episodes }) => episodes)
    .flatMap(({ registrations }) => registrations.map(({ code, on }) => `${code} ${on}`));
}

export function findingsOf(derivation: Derivation): string[] {
  return derivation.pathways
    .flatMap(({ episodes }) => episodes)
    .flatMap(({ findings }) => findings.map(({ code }) => code));
}

export function questionsOf({ questions }: Derivation): string[] {
  return questions.map(({ reason }) => reason).sort();
}
