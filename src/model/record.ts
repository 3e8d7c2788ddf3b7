import type { FhirResource } from 'fhir/r4.js';
import type { Instant } from '../support/clock.js';
import type { Day } from '../support/dates.js';
import type { DeadlineKind } from './definition.js';
import type {
  AnswerFact,
  HeldFact,
  Identifier,
  KeyedFact,
  PatientFact,
  PatientStatement,
  StandingFact,
} from './facts.js';
import type { InboundResource } from './fhir-content.js';
import type { Reason } from './message.js';
import type { Pathway } from './pathway.js';
import type { ResourceKey, WantedResource, WrittenType } from './resources.js';
import type { Warned } from './warning.js';

/** An id of a pathway or episode, with every start that ever belonged to it. The lower `given`, the earlier it was given. */
export interface Identity {
  readonly id: string;
  readonly level: 'pathway' | 'episode';
  readonly given: number;
  readonly startKeys: readonly string[];
}

/** What one message said about the person: of each field the newest message's word counts. */
export interface Demographics {
  readonly patient: PatientStatement;
  readonly source: string;
  readonly statedAt: Instant;
  readonly acceptedSeq: number;
}

/** A question that was put to a person, or will be at `askAfter`. */
export interface QuestionRow {
  readonly factKey: string;
  readonly reason: string;
  readonly messageId: string;
  readonly askAfter: Instant;
  readonly asked: boolean;
}

export interface KnownOrganization {
  readonly identifier: Identifier;
  readonly resourceId: string;
  readonly name?: string;
  readonly onTarget: OnTarget;
}

/** Who stands on the target server: ours, one found there, or several, of which nobody can say which it is. */
export type OnTarget = 'ours' | 'found' | 'several';

export interface KnownResource {
  readonly key: ResourceKey;
  readonly type: WrittenType;
  readonly id: string;
  readonly firstWantedAt: Instant;
  readonly wanted: FhirResource;
  /** Whether it is known to stand on the server, in whatever version. */
  readonly isWritten: boolean;
}

/** Everything the store holds of one patient, read under the patient's lock. */
export interface PatientRecord {
  readonly id: string;
  readonly resourceId: string;
  readonly onTarget: OnTarget;
  readonly identifiers: readonly Identifier[];
  /** Patient resources of patients that turned out to be this one. */
  readonly formerResourceIds: readonly string[];
  readonly demographics: readonly Demographics[];
  readonly facts: readonly StandingFact[];
  /** Facts about the person: numbers and death. */
  readonly people: readonly StandingFact<PatientFact>[];
  /** Versions that could not be understood yet. */
  readonly held: readonly StandingFact<HeldFact>[];
  /** What people put on our Tasks. */
  readonly answers: readonly StandingFact<AnswerFact>[];
  readonly identities: readonly Identity[];
  readonly warned: readonly Warned[];
  readonly questions: readonly QuestionRow[];
  /** Receipt and state of the messages behind the facts, by message id. */
  readonly messages: ReadonlyMap<string, { readonly receivedAt: Instant }>;
  /** Organisations that the facts name, by `system|value`. */
  readonly organizations: ReadonlyMap<string, KnownOrganization>;
  /** Resources composed for the patient before, by key. */
  readonly resources: ReadonlyMap<ResourceKey, KnownResource>;
}

export interface DeadlineRow {
  readonly episodeId: string;
  readonly kind: DeadlineKind;
  readonly dueOn: Day;
  readonly state: 'open' | 'met' | 'ended';
  /** The day from which a scan has something to look at; absent: never. */
  readonly lookOn?: Day;
}

/** What follows from a patient's facts: it replaces what the store held. */
export interface PatientOutcome {
  readonly identities: readonly Identity[];
  readonly pathways: readonly Pathway[];
  readonly deadlines: readonly DeadlineRow[];
  readonly warned: readonly Warned[];
  readonly questions: readonly QuestionRow[];
  /** One for each standing fact; a message whose fact was overtaken has no state of its own to be given. */
  readonly messages: readonly {
    readonly messageId: string;
    readonly state: 'applied' | 'waiting';
    readonly reasons: readonly Reason[];
  }[];
  readonly wanted: readonly WantedResource[];
}

/** Facts of one message, with the pack that made them, and the source that they are said by. */
export interface MappedMessage {
  readonly messageId: string;
  readonly acceptedSeq: number;
  readonly source: string;
  readonly statedAt: Instant;
  readonly pack: string;
  readonly packVersion: string;
  readonly facts: readonly KeyedFact[];
}

/** A code that no ConceptMap of its pack has a target for. */
export interface MissingCode {
  /** Empty: the code came without one. */
  readonly system: string;
  readonly code: string;
}

/** Such a code, with what waits for it. */
export interface UnmappedCode extends MissingCode {
  readonly pack: string;
  /** Whose Task it is: the code's own row beside the patients'. */
  readonly unitId: string;
  /** Whether any message still waits for it. */
  readonly isWaitedFor: boolean;
}

/** A resource that others refer to, with the version it was said in. */
export interface SaidResource {
  readonly resource: InboundResource;
  readonly version: string;
}
