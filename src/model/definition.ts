import type { Day } from '../support/dates.js';

export interface BilingualText {
  readonly nb: string;
  readonly en: string;
}

export type DeadlineKind = 'first-attendance' | 'workup' | 'pathway';
export type MilestoneKind = 'first-attendance' | 'clinical-decision';
export type EventLetter = 'A' | 'S' | 'O' | 'C' | 'X';

export interface DeadlineDefinition {
  readonly kind: DeadlineKind;
  readonly from: 'A' | 'S';
  readonly metBy: 'S' | 'C';
  readonly days: number;
  readonly milestone: MilestoneKind;
  /** Days before the due day on which a warning that it comes near is posted. */
  readonly approachingDays: number;
  /** Whether a booked attendance says that it will be met. */
  readonly heldByBooking: boolean;
  readonly text: BilingualText;
}

export interface OutcomeDefinition {
  readonly outcome: string;
  /** What follows `C` in the code of list 8480. */
  readonly suffix: string;
  readonly text: BilingualText;
  readonly followUps: readonly string[];
}

export interface FindingDefinition {
  readonly code: string;
  readonly system: 'npr' | 'own';
  readonly text: BilingualText;
  /** Somebody at the hospital can mend it: a Task is posted. */
  readonly mendable: boolean;
}

/** One of the checks that a registration list must pass. What `kind` means is code; which codes it is about is data. */
export type CheckDefinition =
  | { readonly finding: string; readonly kind: 'unknown-code' | 'expired-code' | 'before-start' | 'undated' }
  | {
      readonly finding: string;
      readonly kind: 'after';
      readonly events: readonly EventLetter[];
      readonly endedBy: 'C' | 'X';
    }
  | { readonly finding: string; readonly kind: 'superfluous-closing'; readonly endedBy: 'O' }
  | {
      readonly finding: string;
      readonly kind: 'missing-before';
      readonly outcomes: readonly string[];
      readonly needs: 'S';
    }
  | { readonly finding: string; readonly kind: 'younger-than'; readonly years: number }
  | { readonly finding: string; readonly kind: 'several-referrals' };

export interface CompletenessItem {
  readonly item: string;
  readonly from: 'mark' | 'content' | 'test';
  /** The field of `content`, or the code of a test. */
  readonly name?: string;
  readonly onlyFor?: { readonly gender: string; readonly olderThan: number };
  readonly text: BilingualText;
  /** What to consider when the test's value says so. */
  readonly adviceWhenPositive?: BilingualText;
}

/** A pathway as data, with the days between which it is valid. */
export interface PathwayDefinition {
  readonly code: string;
  readonly version: string;
  readonly validFrom: Day;
  readonly validTo?: Day;
  readonly name: BilingualText;
  readonly premissContractSpecialist: { readonly code: string; readonly text: BilingualText };
  readonly eventTexts: Readonly<Record<EventLetter, BilingualText>>;
  readonly outcomes: readonly OutcomeDefinition[];
  readonly deadlines: readonly DeadlineDefinition[];
  /** Due on the day of its deadline; of two, the earlier. */
  readonly milestones: readonly { readonly kind: MilestoneKind; readonly text: BilingualText }[];
  readonly findings: readonly FindingDefinition[];
  readonly checks: readonly CheckDefinition[];
  readonly followUps: readonly { readonly kind: string; readonly text: BilingualText }[];
  readonly completeness: readonly CompletenessItem[];
}

/** The sentences that explain: of rules, of what was left out and why, of questions to a person, of narratives. By id. */
export interface ExplanationTexts {
  readonly rules: Readonly<Record<string, BilingualText>>;
  readonly leftOut: Readonly<Record<string, BilingualText>>;
  readonly questions: Readonly<Record<string, BilingualText>>;
  /** How a pack had to read something. */
  readonly notes: Readonly<Record<string, BilingualText>>;
  /** What episodes and Tasks say in words. `{…}` is filled in. */
  readonly narratives: Readonly<Record<string, BilingualText>>;
}

/** List 8480 as needed here: which codes exist, and from which day one is no longer used. */
export interface CodeList {
  readonly codes: readonly string[];
  readonly expired: readonly { readonly prefix: string; readonly from: Day }[];
}
