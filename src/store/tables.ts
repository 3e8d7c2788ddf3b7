import type { Generated, Selectable } from 'kysely';
import type { OnTarget } from '../model/record.js';

/** Instants are ISO text, booleans 0 or 1, documents JSON text: the same on both databases. */
export interface Tables {
  messages: MessagesTable;
  patients: { seq: Generated<number>; id: string; resource_id: string; on_target: Generated<OnTarget> };
  patient_former_resources: { patient_id: string; resource_id: string };
  patient_identifiers: { system: string; value: string; patient_id: string };
  organizations: OrganizationsTable;
  facts: FactsTable;
  identities: { id: string; level: 'pathway' | 'episode'; patient_id: string; given: number };
  identity_starts: { identity_id: string; fact_key: string };
  pathways: { id: string; patient_id: string; definition_version: string; document: string };
  deadlines: DeadlinesTable;
  warned: WarnedTable;
  questions: QuestionsTable;
  resources: ResourcesTable;
  resource_basis: { resource_key: string; message_id: string };
  deliveries: DeliveriesTable;
  slots: { job: string; slot: string };
  said_resources: { source: string; type: string; id: string; version_key: string; content: string };
  /** Messages that wait for a code to have a target. */
  unmapped: { pack: string; system: string; code: string; message_id: string };
  /** Messages that wait for what a reference names. */
  unresolved: { source: string; reference: string; message_id: string };
  /** The newest content of each row that files repeat. */
  newest_rows: { source: string; name: string; content_hash: string; message_id: string; n: number };
  watermarks: { source: string; type: string; since: string };
}

interface Leased {
  not_before: string;
  /** Empty: nobody has it. */
  lease_until: string;
  /** Grows with each claim: a worker whose lease ran out writes with an old one, and changes nothing. */
  fence: number;
  attempts: number;
}

interface MessagesTable extends Leased {
  seq: Generated<number>;
  id: string;
  source: string;
  message_key: string;
  kind: string;
  received_at: string;
  stated_at: string | null;
  content: string;
  content_hash: string;
  state: 'received' | 'applied' | 'waiting' | 'rejected';
  reasons: string;
  /** JSON of the references that were read; null: none were. */
  refs: string | null;
  /** The pack that mapped it last; empty: none did yet. */
  pack: Generated<string>;
  /** Of what in it is no fact (yet): refused or waiting, and why. */
  own_state: Generated<'' | 'waiting' | 'rejected'>;
  own_reasons: Generated<string>;
  /** How many of its facts another message contradicts. */
  conflicts: Generated<number>;
}

interface OrganizationsTable {
  system: string;
  value: string;
  resource_id: string;
  name: string | null;
  named_at: string;
  named_seq: number;
  on_target: Generated<OnTarget>;
}

interface FactsTable {
  message_id: string;
  n: number;
  patient_id: string;
  fact_key: string;
  source: string;
  /** The version as it was said; with `by_arrival` nothing was, and it is that of the arrival. */
  said_version: string;
  by_arrival: number;
  /** The version it counts as. */
  version_key: string;
  content: string;
  content_hash: string;
  pack: string;
  pack_version: string;
  stated_at: string;
  seq: number;
  /** 1: it could not be understood yet, and takes no other's place. */
  held: number;
  /** 1: a message accepted earlier says something else under the same version. Then it is nobody's: `patient_id` is empty. */
  refused: number;
  stands: number;
}

interface DeadlinesTable {
  episode_id: string;
  kind: string;
  patient_id: string;
  due_on: string;
  state: 'open' | 'met' | 'ended';
  look_on: string | null;
}

interface WarnedTable {
  episode_id: string;
  kind: string;
  due_on: string;
  level: string;
  patient_id: string;
  warned_on: string;
}

interface QuestionsTable {
  fact_key: string;
  reason: string;
  patient_id: string;
  message_id: string;
  ask_after: string;
  asked: number;
}

interface ResourcesTable {
  key: string;
  type: string;
  id: string;
  /** Null: shared by patients (an Organization). */
  patient_id: string | null;
  fact_key: string | null;
  first_wanted_at: string;
  wanted: string;
  wanted_n: number;
  written: string | null;
  server_version: string | null;
  /** Its id on a server that gives ids itself. */
  server_id: Generated<string | null>;
  state: 'pending' | 'done' | 'dead';
  /** JSON of what was sent since the last answer, a line each. */
  sent: string;
  /** When it was last to be created, without an answer since; null while a delivery is under way, which may create it. */
  looked_for_since: Generated<string | null>;
  reasons: string;
  /** The process that alone may create it on a server that gives ids itself, and until when. */
  maker: Generated<string | null>;
  maker_until: Generated<string>;
}

interface DeliveriesTable extends Leased {
  patient_id: string;
}

export type MessageRow = Selectable<MessagesTable>;
export type FactRow = Selectable<FactsTable>;
export type ResourceRow = Selectable<ResourcesTable>;
