import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterEach, describe, expect, test } from '@jest/globals';
import Libsql from 'libsql';
import { sql } from 'kysely';
import { connectSqlite, StoreInUse } from '../../src/store/connection.js';
import { openStore, storeOn } from '../../src/store/open-store.js';
import { StoreUnavailable } from '../../src/store/store.js';
import { silentLog } from '../../src/support/log.js';
import { administer, storeKinds, type OpenedStore } from './stores.js';
import { accepted, applied, message, NOW, referral, told } from './told.js';

const kinds = await storeKinds();
const postgres = kinds.filter(({ name }) => name === 'PostgreSQL');
const sqlite = kinds.find(({ name }) => name === 'SQLite')!;
const clock = { now: () => NOW };
const opened: OpenedStore[] = [];
const children: ChildProcess[] = [];
afterEach(async () => {
  for (const child of children.splice(0)) child.kill('SIGKILL');
  for (const each of opened.splice(0)) await each.remove();
});
const fresh = async (kind = sqlite) => {
  const kept = await kind.open(clock);
  opened.push(kept);
  return kept;
};

describe('one folder', () => {
  test('is one process’s: a second one is told so, and may have it once the first has ended, however it ended', async () => {
    const dataDir = mkdtempSync(join(tmpdir(), 'held-'));
    const child = spawn(process.execPath, [resolve('test/store/held-folder.js'), join(dataDir, 'adapter.lock')], {
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    children.push(child);
    await once(child.stdout, 'data');
    await expect(openStore({ dataDir, clock, log: silentLog })).rejects.toBeInstanceOf(StoreInUse);
    child.kill('SIGKILL');
    await once(child, 'exit');
    const store = await openStore({ dataDir, clock, log: silentLog });
    await expect(openStore({ dataDir, clock, log: silentLog })).rejects.toMatchObject({
      name: 'StoreInUse',
      message: 'DATA_DIR is in use by another process',
    });
    await store.check();
    await store.close();
    rmSync(dataDir, { recursive: true });
  });

  test('what was claimed when the process was killed is claimed again by the next at once', async () => {
    const kept = await fresh();
    await accepted(kept.store, ['1']);
    expect(await (await kept.reopen()).claimMessages(NOW, 10, 60_000)).toMatchObject([{ attempts: 2 }]);
  });
});

describe('a file that another program holds', () => {
  test('is waited for a moment, then it is said to be locked; when it is free, it goes on', async () => {
    const { store, dataDir } = await fresh();
    const foreign = new Libsql(join(dataDir, 'adapter.db'));
    foreign.exec('BEGIN IMMEDIATE');
    const locked = { name: 'StoreUnavailable', code: 'locked' };
    const began = performance.now();
    await expect(store.accept([message('1')], { lenient: false })).rejects.toMatchObject(locked);
    expect(performance.now() - began).toBeLessThan(2_000);
    await expect(store.check()).rejects.toMatchObject(locked);
    await expect(store.claimMessages(NOW, 1, 1)).rejects.toMatchObject(locked);
    await expect(store.transaction(() => Promise.resolve())).rejects.toMatchObject(locked);
    foreign.exec('ROLLBACK');
    foreign.close();
    await store.check();
    expect(await store.accept([message('1')], { lenient: false })).toMatchObject([{ status: 'received' }]);
  });
});

describe('a full disk', () => {
  test('is said; nothing of what failed is kept, and all that was answered is', async () => {
    const kept = await fresh();
    await kept.store.close();
    const connection = await connectSqlite(kept.dataDir);
    const store = storeOn(connection, clock);
    await told(store, '1', [referral('r')]);
    const { rows } = await sql<{ page_count: number }>`PRAGMA page_count`.execute(connection.db);
    await sql.raw(`PRAGMA max_page_count = ${rows[0]!.page_count + 4}`).execute(connection.db);
    const large = (n: number) => message(`large ${n}`, 'x'.repeat(3_000));
    let kind: unknown;
    let answered = 0;
    for (let n = 0; n < 50 && kind === undefined; n++) {
      await store.accept([large(n)], { lenient: false }).then(
        () => answered++,
        (error: unknown) => (kind = error),
      );
    }
    expect(kind).toBeInstanceOf(StoreUnavailable);
    expect(kind).toMatchObject({ code: 'full' });
    expect((await store.counts()).messages.received).toBe(answered);
    await sql.raw(`PRAGMA max_page_count = 1000000`).execute(connection.db);
    expect(await store.accept([large(99)], { lenient: false })).toMatchObject([{ status: 'received' }]);
    await store.close();
    expect((await (await kept.reopen()).counts()).messages.received).toBe(answered + 1);
  });
});

describe('a database that does not answer', () => {
  test('is said to be unreachable, without its address', async () => {
    const databaseUrl = 'postgres://somebody:secret@127.0.0.1:9/none';
    const opening = openStore({ dataDir: tmpdir(), databaseUrl, clock, log: silentLog });
    await expect(opening).rejects.toMatchObject({ name: 'StoreUnavailable', code: 'unreachable' });
    await opening.catch((error: unknown) => expect(String(error)).not.toMatch(/secret|127/));
  });
});

(postgres.length > 0 ? describe : describe.skip)('PostgreSQL', () => {
  const terminate = (databaseUrl: string, which = '') =>
    administer(
      `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '${new URL(databaseUrl).pathname.slice(1)}' ${which}`,
    );

  test('that ends idle connections is not noticed', async () => {
    const { store, databaseUrl } = await fresh(postgres[0]);
    await store.check();
    await terminate(databaseUrl!);
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(await store.accept([message('1')], { lenient: false })).toMatchObject([{ status: 'received' }]);
  });

  test('that ends a connection in the middle of a transaction is unreachable: nothing is kept, and it goes on after', async () => {
    const { store, databaseUrl } = await fresh(postgres[0]);
    const [claim] = await accepted(store, ['1']);
    const broken = store.transaction(async (tx) => {
      await tx.finishMessage(claim!, { state: 'applied', reasons: [] });
      await terminate(databaseUrl!);
      await new Promise((resolve) => setTimeout(resolve, 50));
      return tx.lockPatient('nobody');
    });
    await expect(broken).rejects.toMatchObject({ name: 'StoreUnavailable', code: 'unreachable' });
    expect((await store.counts()).messages).toMatchObject({ received: 1, applied: 0 });
    await applied(store, claim!, [referral('r')]);
    expect((await store.counts()).messages).toMatchObject({ received: 0, applied: 1 });
  });

  test('that ends a connection while a statement runs is unreachable, and it goes on after', async () => {
    const { store, databaseUrl } = await fresh(postgres[0]);
    const { patientIds } = await told(store, '1', [referral('r')]);
    const waiting = store.transaction(async (tx) => {
      await tx.lockPatient(patientIds[0]!);
      const other = store.transaction((second) => second.lockPatient(patientIds[0]!));
      const ended = expect(other).rejects.toMatchObject({ code: 'unreachable' });
      await new Promise((resolve) => setTimeout(resolve, 50));
      await terminate(databaseUrl!, "AND wait_event_type = 'Lock'");
      await ended;
    });
    await waiting;
    await store.check();
  });

  test('is opened by several at once: the tables are made once', async () => {
    const { databaseUrl } = await fresh(postgres[0]);
    const stores = await Promise.all(
      Array.from({ length: 4 }, () =>
        openStore({ dataDir: tmpdir(), databaseUrl: databaseUrl!, clock, log: silentLog }),
      ),
    );
    for (const store of stores) {
      await store.check();
      await store.close();
    }
  });
});
