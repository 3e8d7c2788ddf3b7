import { join } from 'node:path';
import {
  Kysely,
  Migrator,
  PostgresDialect,
  PostgresDriver,
  SqliteDialect,
  SqliteDriver,
  type DatabaseConnection,
  type Driver,
  type PostgresDialectConfig,
} from 'kysely';
import pg from 'pg';
import { placeOf, type Log } from '../support/log.js';
import { holdFile, openSqlite, type SqliteDatabase } from '../support/sqlite.js';
import { migrationsFor } from './migrations.js';
import type { Dialect } from './store.js';
import type { Tables } from './tables.js';
import { unavailable } from './unavailable.js';

/** A database that is open and has the tables of this version. */
export interface Connection {
  readonly dialect: Dialect;
  readonly db: Kysely<Tables>;
  /** On SQLite, which has one connection: whether its commits return only when they are on disk. PostgreSQL is told in each transaction. */
  readonly forceCommits: (isForced: boolean) => void;
  close(): Promise<void>;
}

/** Another process has this DATA_DIR: two would lose one another's work. */
export class StoreInUse extends Error {
  constructor() {
    super('DATA_DIR is in use by another process');
    this.name = 'StoreInUse';
  }
}

const BUSY_TIMEOUT_MS = 250;
const POOL_SIZE = 10;
/** The type number of bigint in PostgreSQL. */
const INT8 = 20;

export async function connectSqlite(dataDir: string): Promise<Connection> {
  const lock = holdFile(join(dataDir, 'adapter.lock'));
  if (lock === undefined) throw new StoreInUse();
  try {
    const database = openSqlite(join(dataDir, 'adapter.db'), { busyTimeoutMs: BUSY_TIMEOUT_MS });
    const db = new Kysely<Tables>({ dialect: new ImmediateSqliteDialect(database) });
    const close = async () => {
      await db.destroy();
      lock.release();
    };
    const forceCommits = (isForced: boolean) => void database.pragma(`synchronous = ${isForced ? 'FULL' : 'NORMAL'}`);
    return await migrated({ dialect: 'sqlite', db, forceCommits, close });
  } catch (error) {
    lock.release();
    throw error;
  }
}

export async function connectPostgres(databaseUrl: string, log: Log): Promise<Connection> {
  const pool = new pg.Pool({
    connectionString: databaseUrl,
    max: POOL_SIZE,
    types: { getTypeParser },
    connectionTimeoutMillis: 5_000,
  });
  // An idle connection that the server ended: the pool opens another when one is needed.
  pool.on('error', (error) => log.warn('a connection to the store ended', placeOf(error)));
  // One that is in use, too: its query fails, and the pool drops it. Without a listener the whole process would end.
  pool.on('connect', (client) => client.on('error', () => undefined));
  const db = new Kysely<Tables>({ dialect: new LastingPostgresDialect({ pool }) });
  return migrated({ dialect: 'postgres', db, forceCommits: () => undefined, close: () => db.destroy() });
}

/** Counts and sequence numbers come as bigint, which the driver hands over as text: ours stay far below 2^53. */
function getTypeParser(oid: number, format?: 'text' | 'binary'): (value: string) => unknown {
  return oid === INT8 ? Number : parserOf(oid, format);
}

const parserOf = pg.types.getTypeParser as (oid: number, format?: string) => (value: string) => unknown;

async function migrated(connection: Connection): Promise<Connection> {
  const { db, dialect } = connection;
  const migrator = new Migrator({ db, provider: { getMigrations: () => Promise.resolve(migrationsFor(dialect)) } });
  const { error } = await migrator.migrateToLatest();
  if (error === undefined) return connection;
  await db.destroy();
  throw unavailable(error) ?? (error as Error);
}

/** Takes the write lock when a transaction begins, not in its middle: then it can only be refused where nothing was done yet. */
class ImmediateSqliteDialect extends SqliteDialect {
  constructor(private readonly database: SqliteDatabase) {
    super({ database: database as never });
  }

  override createDriver(): Driver {
    return new ImmediateSqliteDriver(this.database);
  }
}

/**
 * By `exec`, since a prepared statement that meets a lock stays under way until it is collected, and no commit goes through
 * meanwhile. For the same reason nothing is written outside a transaction.
 */
class ImmediateSqliteDriver extends SqliteDriver {
  constructor(private readonly database: SqliteDatabase) {
    super({ database: database as never });
  }

  override beginTransaction(): Promise<void> {
    return this.execute('BEGIN IMMEDIATE');
  }

  override commitTransaction(): Promise<void> {
    return this.execute('COMMIT');
  }

  /** A full disk has SQLite roll back by itself: that there is nothing left to roll back must not hide why. */
  override rollbackTransaction(): Promise<void> {
    return this.execute('ROLLBACK').catch(() => undefined);
  }

  // eslint-disable-next-line @typescript-eslint/require-await -- what it throws is to be a rejection
  private async execute(statement: string): Promise<void> {
    this.database.exec(statement);
  }
}

class LastingPostgresDialect extends PostgresDialect {
  private readonly settings: PostgresDialectConfig;

  constructor(settings: PostgresDialectConfig) {
    super(settings);
    this.settings = settings;
  }

  override createDriver(): Driver {
    return new LastingPostgresDriver(this.settings);
  }
}

class LastingPostgresDriver extends PostgresDriver {
  /** On a connection that was lost it fails too, and must not hide that it was lost; the pool drops such a connection. */
  override async rollbackTransaction(connection: DatabaseConnection): Promise<void> {
    await super.rollbackTransaction(connection).catch(() => undefined);
  }
}
