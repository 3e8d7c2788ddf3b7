import { tmpdir } from 'node:os';
import { afterEach, describe, expect, test } from '@jest/globals';
import { openStore } from '../../src/store/open-store.js';
import type { Store } from '../../src/store/store.js';
import { silentLog } from '../../src/support/log.js';
import { storeKinds, type OpenedStore } from './stores.js';
import {
  accepted,
  applied,
  loaded,
  message,
  NOTHING,
  NOW,
  organization,
  person,
  record,
  referral,
  saved,
  standing,
  statusOf,
  told,
  wanted,
  written,
} from './told.js';

const kinds = await storeKinds();
const postgres = kinds.filter(({ name }) => name === 'PostgreSQL');
const clock = { now: () => NOW };
const opened: OpenedStore[] = [];
const replicas: Store[] = [];
afterEach(async () => {
  for (const each of replicas.splice(0)) await each.close();
  for (const each of opened.splice(0)) await each.remove();
});
const fresh = async (kind: (typeof kinds)[number]) => {
  const kept = await kind.open(clock);
  opened.push(kept);
  return kept;
};
const replicaOf = async ({ databaseUrl }: OpenedStore) => {
  const store = await openStore({ dataDir: tmpdir(), databaseUrl: databaseUrl!, clock, log: silentLog });
  replicas.push(store);
  return store;
};
const soon = () => new Promise((resolve) => setTimeout(resolve, 100));

describe.each(kinds)('many workers on $name', (kind) => {
  test('apply and send everything: nothing is lost, nothing is left', async () => {
    const kept = await fresh(kind);
    const stores = kind.name === 'PostgreSQL' ? [kept.store, await replicaOf(kept)] : [kept.store];
    const messages = Array.from({ length: 400 }, (_, n) => message(`${n}`, n));
    await kept.store.accept(messages, { lenient: false });
    const apply = async (store: Store) => {
      for (;;) {
        const claims = await store.claimMessages(NOW, 5, 600_000);
        if (claims.length === 0) return;
        for (const claim of claims) await applyNumbered(store, claim);
      }
    };
    let applying = true;
    const send = async (store: Store) => {
      for (;;) {
        const last = !applying;
        const claims = await store.claimDeliveries(NOW, 5, 600_000);
        for (const claim of claims)
          await store.completeDelivery(claim, { done: claim.rows.map((row) => written(row)) });
        if (claims.length === 0 && last) return;
        if (claims.length === 0) await new Promise((resolve) => setTimeout(resolve, 5));
      }
    };
    const sending = Promise.all(stores.map(send));
    await Promise.all([...stores, ...stores, ...stores.slice(0, 4 - 2 * stores.length)].map(apply));
    applying = false;
    await sending;
    expect(await kept.store.counts()).toMatchObject({
      messages: { received: 0, applied: 400, waiting: 0, rejected: 0 },
      outbox: { pending: 0, dead: 0 },
    });
    expect((await kept.store.listMessages({ status: 'delivered', count: 500 })).messages).toHaveLength(400);
    const people = new Set<string>();
    const stands: string[] = [];
    for (let n = 0; n < 20; n++) {
      const [claim] = await accepted(kept.store, [`asking ${n}`]);
      const { patientIds } = await applied(kept.store, claim!, [referral(`asking ${n}`, { patient: person(`p${n}`) })]);
      people.add(patientIds[0]!);
    }
    for (const id of people)
      stands.push(...(await standing(kept.store, id)).filter((each) => !each.startsWith('asking')));
    // Objects 0 to 39, of each the highest of ten versions; persons 0 and 1, 10 and 11 turned out to be one.
    expect(stands.sort()).toEqual(Array.from({ length: 40 }, (_, n) => `object ${n} v10`).sort());
    expect(people.size).toBe(18);
  }, 120_000);
});

/** Message n is version n / 40 of one of forty objects, which move among twenty persons; every tenth names two. */
async function applyNumbered(store: Store, claim: Awaited<ReturnType<Store['claimMessages']>>[number]): Promise<void> {
  const n = Number(claim.message.messageKey);
  const object = n % 40;
  const version = Math.floor(n / 40) + 1;
  const owner = version < 10 ? (object * 7 + version) % 20 : object % 20;
  const patient = owner % 10 === 0 ? person(`p${owner}`, `p${owner + 1}`) : person(`p${owner}`);
  await store.transaction(async (tx) => {
    const patientIds = await record(tx, claim, [referral(`object ${object}`, { version, patient })]);
    if (!(await tx.finishMessage(claim, { state: 'applied', reasons: [] }))) throw new Error('the lease was lost');
    for (const id of patientIds) {
      const { facts } = await tx.loadPatient(id);
      const tasks = facts.map(({ key, fact }) => wanted(`Task|${key}`, `${fact.businessId} v${fact.version}`));
      await tx.savePatient(
        id,
        { ...NOTHING, wanted: [...tasks, organization(), organization('Other', '975')] },
        NOW,
        claim.message.id,
      );
    }
  });
}

