import type { AnswerFact, ReferralFact, StandingFact } from '../model/facts.js';
import type { Derivation } from '../model/pathway.js';
import type { PatientRecord } from '../model/record.js';
import { dayOf, isWhen } from '../support/dates.js';
import { originOf } from './task-origin.js';

/** What a person answered to one question about one fact. */
export interface QuestionAnswer {
  readonly factKey: string;
  readonly reason: string;
  readonly says: AnswerFact['says'];
  /** The day of the answer itself. */
  readonly on: string;
}

/** The answers on triage Tasks. CONTRACT 5, `triage`. */
export function questionAnswers({
  answers,
  resources,
}: Pick<PatientRecord, 'answers' | 'resources'>): QuestionAnswer[] {
  return answers.flatMap(({ fact: { businessId, says, version } }) => {
    const origin = originOf(businessId, resources);
    if (origin?.kind !== 'question') return [];
    const at = typeof version === 'string' && isWhen(version) ? version : '1970-01-01';
    return [{ factKey: origin.factKey, reason: origin.reason, says, on: dayOf(at) }];
  });
}

export interface Answered {
  readonly facts: readonly StandingFact[];
  /** Facts that have no effect, since a person said so. */
  readonly dropped: readonly StandingFact[];
  /** Answers that counted. */
  readonly used: readonly QuestionAnswer[];
}

/**
 * The facts as people answered about them, where the EPR itself leaves the question open: its own later word wins. Answers about
 * what a referral is count by what the referral says; those about where something belongs only while it is asked (`asked`).
 */
export function withAnswers(
  facts: readonly StandingFact[],
  answers: readonly QuestionAnswer[],
  asked: Derivation['questions'],
): Answered {
  const used: QuestionAnswer[] = [];
  const patched = facts.flatMap((standing) => {
    let now: StandingFact | undefined = standing;
    for (const answer of answers.filter(({ factKey }) => factKey === standing.key)) {
      if (now === undefined) break;
      const isAsked = asked.some(({ factKey, reason }) => factKey === answer.factKey && reason === answer.reason);
      const after = answered(now, answer, isAsked);
      if (after === 'as-it-is') continue;
      used.push(answer);
      now = after;
    }
    return now === undefined ? [] : [now];
  });
  const kept = new Set(patched.map(({ key }) => key));
  return { facts: patched, dropped: facts.filter(({ key }) => !kept.has(key)), used };
}

/** Undefined: the fact has no effect any more. */
function answered(
  standing: StandingFact,
  { reason, says, on }: QuestionAnswer,
  asked: boolean,
): StandingFact | 'as-it-is' | undefined {
  const { fact } = standing;
  if (fact.status === 'withdrawn') return 'as-it-is';
  const { assessedPathway, pathwayId, abortReason } = says;
  if (fact.kind === 'referral') {
    if (assessedPathway === undefined || !leavesOpen(fact, reason)) return 'as-it-is';
    return { ...standing, fact: assessedBy(fact, assessedPathway, on) };
  }
  if (!asked) return 'as-it-is';
  if (reason === 'abort-reason' && fact.kind === 'abort') {
    if (abortReason === 'other') return undefined;
    if (abortReason !== 'patient-wish' && abortReason !== 'death') return 'as-it-is';
    return { ...standing, fact: { ...fact, reason: abortReason } };
  }
  const belongs = reason === 'no-pathway' || reason === 'several-pathways';
  return belongs && pathwayId !== undefined ? { ...standing, fact: { ...fact, pathwayId } } : 'as-it-is';
}

/** Does the EPR's newest word still raise the question? */
function leavesOpen({ mark, assessment }: ReferralFact, reason: string): boolean {
  if (reason === 'unspecified-mark') return mark === 'unspecified' && assessment === undefined;
  return reason === 'assessed-none' && assessment !== undefined && assessment.pathway !== mark;
}

/** Assessed as `none`, the mark does not start anything any more. */
function assessedBy(referral: ReferralFact, pathway: string, on: string): ReferralFact {
  const { mark, ...rest } = referral;
  const kept = mark === undefined || pathway === 'none' ? rest : { ...rest, mark };
  return { ...kept, assessment: { pathway, on } };
}
