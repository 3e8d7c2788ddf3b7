import type { Instant } from '../support/clock.js';
import type { Day } from '../support/dates.js';
import type { HeldFact, Identifier } from '../model/facts.js';
import type {
  Acceptance,
  JournaledMessage,
  MessageStatus,
  MessageView,
  Reason,
  SourceMessage,
} from '../model/message.js';
import type { NewestRow } from '../model/csv-content.js';
import type { Pathway } from '../model/pathway.js';
import type { InboundResource, OwnResource, References, ResourceName } from '../model/fhir-content.js';
import type {
  KnownResource,
  MappedMessage,
  MissingCode,
  PatientOutcome,
  PatientRecord,
  SaidResource,
  UnmappedCode,
} from '../model/record.js';
import type {
  CreationRights,
  DeliveryResult,
  GivenIds,
  LookedUp,
  PendingWrite,
  ResourceKey,
  WantedResource,
} from '../model/resources.js';

/** Which of the two databases is behind it. */
export type Dialect = 'sqlite' | 'postgres';

/** Work that is ours until the lease ends; a write with an old fence changes nothing. */
export interface MessageClaim {
  readonly message: JournaledMessage;
  readonly fence: number;
  readonly attempts: number;
}

export interface DeliveryClaim {
  readonly patientId: string;
  readonly fence: number;
  readonly attempts: number;
  readonly rows: readonly PendingWrite[];
  /** Those of them that refer to an organisation by an id it has no more: it was found on the FHIR server while they were derived. */
  readonly outdated: readonly ResourceKey[];
  readonly given: GivenIds;
}

export interface MessageQuery {
  readonly status?: MessageStatus;
  readonly source?: string;
  readonly count: number;
  /** Opaque, from `next` of the page before. */
  readonly cursor?: string;
}

/** Somebody whom the FHIR server has under more than one id. */
export interface UnclearPatient {
  readonly patientId: string;
  readonly resourceId: string;
  readonly identifiers: readonly Identifier[];
}

/** A stored pathway, with the patient it is about. */
export interface StoredPathway {
  readonly patientId: string;
  readonly pathway: Pathway;
}

/** The patient whose clock has something to say: a deadline to look at, or a question to ask. */
export interface ScanCandidate {
  readonly patientId: string;
  readonly deadlines: number;
}

export interface StoreCounts {
  readonly messages: Readonly<Record<'received' | 'applied' | 'waiting' | 'rejected', number>>;
  readonly outbox: Readonly<Record<'pending' | 'dead', number>>;
  readonly openDeadlines: number;
}

/** How applying a message ended: what of it was refused or waits, by itself; what its facts ask of people comes on top. */
export interface MessageEnd {
  readonly state: 'applied' | 'waiting' | 'rejected';
  readonly reasons: readonly Reason[];
  /** The pack that mapped it; absent: none did now. */
  readonly pack?: string;
  /** What its references say, kept for a replay. */
  readonly references?: References;
  /** To be applied again at once. */
  readonly again?: boolean;
}

/** What a message waits for, in place of what it waited for before. */
export interface Wait {
  readonly messageId: string;
  readonly source: string;
  /** The references that could not be followed, and whether what they name is not known or leads nowhere. */
  readonly holds: readonly { readonly code: HeldFact['reason']; readonly reference: string }[];
}

/** A code without a target, and how many messages wait for it. */
export interface CountedCode extends MissingCode {
  readonly pack: string;
  readonly messages: number;
}

/** Inside one transaction, every patient that it touches locked (in one order, so that two never wait for each other). */
export interface StoreTransaction {
  /**
   * Keeps the facts of a message, in place of those it had before, and says which patients must be derived anew: the
   * patients of the facts, and those the objects belonged to before. A patient is found by any of its identifiers, made
   * if there is none; identifiers of two patients make them one (the older stays).
   * A fact is refused while a message accepted earlier has the same version of its object with other content: it is nobody's, and
   * its message is rejected.
   */
  recordFacts(mapped: MappedMessage): Promise<readonly string[]>;
  /** Keeps resources that others refer to, and lets messages that waited for them go on. */
  keepSaid(source: string, said: readonly SaidResource[]): Promise<void>;
  /** Notes what a message waits for; true: some of it has been said meanwhile, so that it is to be applied again. */
  keepUnresolved(wait: Wait): Promise<boolean>;
  /** Notes the codes a message waits for, in place of those before; every code that this touched, its unit locked. */
  keepUnmapped(messageId: string, pack: string, codes: readonly MissingCode[]): Promise<readonly UnmappedCode[]>;
  /** A resource that was wanted before. */
  knownResource(key: ResourceKey): Promise<KnownResource | undefined>;
  /** Wants resources of a patient, or of the unit of a code, besides those that it has. */
  want(patientId: string, wanted: readonly WantedResource[], at: Instant): Promise<void>;
  loadPatient(patientId: string): Promise<PatientRecord>;
  /**
   * Replaces what was derived of a patient. Rows of the outbox are touched only where the wanted content differs.
   * `trigger`: the message that caused it; it counts as delivered when every row it changed is.
   */
  savePatient(patientId: string, outcome: PatientOutcome, at: Instant, trigger?: string): Promise<void>;
  /** A Task of ours, as it is wanted and as it was last written; undefined: it is none. */
  ownTask(id: string): Promise<{ readonly wanted: InboundResource; readonly written?: InboundResource } | undefined>;
  /** Who a patient is on the FHIR server, now that it is clear: somebody there, or (undefined) whom we write ourselves. */
  clarify(patientId: string, resourceId: string | undefined): Promise<void>;
  /** Refers to what stands on the FHIR server already, in the place of what would be written. Who must be derived anew for it. */
  adopt(patientId: string, found: LookedUp['found']): Promise<readonly string[]>;
  /** Ends the claim; false: the lease was lost, and the caller must roll back. */
  finishMessage(claim: MessageClaim, end: MessageEnd): Promise<boolean>;
  /** Locks a patient for a scan; false when it is gone (merged). */
  lockPatient(patientId: string): Promise<boolean>;
}

