import type { CodeList, ExplanationTexts, PathwayDefinition } from '../model/definition.js';
import type { AttendanceFact, PatientFact, ReferralFact, StandingFact, SuspicionFact } from '../model/facts.js';
import type { Derivation, FactOutcome } from '../model/pathway.js';
import { placeAttendance } from './attendances.js';
import { closingOf, deathsOf } from './closings.js';
import type { Person } from './completeness.js';
import { describePathways } from './describe.js';
import { layCourse } from './lay-course.js';
import { outcomesOf } from './outcomes.js';
import { newestOf, versionsByCode } from './versions.js';
import { startAnswerOf, startOf, type Start } from './starts.js';

export interface DeriveInput {
  /** The standing facts of one patient, in any order: the order decides nothing. */
  readonly facts: readonly StandingFact[];
  /** Facts about the person alone: whether and when they died. */
  readonly people?: readonly StandingFact<PatientFact>[];
  readonly person: Person;
  /** Ids of ours that an EPR may use as `pathwayId`, with the starts that ever belonged to each. */
  readonly startsOfOurId: ReadonlyMap<string, readonly string[]>;
  /** Definitions of all pathways, each in all its versions. */
  readonly definitions: readonly PathwayDefinition[];
  readonly codes: CodeList;
  readonly texts: ExplanationTexts;
}

/**
 * All pathways of one patient, anew from all standing facts: registrations, deadlines, findings, duties, questions to people, and
 * why. Pure; the same facts in any order give the same result. Rules: CONTRACT 4, numbered there.
 */
export function derive(input: DeriveInput): Derivation {
  const facts = [...input.facts].sort((a, b) => (a.key < b.key ? -1 : 1));
  return joined(versionsByCode(input.definitions).map((versions) => deriveOne({ ...input, facts }, versions)));
}

/** The pathways of one code: which version of its definition counts is decided by the day a pathway started. */
function deriveOne(input: DeriveInput, versions: readonly PathwayDefinition[]): Derivation {
  const definition = newestOf(versions);
  const starts = startsAmong(input, definition);
  const closings = input.facts.map((standing) => closingOf(standing, definition)).filter((each) => each !== undefined);
  const referrals = new Map(
    input.facts
      .filter(({ fact }) => fact.kind === 'referral')
      .map(({ key, source, fact }) => [referralName(source, fact.businessId), key]),
  );
  const course = layCourse(starts, closings, deathsOf([...input.facts, ...(input.people ?? [])]), {
    startsOfOurId: input.startsOfOurId,
    referralKeys: new Set(referrals.values()),
    referralKeyOf: (source, businessId) => referrals.get(referralName(source, businessId)) ?? '',
  });
  const attendances = input.facts.filter(isAttendance).map((standing) => placeAttendance(course, standing));
  const pathways = describePathways({ ...input, course, attendances, versions });
  return { pathways, ...outcomesOf({ ...input, course, attendances, definition }) };
}

/** A referral is named by its source and id, whatever kind of object its key says that it is a version of. */
function referralName(source: string, businessId: string): string {
  return JSON.stringify([source, businessId]);
}

/** With several pathways, what one of them used had an effect, and what one of them asks about waits. */
function joined(derivations: readonly Derivation[]): Derivation {
  const [only] = derivations;
  if (only !== undefined && derivations.length === 1) return only;
  const rank = ({ effect }: FactOutcome) => ['used', 'waits', 'no-effect'].indexOf(effect);
  const outcomes = new Map<string, FactOutcome>();
  for (const outcome of derivations.flatMap((each) => each.outcomes)) {
    const before = outcomes.get(outcome.factKey);
    if (before === undefined || rank(outcome) < rank(before)) outcomes.set(outcome.factKey, outcome);
  }
  return {
    pathways: derivations.flatMap(({ pathways }) => pathways),
    outcomes: [...outcomes.values()],
    questions: derivations
      .flatMap(({ questions }) => questions)
      .filter(({ factKey }) => outcomes.get(factKey)?.effect === 'waits'),
  };
}

function startsAmong({ facts }: DeriveInput, definition: PathwayDefinition): Start[] {
  return facts.flatMap((standing) => {
    if (!mayStart(standing)) return [];
    const answer = startAnswerOf(standing.fact, definition);
    return answer !== undefined && 'start' in answer ? [startOf(standing, answer.start)] : [];
  });
}

function mayStart(standing: StandingFact): standing is StandingFact<ReferralFact | SuspicionFact> {
  const { fact } = standing;
  return fact.status === 'active' && (fact.kind === 'referral' || fact.kind === 'suspicion');
}

function isAttendance(standing: StandingFact): standing is StandingFact<AttendanceFact> {
  return standing.fact.status === 'active' && standing.fact.kind === 'attendance';
}
