import type { FhirResource } from 'fhir/r4.js';
import type { Instant } from '../support/clock.js';

/** The resource types the adapter writes. */
export type WrittenType = 'Patient' | 'Organization' | 'EpisodeOfCare' | 'ServiceRequest' | 'Encounter' | 'Task';

/** Names a resource by what it is about; the resource's id is given to this key once, and kept. */
export type ResourceKey = string;

/** A resource that should exist, as it should be. References to other wanted resources already carry their ids. */
export interface WantedResource {
  readonly key: ResourceKey;
  readonly type: WrittenType;
  readonly id: string;
  readonly content: FhirResource;
  /** The messages that are delivered once this stands on the FHIR server. */
  readonly messageIds: readonly string[];
  /** The fact it is the resource of, or asks about: it goes with the fact when that moves to another patient. */
  readonly factKey?: string;
}

/** A row of the outbox that is not yet as wanted on the FHIR server. */
export interface PendingWrite {
  readonly key: ResourceKey;
  readonly type: WrittenType;
  readonly id: string;
  readonly wanted: FhirResource;
  readonly wantedN: number;
  /** What we last wrote, and the server's version of it: the base of a three-way merge. */
  readonly written?: FhirResource;
  readonly serverVersion?: string;
  /** What was sent since without an answer, the oldest first: any of it may stand there. */
  readonly sent: readonly FhirResource[];
  /** When it was last to be created by the server's id, without an answer since. Absent, though something was sent: nobody knows. */
  readonly lookedForSince?: Instant;
}

/** The code of a reason why a resource was never sent: it is not as its profile says. */
export const NOT_CONFORMANT = 'not-conformant';

export interface WriteDone {
  readonly key: ResourceKey;
  readonly wantedN: number;
  readonly outcome: 'written' | 'unchanged' | 'dead';
  readonly written?: FhirResource;
  readonly serverVersion?: string;
  readonly reasons?: readonly { readonly code: string; readonly path: string; readonly message: string }[];
}

/** The ids that a server gave which takes none of ours, by `Type/id` with our id. */
export type GivenIds = ReadonlyMap<string, string>;

export interface GivenId {
  readonly key: ResourceKey;
  readonly id: string;
}

/**
 * Who creates what patients share (an Organization) on a server that gives ids itself: no search shows what another process is about
 * to make there.
 */
export interface CreationRights {
  /** True: for now no other process may create it. False: another may, or has. */
  take(key: ResourceKey): Promise<boolean>;
  /** It was not created, that is certain: another process may. */
  release(key: ResourceKey): Promise<void>;
}

/** How the sender left a patient's rows: all settled, or to be tried again at an instant. */
export interface DeliveryResult {
  readonly done: readonly WriteDone[];
  /** Rows that are not done, of which what was sent may stand there all the same. */
  readonly uncertain?: readonly ResourceKey[];
  /** Ids that the server gave just now. */
  readonly given?: readonly GivenId[];
  /** Of rows that are not done: since when what may have been created is looked for. */
  readonly lookedForSince?: ReadonlyMap<ResourceKey, Instant>;
  readonly retryAt?: Instant;
}

/** Who stands on the FHIR server already of the Patients and Organizations that are about to be written there, by key. */
export interface LookedUp {
  /** Found under another id, or more than one: then it is not written. */
  readonly found: ReadonlyMap<ResourceKey, { readonly id: string } | 'several'>;
  /** It could not be asked: try again at that instant. */
  readonly retryAt?: Instant;
}
