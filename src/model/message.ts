import type { Instant } from '../support/clock.js';
import type { References } from './fhir-content.js';

/** What a door hands in: checked, not yet understood. `source` + `messageKey` is its identity. */
export interface SourceMessage {
  readonly source: string;
  readonly messageKey: string;
  /** The event's type or the resource's: by it the mapping pack is chosen. */
  readonly kind: string;
  readonly receivedAt: Instant;
  /** When the source says it wrote the message (CloudEvents `time`): the newest message's names and demographics count. */
  readonly statedAt?: Instant;
  readonly content: unknown;
  /** Hash of `content`: the same identity with another hash is a conflict, not a duplicate. */
  readonly contentHash: string;
}

/** A message as the journal keeps it. `seq` is the order of acceptance. */
export interface JournaledMessage extends SourceMessage {
  readonly id: string;
  readonly seq: number;
  /** Of a message of resources: what they refer to, as it was when it was read. Absent: not read yet. */
  readonly references?: References;
}

/** Why a message waits or was rejected, or what became of it. `path` is a JSON Pointer into the message. */
export interface Reason {
  readonly code: string;
  readonly path: string;
  readonly message: string;
}

/** What operators see. Derived: it may go back when the facts change. */
export type MessageStatus = 'received' | 'applied' | 'delivered' | 'waiting' | 'rejected';

export interface MessageView {
  readonly id: string;
  readonly source: string;
  readonly kind: string;
  readonly status: MessageStatus;
  readonly receivedAt: Instant;
  readonly reasons: readonly Reason[];
}

/** What is wrong with one place of an input. `path` is a JSON Pointer. */
export interface Fault {
  readonly path: string;
  readonly message: string;
}

/** What became of a message at the store: kept, known, or known with other content. */
export type Acceptance =
  { readonly status: 'received' | 'duplicate'; readonly id: string } | { readonly status: 'conflict' };
