import type { Day } from '../support/dates.js';
import type { PathwayDefinition } from '../model/definition.js';
import type { ActiveFact, ReferralFact, StandingFact, SuspicionFact } from '../model/facts.js';
import { organizationKeyOf } from './organizations.js';
import type { RuleId } from './explain.js';

/** A fact that starts a pathway or joins one, with the day it counts from. */
export interface Start {
  readonly key: string;
  readonly source: string;
  readonly messageId: string;
  readonly acceptedSeq: number;
  readonly on: Day;
  readonly organizationKey: string;
  readonly onward: boolean;
  readonly pathwayId?: string;
  readonly rule: RuleId;
  readonly fact: ReferralFact | SuspicionFact;
}

type StartAnswer =
  | { readonly start: RuleId; readonly question?: 'assessed-none' }
  | { readonly question: 'unspecified-mark' }
  | { readonly noEffect: RuleId };

/** Is this standing fact a start, a question, or neither? Undefined: it is another kind of fact. CONTRACT 4, rules 1 and 2. */
export function startAnswerOf(fact: ActiveFact, definition: PathwayDefinition): StartAnswer | undefined {
  if (fact.kind === 'suspicion') {
    return fact.pathway === definition.code
      ? { start: 'start-suspicion' }
      : { noEffect: 'suspicion-of-another-pathway' };
  }
  return fact.kind === 'referral' ? referralAnswer(fact, definition.code) : undefined;
}

function referralAnswer(referral: ReferralFact, code: string): StartAnswer {
  if (referral.purpose === 'examination' || referral.purpose === 'advice')
    return { noEffect: 'purpose-without-pathway' };
  const marked = referral.mark === code;
  const assessed = referral.assessment?.pathway;
  if (assessed === code) return { start: 'start-assessed' };
  if (assessed !== undefined) {
    return marked ? { start: 'start-marked', question: 'assessed-none' } : { noEffect: 'referral-of-another-pathway' };
  }
  if (marked) return { start: 'start-marked' };
  if (carriesEarlierStart(referral, code)) return { start: 'start-carried' };
  if (referral.mark === 'unspecified') return { question: 'unspecified-mark' };
  return { noEffect: referral.mark === undefined ? 'referral-not-marked' : 'referral-of-another-pathway' };
}

/** An onward referral that carries the pathway's start from elsewhere continues it, whatever its own mark says. */
function carriesEarlierStart(referral: ReferralFact, code: string): boolean {
  if (referral.purpose !== 'onward') return false;
  return (referral.earlier ?? []).some(
    (carried) =>
      (carried.code === `${code}A` || carried.code === `${code}AA`) &&
      (carried.on === undefined || carried.on <= referral.receivedOn),
  );
}

export function startOf(standing: StandingFact<ReferralFact | SuspicionFact>, rule: RuleId): Start {
  const { fact } = standing;
  return {
    key: standing.key,
    source: standing.source,
    messageId: standing.messageId,
    acceptedSeq: standing.acceptedSeq,
    on: fact.kind === 'referral' ? fact.receivedOn : fact.documentedOn,
    organizationKey: organizationKeyOf(fact.organization),
    onward: fact.kind === 'referral' && fact.purpose === 'onward',
    ...(fact.pathwayId === undefined ? {} : { pathwayId: fact.pathwayId }),
    rule,
    fact,
  };
}

/** One order for any order of arrival: by day, then referrals before suspicions, then by source and id. */
export function compareStarts(a: Start, b: Start): number {
  return compare(a.on, b.on) || kindRank(a) - kindRank(b) || compare(a.key, b.key);
}

function kindRank({ fact }: Start): number {
  return fact.kind === 'referral' ? 0 : 1;
}

function compare(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}
