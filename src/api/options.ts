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

/** A code that messages wait for. */
export interface WaitedCode {
  readonly pack: string;
  readonly system: string;
  readonly code: string;
  readonly messages: number;
}

/** A page of what a pack mapped, the oldest first. */
export interface JournalPage {
  readonly messages: readonly unknown[];
  readonly next?: string;
}

/** For a page of those who write packs. */
export interface BenchRoutes {
  /** The packs in use. */
  packs(): readonly unknown[];
  /** Why what is in their folder now is not in use. */
  faults(): readonly string[];
  /** Whether edited files are tried. */
  readonly takesEdits: boolean;
  /** Tries messages on a pack, or counts what they reach of it. */
  ask(
    pack: string,
    asked: {
      readonly task: 'try' | 'coverage';
      readonly messages: readonly string[];
      readonly edits: Readonly<Record<string, string>>;
    },
  ): Promise<
    | { readonly json: unknown }
    | { readonly faults: readonly string[] }
    | { readonly status: 404 | 422; readonly detail: string }
  >;
  /** The messages a pack mapped, with what their references say; undefined: there is no such pack. */
  messages(pack: string, page: { readonly since: Instant; readonly cursor?: string }): Promise<JournalPage | undefined>;
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
  /** The codes that messages wait for, those that most wait for first. */
  unmappedCodes(): Promise<readonly WaitedCode[]>;
  /** Absent: it is switched off. */
  readonly bench?: BenchRoutes;
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
