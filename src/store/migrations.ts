import { sql, type Kysely, type Migration } from 'kysely';
import type { Dialect } from './store.js';

/** The schema, one step a number; a step that was released is never changed. `first` runs on an empty database. */
export function migrationsFor(dialect: Dialect): Record<string, Migration> {
  return {
    '001-first': { up: (db: Kysely<unknown>) => createTables(db, dialect) },
    '002-unmapped-codes-and-rows': { up: (db: Kysely<unknown>) => run(db, UNMAPPED_CODES_AND_ROWS) },
    '003-given-ids': { up: (db: Kysely<unknown>) => run(db, GIVEN_IDS) },
    '004-looked-for-since': { up: (db: Kysely<unknown>) => run(db, LOOKED_FOR_SINCE) },
    '005-creation-rights': { up: (db: Kysely<unknown>) => run(db, CREATION_RIGHTS) },
  };
}

async function createTables(db: Kysely<unknown>, dialect: Dialect): Promise<void> {
  const serial =
    dialect === 'sqlite' ? 'INTEGER PRIMARY KEY AUTOINCREMENT' : 'BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY';
  await run(db, statements(serial));
}

async function run(db: Kysely<unknown>, each: readonly string[]): Promise<void> {
  for (const statement of each) await sql.raw(statement).execute(db);
}

const LEASED = `not_before TEXT NOT NULL, lease_until TEXT NOT NULL DEFAULT '', fence INTEGER NOT NULL DEFAULT 0, attempts INTEGER NOT NULL DEFAULT 0`;

function statements(serial: string): string[] {
  return [
    `CREATE TABLE messages (seq ${serial}, id TEXT NOT NULL UNIQUE, source TEXT NOT NULL, message_key TEXT NOT NULL, kind TEXT NOT NULL,
      received_at TEXT NOT NULL, stated_at TEXT, content TEXT NOT NULL, content_hash TEXT NOT NULL, refs TEXT, state TEXT NOT NULL,
      reasons TEXT NOT NULL, own_state TEXT NOT NULL DEFAULT '', own_reasons TEXT NOT NULL DEFAULT '[]',
      conflicts INTEGER NOT NULL DEFAULT 0, ${LEASED}, UNIQUE (source, message_key))`,
    `CREATE INDEX messages_to_apply ON messages (seq) WHERE state = 'received'`,
    `CREATE INDEX messages_by_state ON messages (state, seq)`,
    `CREATE TABLE patients (seq ${serial}, id TEXT NOT NULL UNIQUE, resource_id TEXT NOT NULL,
      on_target TEXT NOT NULL DEFAULT 'ours')`,
    `CREATE INDEX patients_unclear ON patients (on_target) WHERE on_target = 'several'`,
    `CREATE TABLE patient_former_resources (patient_id TEXT NOT NULL, resource_id TEXT NOT NULL PRIMARY KEY)`,
    `CREATE INDEX former_resources_of ON patient_former_resources (patient_id)`,
    `CREATE TABLE patient_identifiers (system TEXT NOT NULL, value TEXT NOT NULL, patient_id TEXT NOT NULL, PRIMARY KEY (system, value))`,
    `CREATE INDEX identifiers_of ON patient_identifiers (patient_id)`,
    `CREATE TABLE organizations (system TEXT NOT NULL, value TEXT NOT NULL, resource_id TEXT NOT NULL, name TEXT,
      named_at TEXT NOT NULL, named_seq BIGINT NOT NULL, on_target TEXT NOT NULL DEFAULT 'ours', PRIMARY KEY (system, value))`,
    `CREATE TABLE facts (message_id TEXT NOT NULL, n INTEGER NOT NULL, patient_id TEXT NOT NULL, fact_key TEXT NOT NULL,
      source TEXT NOT NULL, said_version TEXT NOT NULL, by_arrival INTEGER NOT NULL DEFAULT 0, version_key TEXT NOT NULL,
      content TEXT NOT NULL, content_hash TEXT NOT NULL, pack TEXT NOT NULL, pack_version TEXT NOT NULL, stated_at TEXT NOT NULL,
      seq BIGINT NOT NULL, held INTEGER NOT NULL DEFAULT 0, refused INTEGER NOT NULL DEFAULT 0, stands INTEGER NOT NULL, PRIMARY KEY (message_id, n))`,
    `CREATE INDEX facts_of ON facts (patient_id)`,
    `CREATE INDEX facts_of_object ON facts (fact_key)`,
    `CREATE INDEX facts_held ON facts (message_id) WHERE held = 1`,
    `CREATE TABLE identities (id TEXT NOT NULL PRIMARY KEY, level TEXT NOT NULL, patient_id TEXT NOT NULL, given BIGINT NOT NULL)`,
    `CREATE INDEX identities_of ON identities (patient_id)`,
    `CREATE TABLE identity_starts (identity_id TEXT NOT NULL, fact_key TEXT NOT NULL, PRIMARY KEY (identity_id, fact_key))`,
    `CREATE TABLE pathways (id TEXT NOT NULL PRIMARY KEY, patient_id TEXT NOT NULL, definition_version TEXT NOT NULL, document TEXT NOT NULL)`,
    `CREATE INDEX pathways_of ON pathways (patient_id)`,
    `CREATE TABLE deadlines (episode_id TEXT NOT NULL, kind TEXT NOT NULL, patient_id TEXT NOT NULL, due_on TEXT NOT NULL,
      state TEXT NOT NULL, look_on TEXT, PRIMARY KEY (episode_id, kind))`,
    `CREATE INDEX deadlines_of ON deadlines (patient_id)`,
    `CREATE INDEX deadlines_to_look_at ON deadlines (look_on, patient_id) WHERE look_on IS NOT NULL`,
    `CREATE INDEX deadlines_open ON deadlines (state) WHERE state = 'open'`,
    `CREATE TABLE warned (episode_id TEXT NOT NULL, kind TEXT NOT NULL, due_on TEXT NOT NULL, level TEXT NOT NULL,
      patient_id TEXT NOT NULL, warned_on TEXT NOT NULL, PRIMARY KEY (episode_id, kind, due_on, level))`,
    `CREATE INDEX warned_of ON warned (patient_id)`,
    `CREATE TABLE questions (fact_key TEXT NOT NULL, reason TEXT NOT NULL, patient_id TEXT NOT NULL, message_id TEXT NOT NULL,
      ask_after TEXT NOT NULL, asked INTEGER NOT NULL, PRIMARY KEY (fact_key, reason))`,
    `CREATE INDEX questions_of ON questions (patient_id)`,
    `CREATE INDEX questions_to_ask ON questions (patient_id, ask_after) WHERE asked = 0`,
    `CREATE TABLE resources (key TEXT NOT NULL PRIMARY KEY, type TEXT NOT NULL, id TEXT NOT NULL, patient_id TEXT, fact_key TEXT,
      first_wanted_at TEXT NOT NULL, wanted TEXT NOT NULL, wanted_n BIGINT NOT NULL, written TEXT, server_version TEXT,
      state TEXT NOT NULL, sent TEXT NOT NULL DEFAULT '', reasons TEXT NOT NULL)`,
    `CREATE INDEX resources_of ON resources (patient_id)`,
    `CREATE INDEX resources_of_fact ON resources (fact_key) WHERE fact_key IS NOT NULL`,
    `CREATE INDEX resources_not_done ON resources (state, patient_id) WHERE state <> 'done'`,
    `CREATE TABLE resource_basis (resource_key TEXT NOT NULL, message_id TEXT NOT NULL, PRIMARY KEY (message_id, resource_key))`,
    `CREATE INDEX basis_of ON resource_basis (resource_key)`,
    `CREATE INDEX resources_by_id ON resources (id)`,
    `CREATE TABLE said_resources (source TEXT NOT NULL, type TEXT NOT NULL, id TEXT NOT NULL, version_key TEXT NOT NULL,
      content TEXT NOT NULL, PRIMARY KEY (source, type, id))`,
    `CREATE TABLE unresolved (source TEXT NOT NULL, reference TEXT NOT NULL, message_id TEXT NOT NULL,
      PRIMARY KEY (source, reference, message_id))`,
    `CREATE INDEX unresolved_of ON unresolved (message_id)`,
    `CREATE TABLE watermarks (source TEXT NOT NULL, type TEXT NOT NULL, since TEXT NOT NULL, PRIMARY KEY (source, type))`,
    `CREATE TABLE deliveries (patient_id TEXT NOT NULL PRIMARY KEY, ${LEASED})`,
    `CREATE INDEX deliveries_due ON deliveries (not_before)`,
    `CREATE TABLE slots (job TEXT NOT NULL, slot TEXT NOT NULL, PRIMARY KEY (job, slot))`,
  ];
}

