import type { Identifier } from '../model/facts.js';
import type { MessageStatus, MessageView } from '../model/message.js';
import type { Instant } from '../support/clock.js';

export interface MessageListQuery {
  readonly status?: MessageStatus;
  readonly source?: string;
  readonly count: number;
  /** Opaque, from `next` of the page before. */
  readonly cursor?: string;
}

export interface MessageList {
  readonly messages: readonly MessageView[];
  readonly next?: string;
}

export interface Readiness {
  readonly ready: boolean;
  /** What was looked at, by name, and whether it can be worked with. */
  readonly checks: Readonly<Record<string, 'ok' | 'failed'>>;
}

export interface MetricsText {
  readonly contentType: string;
  readonly body: string;
}

/**
 * What the routes are handed. Documents (pathways, explanations, a scan's outcome) are JSON as it shall be answered.
 * An error named `StoreUnavailable` is answered 503, one named `InvalidCursor` 400.
 */
export interface ApiOptions {
  listMessages(query: MessageListQuery): Promise<MessageList>;
  message(id: string): Promise<MessageView | undefined>;
  /** Maps a message again; false: there is none. */
  replay(id: string): Promise<boolean>;
  /** Maps again what a pack mapped since an instant; how many. */
  replayPack(pack: string, since: Instant): Promise<number>;
  pathwaysOf(patient: Identifier): Promise<readonly unknown[]>;
  pathway(id: string): Promise<unknown>;
  /** The explanation of a pathway as a document, and as text for people; undefined: there is no such pathway. */
  explanation(id: string): Promise<{ readonly json: unknown; readonly text: string } | undefined>;
  scan(): Promise<unknown>;
  readiness(): Promise<Readiness>;
  metrics(): Promise<MetricsText>;
  /** The OpenAPI document, as {@link createOpenApi} makes it. */
  readonly openApi: unknown;
}