(postgres.length > 0 ? describe : describe.skip)('two at the same time on PostgreSQL', () => {
  const both = async () => {
    const kept = await fresh(postgres[0]!);
    return { one: kept.store, other: await replicaOf(kept) };
  };

  test('of one message accepted twice one is received, the other a duplicate of it, whatever the order of a batch', async () => {
    const { one, other } = await both();
    const messages = Array.from({ length: 200 }, (_, n) => message(`${n}`));
    const [first, second] = await Promise.all([
      one.accept(messages, { lenient: false }),
      other.accept([...messages].reverse(), { lenient: false }),
    ]);
    const ids = (answers: typeof first) => answers.map((each) => ('id' in each ? each.id : ''));
    expect(ids([...second].reverse())).toEqual(ids(first));
    const statuses = [...first, ...second].map(({ status }) => status);
    expect(statuses.filter((status) => status === 'received')).toHaveLength(200);
    expect((await one.counts()).messages.received).toBe(200);
  });

  test('whoever moves an object of a patient that is merged at this moment derives the survivor anew', async () => {
    const { one, other } = await both();
    const [a] = (await told(one, '1', [referral('r', { patient: person('a') })])).patientIds;
    const [b] = (await told(one, '2', [referral('s', { patient: person('b') })])).patientIds;
    const [joining, moving] = await accepted(one, ['joining', 'moving']);
    let moved: ReturnType<typeof applied> | undefined;
    await one.transaction(async (tx) => {
      await record(tx, joining!, [referral('t', { patient: person('a', 'b') })]);
      moved = applied(other, moving!, [referral('s', { version: 2, patient: person('c') })]);
      await soon();
    });
    const { patientIds } = await moved!;
    expect(patientIds).toContain(a);
    expect(patientIds).not.toContain(b);
    expect(await standing(one, a!)).toEqual(['r v1', 't v1']);
  });

  test('a message of a patient that is merged at this moment, by another identifier, goes to the survivor', async () => {
    const { one, other } = await both();
    const [a] = (await told(one, '1', [referral('r', { patient: person('a') })])).patientIds;
    await told(one, '2', [referral('s', { patient: person('b', 'b2') })]);
    const [joining, later] = await accepted(one, ['joining', 'later']);
    let recorded: ReturnType<typeof applied> | undefined;
    await one.transaction(async (tx) => {
      await record(tx, joining!, [referral('t', { patient: person('a', 'b') })]);
      recorded = applied(other, later!, [referral('u', { patient: person('b2') })]);
      await soon();
    });
    expect((await recorded!).patientIds).toEqual([a]);
    expect(await standing(one, a!)).toEqual(['r v1', 's v1', 't v1', 'u v1']);
  });

  test('a new person who is told of twice at the same moment is one', async () => {
    const { one, other } = await both();
    const claims = await accepted(one, ['1', '2']);
    const [first, second] = await Promise.all([
      applied(one, claims[0]!, [referral('r', { patient: person('a', 'x') })]),
      applied(other, claims[1]!, [referral('s', { patient: person('x', 'a') })]),
    ]);
    expect(first.patientIds).toEqual(second.patientIds);
  });

  test('messages of one hospital do not wait for one another', async () => {
    const { one, other } = await both();
    await told(one, '0', [referral('q', { patient: person('z') })]);
    const claims = await accepted(one, ['1', '2']);
    await one.transaction(async (tx) => {
      const patientIds = await record(tx, claims[0]!, [referral('r', { patient: person('a') })]);
      await tx.savePatient(patientIds[0]!, { ...NOTHING, wanted: [organization()] }, NOW);
      const [id] = (await applied(other, claims[1]!, [referral('s', { patient: person('b') })])).patientIds;
      expect((await loaded(other, id!)).organizations.size).toBe(1);
    });
  });

  test('a patient who is being derived anew is sent in the next round, and what was settled meanwhile is not waited for', async () => {
    const { one, other } = await both();
    const { id, patientIds } = await told(one, '1', [referral('r')]);
    const [patientId] = patientIds;
    await saved(one, patientId!, { wanted: [wanted('t', 'one')] }, id);
    await one.transaction(async (tx) => {
      await tx.lockPatient(patientId!);
      expect(await other.claimDeliveries(NOW, 10, 60_000)).toEqual([]);
    });
    const [claim] = await other.claimDeliveries(NOW, 10, 60_000);
    let completed: Promise<void> | undefined;
    await one.transaction(async (tx) => {
      await tx.lockPatient(patientId!);
      completed = other.completeDelivery(claim!, { done: claim!.rows.map((row) => written(row)) });
      await soon();
      await tx.savePatient(
        patientId!,
        { ...NOTHING, wanted: [wanted('t', 'one', { messageIds: [id] }), wanted('u', 'one')] },
        NOW,
        id,
      );
    });
    await completed;
    expect(await statusOf(one, id)).toBe('applied');
    const [rest] = await one.claimDeliveries(NOW, 10, 60_000);
    expect(rest?.rows.map(({ key }) => key)).toEqual(['u']);
    await one.completeDelivery(rest!, { done: rest!.rows.map((row) => written(row)) });
    expect(await statusOf(one, id)).toBe('delivered');
  });
});
