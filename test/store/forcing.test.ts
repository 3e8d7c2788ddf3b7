import { afterEach, describe, expect, test } from '@jest/globals';
import { sql } from 'kysely';
import { connectPostgres, connectSqlite, type Connection } from '../../src/store/connection.js';
import { storeOn } from '../../src/store/open-store.js';
import { transactionsOn } from '../../src/store/transactions.js';
import { silentLog } from '../../src/support/log.js';
import { storeKinds, type OpenedStore } from './stores.js';
import { applied, message, NOW, referral, saved, wanted } from './told.js';

const kinds = await storeKinds();
const opened: { connection: Connection; kept: OpenedStore }[] = [];
afterEach(async () => {
  for (const { connection, kept } of opened.splice(0)) {
    await connection.close();
    await kept.reopen().catch(() => undefined);
    await kept.remove();
  }
});

async function connected({ open }: (typeof kinds)[number]): Promise<Connection> {
  const kept = await open();
  await kept.store.close();
  const { dataDir, databaseUrl } = kept;
  const connection = await (databaseUrl === undefined
    ? connectSqlite(dataDir)
    : connectPostgres(databaseUrl, silentLog));
  opened.push({ connection, kept });
  return connection;
}

describe.each(kinds)('what waits for the disk on $name', (kind) => {
  /** As the database says it, in the middle of a transaction. */
  const isForced = async (write: ReturnType<typeof transactionsOn>['write'], { dialect }: Connection) => {
    const asked = dialect === 'sqlite' ? sql`PRAGMA synchronous` : sql`SHOW synchronous_commit`;
    const { rows } = await write((trx) => asked.execute(trx));
    return rows[0];
  };
  const told = (isOn: boolean) =>
    kind.name === 'SQLite' ? { synchronous: isOn ? 2 : 1 } : { synchronous_commit: isOn ? 'on' : 'off' };

  test('is every transaction but those that say that they need not', async () => {
    const connection = await connected(kind);
    const { write, writeUnforced } = transactionsOn(connection);
    expect(await isForced(write, connection)).toEqual(told(true));
    expect(await isForced(writeUnforced, connection)).toEqual(told(false));
    expect(await isForced(write, connection)).toEqual(told(true));
  });

  test('is the next transaction, after one that need not wait and failed', async () => {
    const connection = await connected(kind);
    const { write, writeUnforced } = transactionsOn(connection);
    await expect(writeUnforced(() => Promise.reject(new Error('broken')))).rejects.toThrow('broken');
    expect(await isForced(write, connection)).toEqual(told(true));
  });

  test('is every transaction beside one that need not wait', async () => {
    const connection = await connected(kind);
    const { write, writeUnforced } = transactionsOn(connection);
    const both = [writeUnforced, write, writeUnforced, write].map((each) => isForced(each, connection));
    expect(await Promise.all(both)).toEqual([false, true, false, true].map(told));
  });
});

const sqlite = kinds[0]!;

test('what came in, what follows from it and what may have been sent is on disk before anybody is told', async () => {
  const connection = await connected(sqlite);
  let waits = true;
  const forceCommits = (isForced: boolean) => {
    waits &&= isForced;
    connection.forceCommits(isForced);
  };
  const store = storeOn({ ...connection, forceCommits }, { now: () => NOW });
  const during = async <T>(step: () => Promise<T>): Promise<{ result: T; waits: boolean }> => {
    waits = true;
    const result = await step();
    return { result, waits };
  };
  const accepting = await during(() => store.accept([message('1')], { lenient: false }));
  const claiming = await during(() => store.claimMessages(NOW, 1, 60_000));
  const applying = await during(() => applied(store, claiming.result[0]!, [referral('r')]));
  const wanting = await during(() => saved(store, applying.result.patientIds[0]!, { wanted: [wanted('t', 'one')] }));
  const sending = await during(() => store.claimDeliveries(NOW, 1, 60_000));
  const creating = await during(() => store.creations.take('t'));
  const done = sending.result[0]!.rows.map(({ key, wantedN }) => ({ key, wantedN, outcome: 'written' as const }));
  const settling = await during(() => store.completeDelivery(sending.result[0]!, { done }));
  expect({
    accepting: accepting.waits,
    claiming: claiming.waits,
    applying: applying.waits,
    wanting: wanting.waits,
    sending: sending.waits,
    creating: creating.waits,
    settling: settling.waits,
  }).toEqual({
    accepting: true,
    claiming: false,
    applying: true,
    wanting: true,
    sending: true,
    creating: true,
    settling: false,
  });
  expect((await store.counts()).outbox).toEqual({ pending: 0, dead: 0 });
});
