import type { Day, When } from '../support/dates.js';

export interface Identifier {
  readonly system: string;
  readonly value: string;
}

export interface OrganizationStatement {
  readonly identifier: Identifier;
  readonly name?: string;
}

export interface PatientStatement {
  readonly identifier: readonly Identifier[];
  readonly name?: { readonly family: string; readonly given: readonly string[] };
  readonly birthDate?: Day;
  readonly gender?: 'male' | 'female' | 'other' | 'unknown';
  readonly deceasedOn?: Day;
  /** The id of the source's own Patient resource: it matters only where the source is the server that is written to. */
  readonly resourceId?: string;
}

export const FACT_KINDS = ['referral', 'suspicion', 'attendance', 'transfer', 'decision', 'abort'] as const;
export type FactKind = (typeof FACT_KINDS)[number];

/** A version of a business object: an integer, or the instant it was last changed. */
export type Version = number | string;

/** What every fact says. The fields and their meaning are those of the canonical events (CONTRACT 3). */
interface FactBase {
  readonly businessId: string;
  readonly version: Version;
  readonly patient: PatientStatement;
  readonly organization: OrganizationStatement;
  readonly unit?: OrganizationStatement;
  readonly pathwayId?: string;
  /** The type of the resource it was said by; its id is `businessId`. */
  readonly resourceType?: string;
  /** How its pack had to read it, where that is worth explaining: ids of `notes` in the texts. */
  readonly notes?: readonly string[];
}

export interface EarlierRegistration {
  readonly code: string;
  readonly on?: Day;
  readonly organization?: OrganizationStatement;
}

export interface ReferralTest {
  readonly code: string;
  readonly value?: string | number | boolean;
  readonly on?: Day;
}

export interface ReferralContent {
  readonly suspicion?: string;
  readonly medication?: string;
  readonly comorbidity?: string;
  readonly frailty?: string;
  readonly symptoms?: readonly string[];
  readonly tests?: readonly ReferralTest[];
}

export interface ReferralFact extends FactBase {
  readonly kind: 'referral';
  readonly status: 'active';
  readonly receivedAt: When;
  /** The Norwegian calendar day of `receivedAt`. */
  readonly receivedOn: Day;
  readonly purpose: 'workup' | 'onward' | 'examination' | 'advice';
  readonly mark?: string;
  readonly assessment?: { readonly pathway: string; readonly on: Day };
  readonly workedUpAtContractSpecialist?: boolean;
  readonly sender?: {
    readonly kind: 'gp' | 'contract-specialist' | 'imaging' | 'hospital' | 'other';
    readonly practitioner?: { readonly identifier?: Identifier; readonly name?: string };
    readonly organization?: OrganizationStatement;
    readonly copySentToGp?: boolean;
  };
  readonly earlier?: readonly EarlierRegistration[];
  readonly content?: ReferralContent;
}

export interface SuspicionFact extends FactBase {
  readonly kind: 'suspicion';
  readonly status: 'active';
  readonly documentedAt: When;
  readonly documentedOn: Day;
  readonly basis: 'suspicion' | 'cancer-found';
  readonly pathway: string;
}

export interface AttendanceFact extends FactBase {
  readonly kind: 'attendance';
  readonly status: 'active';
  readonly startedAt: When;
  readonly startedOn: Day;
  readonly state: 'planned' | 'arrived' | 'finished' | 'cancelled' | 'missed';
  readonly form: 'outpatient' | 'admission' | 'imaging' | 'telephone' | 'video';
  readonly place: 'hospital' | 'contract-specialist';
  readonly purpose?: 'workup' | 'other';
  readonly referralId?: string;
}

export interface TransferFact extends FactBase {
  readonly kind: 'transfer';
  readonly status: 'active';
  readonly sentAt: When;
  readonly sentOn: Day;
  readonly to: OrganizationStatement;
  readonly scope: 'responsibility' | 'examination' | 'advice';
  readonly referralId?: string;
  readonly pathway?: string;
}