const UNMAPPED_CODES_AND_ROWS = [
  `ALTER TABLE messages ADD COLUMN pack TEXT NOT NULL DEFAULT ''`,
  `UPDATE messages SET pack = packs.pack FROM (SELECT message_id, MIN(pack) AS pack FROM facts GROUP BY message_id) AS packs
    WHERE packs.message_id = messages.id`,
  `CREATE INDEX messages_by_pack ON messages (pack, received_at)`,
  `CREATE TABLE unmapped (pack TEXT NOT NULL, system TEXT NOT NULL, code TEXT NOT NULL, message_id TEXT NOT NULL,
    PRIMARY KEY (pack, system, code, message_id))`,
  `CREATE INDEX unmapped_of ON unmapped (message_id)`,
  `CREATE TABLE newest_rows (source TEXT NOT NULL, name TEXT NOT NULL, content_hash TEXT NOT NULL, message_id TEXT NOT NULL,
    n INTEGER NOT NULL, PRIMARY KEY (source, name))`,
];

const GIVEN_IDS = [
  `ALTER TABLE resources ADD COLUMN server_id TEXT`,
  `CREATE INDEX resources_given ON resources (patient_id) WHERE server_id IS NOT NULL`,
  `CREATE INDEX resources_by_server_id ON resources (server_id) WHERE server_id IS NOT NULL`,
];

const LOOKED_FOR_SINCE = [`ALTER TABLE resources ADD COLUMN looked_for_since TEXT`];

const CREATION_RIGHTS = [
  `ALTER TABLE resources ADD COLUMN maker TEXT`,
  `ALTER TABLE resources ADD COLUMN maker_until TEXT NOT NULL DEFAULT ''`,
];