/** The journal and everything derived from it. Errors: {@link StoreUnavailable} when it cannot be written now. */
export interface Store {
  readonly dialect: Dialect;
  /** After it resolves every accepted message is on disk. Not lenient: one conflict, and nothing of the batch is kept. */
  accept(messages: readonly SourceMessage[], options: { readonly lenient: boolean }): Promise<readonly Acceptance[]>;
  claimMessages(now: Instant, limit: number, leaseMs: number): Promise<readonly MessageClaim[]>;
  /** Gives a claimed message back, to be tried at `notBefore`. */
  postponeMessage(claim: MessageClaim, notBefore: Instant): Promise<void>;
  /** What a source said of a resource, by whatever door; undefined: nothing yet. */
  saidBefore(source: string, name: ResourceName): Promise<InboundResource | undefined>;
  /** Whether any of the Tasks is on its way to the server. */
  isSending(taskIds: readonly string[]): Promise<boolean>;
  /** The newest content of rows that files repeat, by their names. */
  newestRows(source: string, names: readonly string[]): Promise<ReadonlyMap<string, NewestRow>>;
  keepNewestRows(source: string, rows: ReadonlyMap<string, NewestRow>): Promise<void>;
  /** The codes that messages wait for, those that most wait for first. */
  unmappedCodes(): Promise<readonly CountedCode[]>;
  /** Messages that wait for one of the codes are applied again; how many. */
  retryMapped(codes: readonly (MissingCode & { readonly pack: string })[]): Promise<number>;
  /** Puts back to `received` what a pack mapped since an instant; how many. */
  replayPack(pack: string, since: Instant): Promise<number>;
  /** Messages that a pack mapped last, received since an instant, behind the one with that `seq`: the oldest first. */
  mappedBy(
    pack: string,
    page: { readonly since: Instant; readonly afterSeq: number; readonly count: number },
  ): Promise<readonly JournaledMessage[]>;
  /** How far a source was read; undefined: never. `since` means what its reader says that it means. */
  watermark(source: string, type: string): Promise<string | undefined>;
  moveWatermark(source: string, type: string, since: string): Promise<void>;
  /** Which of the resources are this service's own. */
  ownResources(names: readonly ResourceName[]): Promise<readonly OwnResource[]>;
  /** Our ids of resources, by the names they have on a server that gives ids itself. */
  ourNames(names: readonly ResourceName[]): Promise<ReadonlyMap<string, string>>;
  /** The ids of a source's own Patients whose pathways are open. */
  openPatients(source: string): Promise<readonly string[]>;
  /** Of this process, among those that share the database. */
  readonly creations: CreationRights;
  /** Patients of whom the FHIR server has several, with the id that ours would have there. */
  unclearPatients(): Promise<readonly UnclearPatient[]>;
  /** Messages that wait for something outside (a reference, an organisation) are applied again; how many. */
  retryHeld(): Promise<number>;
  /** Runs `work` in one transaction; anew when the database gave up because of another transaction. */
  transaction<T>(work: (tx: StoreTransaction) => Promise<T>): Promise<T>;
  claimDeliveries(now: Instant, limit: number, leaseMs: number): Promise<readonly DeliveryClaim[]>;
  /** Keeps what was written; with `retryAt` the rest of the patient's rows waits until then. Nothing if the lease was lost. */
  completeDelivery(claim: DeliveryClaim, result: DeliveryResult): Promise<void>;
  /** Patients with a deadline to look at on that day, or a question to be asked by that instant. By index. */
  scanCandidates(on: Day, at: Instant, limit: number, after?: string): Promise<readonly ScanCandidate[]>;
  listMessages(query: MessageQuery): Promise<{ readonly messages: readonly MessageView[]; readonly next?: string }>;
  message(id: string): Promise<MessageView | undefined>;
  /** Puts a message back to `received`, and what of it was refused back to be sent; false: there is none. */
  replay(id: string): Promise<boolean>;
  pathwaysOf(patient: Identifier): Promise<readonly StoredPathway[]>;
  pathway(id: string): Promise<StoredPathway | undefined>;
  /** Dead letters become pending again (the server was mended, or the rules changed). */
  reviveDeadLetters(at: Instant): Promise<number>;
  counts(): Promise<StoreCounts>;
  /** One of several replicas gets a slot: true for the first that asks. */
  takeSlot(job: string, slot: string): Promise<boolean>;
  /** Rejects when the store cannot be written now. */
  check(): Promise<void>;
  close(): Promise<void>;
}

/** The store cannot take anything now (locked, full, not reachable): try again later. Nothing was kept. */
export class StoreUnavailable extends Error {
  constructor(
    readonly code: 'locked' | 'full' | 'unreachable',
    options?: ErrorOptions,
  ) {
    super(`The store cannot be written: ${code}`, options);
    this.name = 'StoreUnavailable';
  }
}
