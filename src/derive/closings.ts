import type { Day } from '../support/dates.js';
import type { PathwayDefinition } from '../model/definition.js';
import type {
  AbortFact,
  ActiveFact,
  DecisionFact,
  PathwayFact,
  PatientFact,
  StandingFact,
  TransferFact,
} from '../model/facts.js';
import { organizationKeyOf } from './organizations.js';
import type { RuleId } from './explain.js';

/** A fact that would end an episode: a transfer of responsibility, a decision, an abort, or the patient's death. */
export interface Closing {
  readonly key: string;
  readonly source: string;
  readonly messageId: string;
  readonly on: Day;
  readonly event: 'O' | 'C' | 'X';
  /** What follows the event's letter in the code: the outcome of a decision. */
  readonly suffix: string;
  /** The lower goes before, on one day: C before O before X, and K, U, A, I among decisions. */
  readonly rank: number;
  readonly rule: RuleId;
  readonly organizationKey: string;
  readonly ids: FactIds;
  readonly saysPathway: boolean;
  /** The organisation a transfer goes to. */
  readonly toKey?: string;
  /** A death ends what is open and otherwise does nothing. */
  readonly death: boolean;
}

/** How a fact that is no start names its pathway. */
export interface FactIds {
  readonly source: string;
  readonly pathwayId?: string;
  readonly referralId?: string;
}

export function idsOf(source: string, fact: { pathwayId?: string; referralId?: string }): FactIds {
  return {
    source,
    ...(fact.pathwayId === undefined ? {} : { pathwayId: fact.pathwayId }),
    ...(fact.referralId === undefined ? {} : { referralId: fact.referralId }),
  };
}

const ABORT_RANK = 200;

/** The closing a fact would be; undefined: it is none (another pathway, no responsibility, an abort without a valid reason). */
export function closingOf(standing: StandingFact, definition: PathwayDefinition): Closing | undefined {
  const { fact } = standing;
  if (fact.status === 'withdrawn' || !isClosingKind(fact)) return undefined;
  if (fact.pathway !== undefined && fact.pathway !== definition.code) return undefined;
  const shape = shapeOf(fact, definition);
  if (shape === undefined) return undefined;
  return {
    key: standing.key,
    source: standing.source,
    messageId: standing.messageId,
    organizationKey: organizationKeyOf(fact.organization),
    ids: idsOf(standing.source, fact),
    saysPathway: fact.pathway !== undefined,
    death: false,
    ...shape,
  };
}

type ClosingFact = TransferFact | DecisionFact | AbortFact;
type Shape = Pick<Closing, 'on' | 'event' | 'suffix' | 'rank' | 'rule' | 'toKey'>;

export function isClosingKind(fact: ActiveFact): fact is ClosingFact {
  return fact.kind === 'transfer' || fact.kind === 'decision' || fact.kind === 'abort';
}

function shapeOf(fact: ClosingFact, definition: PathwayDefinition): Shape | undefined {
  if (fact.kind === 'decision') {
    const rank = definition.outcomes.findIndex(({ outcome }) => outcome === fact.outcome);
    const suffix = definition.outcomes[rank]?.suffix;
    if (suffix === undefined) return undefined;
    return { on: fact.decidedOn, event: 'C', suffix, rank, rule: 'clinical-decision' };
  }
  if (fact.kind === 'transfer') {
    if (fact.scope !== 'responsibility' || staysAtHospital(fact)) return undefined;
    const toKey = organizationKeyOf(fact.to);
    return { on: fact.sentOn, event: 'O', suffix: '', rank: ABORT_RANK / 2, rule: 'transfer-of-responsibility', toKey };
  }
  if (fact.reason === 'other') return undefined;
  return { on: fact.decidedOn, event: 'X', suffix: '', rank: ABORT_RANK, rule: 'abort' };
}

/** Responsibility moves to another hospital (HF), or does not move (national text, C01O): units of one are one. */
export function staysAtHospital({ organization, to }: TransferFact): boolean {
  return organizationKeyOf(organization) === organizationKeyOf(to);
}

/** The days on which standing facts say that the patient died, as closings of everything open then. CONTRACT 4, rule 10. */
export function deathsOf(facts: readonly StandingFact<PathwayFact | PatientFact>[]): readonly Closing[] {
  const byDay = new Map<Day, Closing>();
  for (const standing of facts) {
    const on = standing.fact.patient.deceasedOn;
    if (on === undefined || standing.fact.status === 'withdrawn') continue;
    const known = byDay.get(on);
    if (known === undefined || standing.key < known.key) byDay.set(on, deathFrom(standing, on));
  }
  return [...byDay.values()];
}

function deathFrom({ key, source, messageId, fact }: StandingFact<PathwayFact | PatientFact>, on: Day): Closing {
  return {
    key,
    source,
    messageId,
    on,
    event: 'X',
    suffix: '',
    rank: ABORT_RANK + 1,
    rule: 'death',
    organizationKey: 'organization' in fact ? organizationKeyOf(fact.organization) : '',
    ids: { source },
    saysPathway: true,
    death: true,
  };
}

/** Which of two closings counts: the earlier day, then the lower rank, then source and id, so that arrival decides nothing. */
export function compareClosings(a: Closing, b: Closing): number {
  if (a.on !== b.on) return a.on < b.on ? -1 : 1;
  if (a.rank !== b.rank) return a.rank - b.rank;
  if (a.key === b.key) return 0;
  return a.key < b.key ? -1 : 1;
}
