import {
  holdFile,
  openSqlite,
  type FileLock,
  type SqliteDatabase,
  type SqliteStatement,
  type SqliteValue,
} from '../support/sqlite.js';

/** The file of the server, held by this process alone. Statements are prepared once. */
export interface Database {
  all(sql: string, ...values: readonly SqliteValue[]): readonly Row[];
  get(sql: string, ...values: readonly SqliteValue[]): Row | undefined;
  run(sql: string, ...values: readonly SqliteValue[]): { changes: number; lastInsertRowid: number | bigint };
  exec(sql: string): void;
  close(): void;
}

export type Row = Readonly<Record<string, SqliteValue>>;

/** Another process has the file: two would lose one another's work. */
export class FhirFileInUse extends Error {
  constructor() {
    super('the file of the embedded FHIR server is in use by another process');
    this.name = 'FhirFileInUse';
  }
}

const BUSY_TIMEOUT_MS = 250;
/** Searches differ: those of the last so many are kept prepared. */
const MOST_STATEMENTS = 500;

const INDEX_TABLES = [
  ['ix_token', 'code TEXT NOT NULL, system TEXT NOT NULL', 'code, system'],
  ['ix_reference', 'id TEXT NOT NULL, type TEXT NOT NULL', 'id, type'],
  ['ix_date', '"from" INTEGER NOT NULL, "to" INTEGER NOT NULL', '"from", "to"'],
  ['ix_string', 'folded TEXT NOT NULL, text TEXT NOT NULL', 'folded, text'],
  ['ix_uri', 'value TEXT NOT NULL', 'value'],
] as const;

/** Every content a resource had is a row of `version`, in the order written; `resource` says which is the current one. */
const TABLES = `
CREATE TABLE IF NOT EXISTS version (n INTEGER PRIMARY KEY AUTOINCREMENT, rid INTEGER NOT NULL, type TEXT NOT NULL,
  vid INTEGER NOT NULL, method TEXT NOT NULL, updated INTEGER NOT NULL, body TEXT);
CREATE UNIQUE INDEX IF NOT EXISTS version_of ON version (rid, vid);
CREATE INDEX IF NOT EXISTS version_type ON version (type, n);
CREATE TABLE IF NOT EXISTS resource (rid INTEGER PRIMARY KEY AUTOINCREMENT, type TEXT NOT NULL, id TEXT NOT NULL,
  vid INTEGER NOT NULL, updated INTEGER NOT NULL, deleted INTEGER NOT NULL, UNIQUE (type, id));
CREATE INDEX IF NOT EXISTS resource_of ON resource (type, rid);
CREATE INDEX IF NOT EXISTS resource_updated ON resource (type, updated);
CREATE TABLE IF NOT EXISTS link (rid INTEGER NOT NULL, type TEXT NOT NULL, id TEXT NOT NULL,
  PRIMARY KEY (rid, type, id)) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS link_to ON link (type, id);
${INDEX_TABLES.map(
  ([name, columns, order]) => `
CREATE TABLE IF NOT EXISTS ${name} (rid INTEGER NOT NULL, param TEXT NOT NULL, ${columns},
  PRIMARY KEY (rid, param, ${order})) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS ${name}_by ON ${name} (param, ${order});`,
).join('')}
CREATE TABLE IF NOT EXISTS indexed_by (searches TEXT NOT NULL);
PRAGMA user_version = 1;`;

/** Opens the file and locks it until it is closed or the process ends, however it ends. */
export function openDatabase(file: string): Database {
  const lock = holdFile(`${file}.lock`);
  if (lock === undefined) throw new FhirFileInUse();
  try {
    const database = openSqlite(file, { busyTimeoutMs: BUSY_TIMEOUT_MS });
    database.pragma('cache_size = -32768');
    // Pages are copied from the log less often than SQLite would: each time costs two waits for the disk.
    database.pragma('wal_autocheckpoint = 4000');
    database.exec(TABLES);
    return withStatements(database, lock);
  } catch (error) {
    lock.release();
    throw error;
  }
}

function withStatements(database: SqliteDatabase, lock: FileLock): Database {
  const statements = new Map<string, SqliteStatement>();
  const prepared = (sql: string): SqliteStatement => {
    const known = statements.get(sql);
    if (known !== undefined) return known;
    if (statements.size >= MOST_STATEMENTS) statements.clear();
    const statement = database.prepare(sql);
    statements.set(sql, statement);
    return statement;
  };
  return {
    all: (sql, ...values) => prepared(sql).all(...values) as Row[],
    get: (sql, ...values) => prepared(sql).get(...values) as Row | undefined,
    run: (sql, ...values) => prepared(sql).run(...values),
    exec: (sql) => database.exec(sql),
    close: () => {
      statements.clear();
      database.close();
      lock.release();
    },
  };
}
