import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { randomUUID } from 'node:crypto';
import pg from 'pg';
import { openStore } from '../../src/store/open-store.js';
import type { Store } from '../../src/store/store.js';
import { systemClock, type Clock } from '../../src/support/clock.js';
import { silentLog } from '../../src/support/log.js';

/** A store that is open on a real file or in a database of its own, and can be opened again as after a crash. */
export interface OpenedStore {
  readonly store: Store;
  readonly dataDir: string;
  readonly databaseUrl: string | undefined;
  /** Closes it and opens what is on disk. */
  reopen(): Promise<Store>;
  /** Closes it and removes everything. */
  remove(): Promise<void>;
}

export interface StoreKind {
  readonly name: 'SQLite' | 'PostgreSQL';
  readonly open: (clock?: Clock) => Promise<OpenedStore>;
}

const SERVER = process.env['TEST_POSTGRES'] ?? 'postgres://postgres@127.0.0.1:5432';

/** Both stores; PostgreSQL is left out, and said to be, where none answers, unless servers are required. */
export async function storeKinds(): Promise<StoreKind[]> {
  const sqlite: StoreKind = { name: 'SQLite', open: (clock) => opened(undefined, clock) };
  if (!(await postgresAnswers())) {
    console.warn('skipped: PostgreSQL (no server at 127.0.0.1:5432)');
    return [sqlite];
  }
  const postgres: StoreKind = {
    name: 'PostgreSQL',
    open: async (clock) => {
      const name = `test_${randomUUID().replaceAll('-', '')}`;
      await administer(`CREATE DATABASE ${name}`);
      return opened(name, clock);
    },
  };
  return [sqlite, postgres];
}

async function postgresAnswers(): Promise<boolean> {
  try {
    await administer('SELECT 1');
    return true;
  } catch (error) {
    if (process.env['REQUIRE_SERVERS'] === '1') throw error;
    return false;
  }
}

export async function administer(statement: string): Promise<void> {
  const client = new pg.Client({ connectionString: `${SERVER}/postgres`, connectionTimeoutMillis: 2_000 });
  await client.connect();
  try {
    await client.query(statement);
  } finally {
    await client.end();
  }
}

async function opened(database: string | undefined, clock: Clock = systemClock): Promise<OpenedStore> {
  const dataDir = mkdtempSync(join(tmpdir(), 'store-'));
  const databaseUrl = database === undefined ? undefined : `${SERVER}/${database}`;
  const open = () =>
    openStore({ dataDir, ...(databaseUrl === undefined ? {} : { databaseUrl }), clock, log: silentLog });
  let store = await open();
  return {
    get store() {
      return store;
    },
    dataDir,
    databaseUrl,
    reopen: async () => {
      await store.close();
      store = await open();
      return store;
    },
    remove: async () => {
      await store.close();
      rmSync(dataDir, { recursive: true, force: true });
      if (database !== undefined) await administer(`DROP DATABASE ${database} WITH (FORCE)`);
    },
  };
}
