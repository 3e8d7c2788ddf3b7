import { describe, expect, test } from '@jest/globals';
import { CompiledQuery, createQueryId, sql, type RootOperationNode } from 'kysely';
import { connectPostgres, connectSqlite, type Connection } from '../../src/store/connection.js';
import { storeOn } from '../../src/store/open-store.js';
import type { Store } from '../../src/store/store.js';
import { silentLog } from '../../src/support/log.js';
import { storeKinds, type OpenedStore } from './stores.js';
import { delivered, NOW, organization, person, referral, saved, told, wanted } from './told.js';

const kinds = await storeKinds();
/** Tables that grow with all that ever came in. */
const LARGE = 'messages|facts|patients|patient_identifiers|deadlines|questions|resources|pathways';

describe.each(kinds)('what the store asks of $name', ({ name, open }) => {
  test('is answered by an index, in every step of a message’s way, of the scan and of what is counted', async () => {
    const plans = await plansOf(await open({ now: () => NOW }), everyStep);
    expect(plans.length).toBeGreaterThan(25);
    const scan =
      name === 'SQLite' ? new RegExp(`SCAN (${LARGE}|r)\\b(?! USING)`) : new RegExp(`Seq Scan on (${LARGE})\\b`);
    // How many messages there are in all cannot be told without counting them.
    const counting = 'select "state", count(*) as "n" from "messages" group by "state"';
    expect(plans.filter(({ statement, plan }) => statement !== counting && scan.test(plan))).toEqual([]);
  }, 60_000);

  test('is answered, for the scan, by what is to be looked at or asked: not by everything that is open', async () => {
    const plans = await plansOf(await open({ now: () => NOW }), async (store) => {
      await store.scanCandidates('2026-03-20', NOW, 100, 'p1');
    });
    const text = plans.map(({ plan }) => plan).join('\n');
    expect(text).toContain('deadlines_to_look_at');
    expect(text).toContain('questions_to_ask');
    expect(text).not.toMatch(/deadlines_of|questions_of/);
  }, 60_000);
});

async function everyStep(store: Store): Promise<void> {
  const { id, patientIds } = await told(store, '1', [referral('r')]);
  const [patientId] = patientIds;
  const question = { factKey: 'k', reason: 'no-pathway', messageId: id, askAfter: NOW, asked: false };
  const messages = [{ messageId: id, state: 'waiting' as const, reasons: [] }];
  await saved(store, patientId!, { questions: [question], messages, wanted: [wanted('t', 'one'), organization()] }, id);
  await saved(store, patientId!, { wanted: [wanted('t', 'two')] }, id);
  await delivered(store);
  await told(store, '2', [referral('r', { version: 2, patient: person('a', 'b') })]);
  await store.scanCandidates('2026-03-20', NOW, 100);
  await store.counts();
  await store.message(id);
  for (const status of ['received', 'applied', 'delivered', 'waiting', 'rejected'] as const)
    await store.listMessages({ status, source: 'urn:epr', count: 2, cursor: '1000000' });
  await store.pathwaysOf({ system: 'urn:person', value: 'a' });
  await store.reviveDeadLetters(NOW);
  await store.replay(id);
}

interface Plan {
  readonly statement: string;
  readonly plan: string;
}

/** Runs steps on a database that holds much, and asks it how it answered each statement. */
async function plansOf(kept: OpenedStore, steps: (store: Store) => Promise<void>): Promise<Plan[]> {
  await kept.store.close();
  const { dataDir, databaseUrl } = kept;
  const connection = await (databaseUrl === undefined
    ? connectSqlite(dataDir)
    : connectPostgres(databaseUrl, silentLog));
  const nodes: RootOperationNode[] = [];
  const recording = connection.db.withPlugin({
    transformQuery: ({ node }) => (nodes.push(node), node),
    transformResult: ({ result }) => Promise.resolve(result),
  });
  try {
    await fill(connection);
    await steps(storeOn({ ...connection, db: recording }, { now: () => NOW }));
    return await explained(connection, nodes);
  } finally {
    await connection.close();
    await kept.reopen().catch(() => undefined);
    await kept.remove();
  }
}

async function explained({ db, dialect }: Connection, nodes: readonly RootOperationNode[]): Promise<Plan[]> {
  const plans = new Map<string, Plan>();
  const explain = dialect === 'sqlite' ? 'EXPLAIN QUERY PLAN' : 'EXPLAIN';
  await db.connection().execute(async (one) => {
    for (const node of nodes) {
      const { sql: statement, parameters } = one.getExecutor().compileQuery(node, createQueryId());
      if (plans.has(statement)) continue;
      const { rows } = await one.executeQuery(CompiledQuery.raw(`${explain} ${statement}`, [...parameters]));
      plans.set(statement, { statement, plan: rows.map((row) => JSON.stringify(row)).join('\n') });
    }
  });
  return [...plans.values()];
}

async function fill({ db, dialect }: Connection): Promise<void> {
  const numbers = sql`WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 20000) `;
  const statements = [
    sql`INSERT INTO messages (id, source, message_key, kind, received_at, content, content_hash, state, reasons, not_before)
      ${numbers} SELECT 'm' || i, 'urn:epr', 'k' || i, 'kind', ${NOW}, '{}', 'h', 'applied', '[]', ${NOW} FROM n`,
    sql`INSERT INTO patients (id, resource_id) ${numbers} SELECT 'p' || i, 'r' || i FROM n`,
    sql`INSERT INTO patient_identifiers (system, value, patient_id) ${numbers} SELECT 'urn:person', 'v' || i, 'p' || i FROM n`,
    sql`INSERT INTO facts (message_id, n, patient_id, fact_key, source, said_version, version_key, content, content_hash, pack, pack_version,
      stated_at, seq, stands)
      ${numbers} SELECT 'm' || i, 0, 'p' || i, 'f' || i, 'urn:epr', '1', '1', '{}', 'h', 'c', '1', ${NOW}, i, 1 FROM n`,
    sql`INSERT INTO resources (key, type, id, patient_id, first_wanted_at, wanted, wanted_n, state, reasons)
      ${numbers} SELECT 't' || i, 'Task', 'i' || i, 'p' || i, ${NOW}, '{}', 1, 'done', '[]' FROM n`,
    sql`INSERT INTO pathways (id, patient_id, definition_version, document) ${numbers} SELECT 'w' || i, 'p' || i, '1', '{}' FROM n`,
    sql`INSERT INTO deadlines (episode_id, kind, patient_id, due_on, state, look_on)
      ${numbers} SELECT 'e' || i, 'workup', 'p' || i, '2026-03-23', CASE WHEN i % 10 = 0 THEN 'open' ELSE 'met' END,
        CASE WHEN i % 10 <> 0 THEN NULL WHEN i % 1000 = 0 THEN '2026-03-20' ELSE '2026-09-01' END FROM n`,
    sql`INSERT INTO questions (fact_key, reason, patient_id, message_id, ask_after, asked)
      ${numbers} SELECT 'q' || i, 'no-pathway', 'p' || i, 'm' || i, ${NOW}, CASE WHEN i % 1000 = 1 THEN 0 ELSE 1 END FROM n`,
  ];
  for (const statement of statements) await statement.execute(db);
  if (dialect === 'postgres') await sql`ANALYZE`.execute(db);
}