export interface DecisionFact extends FactBase {
  readonly kind: 'decision';
  readonly status: 'active';
  readonly decidedAt: When;
  readonly decidedOn: Day;
  readonly outcome: 'organ-cancer' | 'unknown-primary' | 'other-disease' | 'no-disease';
  readonly organPathway?: string;
  readonly referralId?: string;
  readonly pathway?: string;
}

export interface AbortFact extends FactBase {
  readonly kind: 'abort';
  readonly status: 'active';
  readonly decidedAt: When;
  readonly decidedOn: Day;
  readonly reason: 'patient-wish' | 'death' | 'other';
  readonly referralId?: string;
  readonly pathway?: string;
}

/** A fact that its source took back: it has no effect, but holds the place of the lower versions. */
export interface WithdrawnFact extends FactBase {
  readonly kind: FactKind;
  readonly status: 'withdrawn';
}

/** Whether and when a person died, and their numbers: a fact about a person, not about a pathway. */
export interface PatientFact {
  readonly kind: 'patient';
  readonly status: 'active' | 'withdrawn';
  readonly businessId: string;
  readonly version: Version;
  readonly patient: PatientStatement;
  readonly resourceType?: string;
}

/** What a person put on one of our Tasks. Codes as they were given; days as `YYYY-MM-DD`. */
export interface AnswerFact {
  readonly kind: 'answer';
  readonly status: 'active';
  /** The id of the Task. */
  readonly businessId: string;
  readonly version: Version;
  readonly says: {
    /** Of list 8480. */
    readonly outcome?: string;
    readonly decidedOn?: string;
    readonly attendedOn?: string;
    readonly organPathway?: string;
    readonly place?: string;
    /** A code of list 9173, or `none`. */
    readonly assessedPathway?: string;
    readonly pathwayId?: string;
    readonly abortReason?: string;
    /** `executionPeriod.end`: the day, where no other is given. */
    readonly endedAt?: When;
  };
}

/** A version that could not be understood yet: what it needs is not known. It waits, and the version before it stands meanwhile. */
export interface HeldFact {
  readonly kind: 'held';
  readonly status: 'active';
  readonly businessId: string;
  readonly version: Version;
  /** What it waits for, as the reason of its message. */
  readonly reason: 'unresolved-reference' | 'unknown-organization';
  /** Where in its message. */
  readonly path: string;
  /** As far as it is known whom and where it is about. */
  readonly patient?: PatientStatement;
  readonly organization?: OrganizationStatement;
  readonly unit?: OrganizationStatement;
  readonly resourceType: string;
}

/** A version of a resource that says nothing of a pathway: it holds the place of the lower versions. */
export interface NoFact {
  readonly kind: 'nothing';
  readonly status: 'withdrawn';
  readonly businessId: string;
  readonly version: Version;
}

export type ActiveFact = ReferralFact | SuspicionFact | AttendanceFact | TransferFact | DecisionFact | AbortFact;
export type PathwayFact = ActiveFact | WithdrawnFact;
export type Fact = PathwayFact | PatientFact | AnswerFact | HeldFact | NoFact;

/** A fact with the name of what it is a version of. `byArrival`: its source gave no version, the order of arrival counts. */
export interface KeyedFact {
  readonly key: string;
  readonly fact: Fact;
  readonly byArrival?: boolean;
}

/** Names a business object across versions: the same id of another source or type is another object. */
export interface FactKey {
  readonly source: string;
  /** Of an event the kind of its fact, of a resource its type. */
  readonly kind: string;
  readonly businessId: string;
}

/** The version of a business object that counts, with the message it came in. */
export interface StandingFact<F extends Fact = PathwayFact> {
  readonly key: string;
  readonly source: string;
  readonly messageId: string;
  /** Order of acceptance of the first message about it: decides nothing but which id survives (CONTRACT 4, rule 13). */
  readonly acceptedSeq: number;
  readonly fact: F;
}

/** Where a fact came from, in the order that makes it a key: the parts cannot run into one another. */
export function factKeyOf({ source, kind, businessId }: FactKey): string {
  return JSON.stringify([source, kind, businessId]);
}
