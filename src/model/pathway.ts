import type { Day } from '../support/dates.js';
import type { BilingualText, DeadlineKind, EventLetter } from './definition.js';
import type { OrganizationStatement } from './facts.js';

/** A fact or message that an explanation points to. */
export interface Basis {
  readonly factKey: string;
  readonly messageId: string;
}

/** What was looked at and did not count, with the reason. */
export interface LeftOut extends Basis {
  readonly why: string;
  readonly text: BilingualText;
}

/** Why something derived is what it is: built while it was derived. */
export interface Explanation {
  readonly rule: string;
  readonly text: BilingualText;
  readonly basis: readonly Basis[];
  readonly leftOut: readonly LeftOut[];
}

/** One code on one day. */
export interface Registration {
  readonly event: EventLetter;
  /** List 8480, without a premiss: `C01A`, `C01CK`. */
  readonly code: string;
  readonly on: Day;
  readonly premiss?: string;
  readonly organization: OrganizationStatement;
  readonly basis: Basis;
  readonly explanation: Explanation;
}

export interface Deadline {
  readonly kind: DeadlineKind;
  readonly start: Day;
  readonly dueOn: Day;
  readonly metOn?: Day;
  readonly endedOn?: Day;
  readonly explanation: Explanation;
}

export interface Finding {
  readonly code: string;
  readonly explanation: Explanation;
}

export interface FollowUp {
  readonly kind: string;
  /** `completed`: the duty was done, as the facts show; the Task, if one was posted, is completed. */
  readonly state: 'wanted' | 'completed';
  readonly basis: readonly Basis[];
}

export type EpisodeStatus = 'waitlist' | 'active' | 'finished' | 'cancelled';

/** An attendance of the episode: it happened, or is booked and would count. */
export interface EpisodeAttendance {
  readonly factKey: string;
  readonly on: Day;
  readonly state: 'counted' | 'planned';
}

export interface CompletenessReport {
  readonly factKey: string;
  readonly items: readonly {
    readonly item: string;
    readonly present: boolean;
    readonly text: BilingualText;
    readonly advice?: BilingualText;
  }[];
}

/** A pathway's part at one organisation, as derived: it has no id yet, only the starts that made it. */
export interface DerivedEpisode {
  /** Keys of the facts that are its starts, the deciding one first. */
  readonly startKeys: readonly string[];
  readonly organization: OrganizationStatement;
  readonly unit?: OrganizationStatement;
  readonly status: EpisodeStatus;
  readonly startedOn: Day;
  readonly endedOn?: Day;
  readonly registrations: readonly Registration[];
  readonly deadlines: readonly Deadline[];
  readonly findings: readonly Finding[];
  readonly followUps: readonly FollowUp[];
  readonly attendances: readonly EpisodeAttendance[];
  readonly completeness: readonly CompletenessReport[];
  /** The EPR's own ids of the course. */
  readonly pathwayIds: readonly { readonly source: string; readonly value: string }[];
  readonly referralKeys: readonly string[];
}

export interface DerivedPathway {
  readonly code: string;
  readonly definitionVersion: string;
  readonly episodes: readonly DerivedEpisode[];
}

export interface Episode extends DerivedEpisode {
  readonly id: string;
}

export interface Pathway extends Omit<DerivedPathway, 'episodes'> {
  readonly id: string;
  readonly episodes: readonly Episode[];
}

/** A question only a person can answer. One per business object and reason. */
export interface Question {
  readonly factKey: string;
  readonly messageId: string;
  readonly reason: string;
  readonly text: BilingualText;
  /** The place in the message, where it is not the whole. */
  readonly path?: string;
}

/** What became of one standing fact. */
export interface FactOutcome {
  readonly factKey: string;
  readonly effect: 'used' | 'no-effect' | 'waits';
  readonly explanation: Explanation;
}

export interface Derivation {
  readonly pathways: readonly DerivedPathway[];
  readonly questions: readonly Question[];
  readonly outcomes: readonly FactOutcome[];
}
