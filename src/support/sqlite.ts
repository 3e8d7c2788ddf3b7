import Libsql from 'libsql';

export type SqliteValue = string | number | bigint | Uint8Array | null;

export interface SqliteStatement {
  readonly reader: boolean;
  all(...values: readonly SqliteValue[]): unknown[];
  get(...values: readonly SqliteValue[]): unknown;
  run(...values: readonly SqliteValue[]): { changes: number; lastInsertRowid: number | bigint };
  iterate(...values: readonly SqliteValue[]): IterableIterator<unknown>;
}

export interface SqliteDatabase {
  prepare(sql: string): SqliteStatement;
  exec(sql: string): void;
  pragma(text: string): unknown;
  close(): void;
}

export interface SqliteOptions {
  /** How long a statement waits for another process's lock before it fails with SQLITE_BUSY. */
  readonly busyTimeoutMs: number;
  /** `delete` for a file that is only locked; all others write ahead. */
  readonly journal?: 'wal' | 'delete';
}

/** Of an error when a file cannot be opened, as SQLite itself calls it: the driver has only a sentence for it. */
export const CANNOT_OPEN = 'SQLITE_CANTOPEN';

/** Preparing costs as much as running: the statements in use are kept. */
const MOST_PREPARED = 500;

/**
 * A SQLite file, opened as this project always opens one: written through to disk before a commit returns.
 * The sole keeper of what is dangerous about the driver: a bound boolean (or undefined, or a plain object) aborts the whole
 * process, so every binding is checked before it gets there. Throws an error with the code `SQLITE_CANTOPEN` where there can be no
 * such file.
 */
export function openSqlite(file: string, options: SqliteOptions): SqliteDatabase {
  const database = opened(file);
  database.pragma(`busy_timeout = ${options.busyTimeoutMs}`);
  database.pragma(`journal_mode = ${options.journal ?? 'wal'}`);
  database.pragma('synchronous = FULL');
  database.pragma('foreign_keys = ON');
  const prepared = new Map<string, SqliteStatement>();
  return {
    prepare: (sql) => {
      const known = prepared.get(sql);
      if (known !== undefined) return known;
      const statement: unknown = database.prepare(sql);
      const fresh = guarded(statement as SqliteStatement);
      if (prepared.size >= MOST_PREPARED) prepared.clear();
      prepared.set(sql, fresh);
      return fresh;
    },
    exec: (sql) => void database.exec(sql),
    pragma: (text) => database.pragma(text),
    close: () => {
      prepared.clear();
      database.close();
    },
  };
}

function opened(file: string): Libsql.Database {
  try {
    return new Libsql(file);
  } catch (error) {
    if (!String(error).includes('Unable to open connection')) throw error;
    throw Object.assign(new Error(`cannot open ${file}`, { cause: error }), { code: CANNOT_OPEN });
  }
}

/** A file held by this process alone. */
export interface FileLock {
  release(): void;
}

/**
 * Holds a file until it is released or the process ends, however it ends: the operating system takes the lock back. Undefined: another
 * process holds it.
 */
export function holdFile(file: string): FileLock | undefined {
  let lock: SqliteDatabase | undefined;
  try {
    lock = openSqlite(file, { busyTimeoutMs: 0, journal: 'delete' });
    lock.exec('BEGIN EXCLUSIVE');
  } catch (error) {
    lock?.close();
    if (error instanceof Error && 'code' in error && String(error.code).startsWith('SQLITE_BUSY')) return undefined;
    throw error;
  }
  let held: SqliteDatabase | undefined = lock;
  return {
    release: () => {
      // The driver keeps a closed connection until its statements are collected, and a transaction with it: it is ended first.
      held?.exec('ROLLBACK');
      held?.close();
      held = undefined;
    },
  };
}

function guarded(statement: SqliteStatement): SqliteStatement {
  return {
    reader: statement.reader,
    all: (...values) => statement.all(...checked(values)),
    get: (...values) => statement.get(...checked(values)),
    run: (...values) => statement.run(...checked(values)),
    iterate: (...values) => statement.iterate(...checked(values)),
  };
}

function checked(values: readonly unknown[]): SqliteValue[] {
  // Kysely hands the values over as one array, statements of our own one by one.
  const flat: readonly unknown[] = values.length === 1 && Array.isArray(values[0]) ? values[0] : values;
  return flat.map((value, index) => {
    if (value === null || typeof value === 'string' || typeof value === 'number' || typeof value === 'bigint')
      return value;
    if (value instanceof Uint8Array) return value;
    throw new TypeError(`SQLite value ${index + 1} is a ${typeof value}, which cannot be bound`);
  });
}
