import type { ExplanationTexts, PathwayDefinition } from '../model/definition.js';
import type { AbortFact, ActiveFact, DecisionFact, StandingFact, TransferFact } from '../model/facts.js';
import type { FactOutcome, Question } from '../model/pathway.js';
import type { PlacedAttendance } from './attendances.js';
import { idsOf, isClosingKind, staysAtHospital } from './closings.js';
import type { Course, Placement } from './course.js';
import { explain, textOf, type QuestionReason, type RuleId } from './explain.js';
import { organizationKeyOf } from './organizations.js';
import { startAnswerOf } from './starts.js';

export interface OutcomeInput {
  readonly facts: readonly StandingFact[];
  readonly course: Course;
  readonly attendances: readonly PlacedAttendance[];
  readonly definition: PathwayDefinition;
  readonly texts: ExplanationTexts;
}

/** What became of one fact: a rule that used it, a rule by which it has no effect, or a question; both when a start is asked about. */
interface Verdict {
  readonly rule: RuleId;
  readonly effect: 'used' | 'no-effect';
  readonly question?: QuestionReason;
}

/** What became of each standing fact, and the questions that only people can answer. CONTRACT 4, rules 2, 7, 9. */
export function outcomesOf(input: OutcomeInput): { outcomes: FactOutcome[]; questions: Question[] } {
  const outcomes: FactOutcome[] = [];
  const questions: Question[] = [];
  for (const standing of input.facts) {
    const { effect, rule, question } = verdictOf(standing, input);
    const { key, messageId } = standing;
    const explanation = explain(input.texts, question === undefined ? rule : 'waits', [standing]);
    outcomes.push({ factKey: key, effect: question === undefined ? effect : 'waits', explanation });
    if (question !== undefined) {
      questions.push({ factKey: key, messageId, reason: question, text: textOf(input.texts.questions, question) });
    }
  }
  return { outcomes, questions };
}

function verdictOf(standing: StandingFact, input: OutcomeInput): Verdict {
  const { fact } = standing;
  if (fact.status === 'withdrawn') return { rule: 'withdrawn', effect: 'no-effect' };
  if (fact.kind === 'attendance') return attendanceVerdict(standing.key, input);
  if (isClosingKind(fact)) return closingVerdict(standing, fact, input);
  return startVerdict(standing.key, fact, input);
}

function startVerdict(key: string, fact: ActiveFact, { definition, course }: OutcomeInput): Verdict {
  const answer = startAnswerOf(fact, definition);
  if (answer === undefined) return { rule: 'says-nothing-of-the-pathway', effect: 'no-effect' };
  if ('noEffect' in answer) return { rule: answer.noEffect, effect: 'no-effect' };
  if (!('start' in answer)) return { rule: 'waits', effect: 'no-effect', question: answer.question };
  const episode = course.episodes.find(({ starts }) => starts.some((start) => start.key === key));
  const asked = answer.question !== undefined && episode?.end === undefined;
  return { rule: answer.start, effect: 'used', ...(asked ? { question: 'assessed-none' } : {}) };
}

function attendanceVerdict(key: string, { attendances }: OutcomeInput): Verdict {
  const placed = attendances.find((attendance) => attendance.key === key);
  if (placed === undefined || placed.state === 'out') return { rule: 'attendance-left-out', effect: 'no-effect' };
  if (placed.placement.found === 'several') {
    return { rule: 'waits', effect: 'no-effect', question: 'several-pathways' };
  }
  if (placed.placement.found === 'unknown-id') return { rule: 'attendance-of-unknown-id', effect: 'no-effect' };
  if (placed.placement.found !== 'episode') return { rule: 'attendance-not-placed', effect: 'no-effect' };
  return { rule: placed.state === 'counted' ? 'counted-attendance' : 'booked-attendance', effect: 'used' };
}

type ClosingFact = TransferFact | DecisionFact | AbortFact;

function closingVerdict(standing: StandingFact, fact: ClosingFact, input: OutcomeInput): Verdict {
  const { definition, course } = input;
  if (fact.pathway !== undefined && fact.pathway !== definition.code) {
    return { rule: 'about-another-pathway', effect: 'no-effect' };
  }
  if (fact.kind === 'transfer' && fact.scope !== 'responsibility') {
    return { rule: 'scope-without-responsibility', effect: 'no-effect' };
  }
  if (fact.kind === 'transfer' && staysAtHospital(fact)) {
    return { rule: 'transfer-within-the-hospital', effect: 'no-effect' };
  }
  const placement = course.placements.get(standing.key) ?? placementNow(standing, fact, course);
  if (placement.found === 'episode') return usedClosing(standing.key, fact, placement);
  if (placement.found === 'several') return { rule: 'waits', effect: 'no-effect', question: 'several-pathways' };
  if (placement.found === 'referral-is-no-start') return { rule: 'referral-is-no-start', effect: 'no-effect' };
  const namesIt = fact.pathway !== undefined || fact.pathwayId !== undefined || fact.referralId !== undefined;
  if (!namesIt) return { rule: 'says-nothing-of-the-pathway', effect: 'no-effect' };
  return { rule: 'waits', effect: 'no-effect', question: 'no-pathway' };
}

/** An abort for `other` reasons ends nothing, and was not laid in: it is placed only to know whom to ask. */
function placementNow(standing: StandingFact, fact: ClosingFact, course: Course): Placement {
  const on = fact.kind === 'transfer' ? fact.sentOn : fact.decidedOn;
  const organizationKey = organizationKeyOf(fact.organization);
  return course.placementOf({ ids: idsOf(standing.source, fact), organizationKey, on }, true, 'all');
}

function usedClosing(key: string, fact: ClosingFact, placement: Extract<Placement, { found: 'episode' }>): Verdict {
  if (fact.kind === 'abort' && fact.reason === 'other') {
    return { rule: 'waits', effect: 'no-effect', question: 'abort-reason' };
  }
  if (placement.episode.end?.key !== key) return { rule: 'superfluous-closing', effect: 'used' };
  const rule =
    fact.kind === 'transfer' ? 'transfer-of-responsibility' : fact.kind === 'decision' ? 'clinical-decision' : 'abort';
  return { rule, effect: 'used' };
}
