import { afterEach, describe, expect, test } from '@jest/globals';
import { addMs } from '../../src/support/dates.js';
import { storeKinds, type OpenedStore } from './stores.js';
import { accepted, applied, LATER, message, NOW, referral, told } from './told.js';

const kinds = await storeKinds();
const opened: OpenedStore[] = [];
afterEach(async () => {
  for (const each of opened.splice(0)) await each.remove();
});

describe.each(kinds)('the journal on $name', ({ open }) => {
  const fresh = async () => {
    const kept = await open({ now: () => NOW });
    opened.push(kept);
    return kept;
  };
  const strict = { lenient: false };

  test('a message is received once; the same again is a duplicate with the id of the first', async () => {
    const { store } = await fresh();
    const [first] = await store.accept([message('1')], strict);
    expect(first).toMatchObject({ status: 'received' });
    expect(await store.accept([message('1')], strict)).toEqual([{ ...first, status: 'duplicate' }]);
  });

  test('the same key of another source is another message', async () => {
    const { store } = await fresh();
    const answers = await store.accept([message('1'), message('1', 'other', { source: 'urn:lab' })], strict);
    expect(answers.map(({ status }) => status)).toEqual(['received', 'received']);
  });

  test('other content under a known identity is a conflict, and nothing of its batch is kept', async () => {
    const { store } = await fresh();
    await store.accept([message('1')], strict);
    const answers = await store.accept([message('2'), message('1', 'other')], strict);
    expect(answers.map(({ status }) => status)).toEqual(['received', 'conflict']);
    expect((await store.counts()).messages.received).toBe(1);
  });

  test('leniently, the good messages of a batch with a conflict are kept', async () => {
    const { store } = await fresh();
    await store.accept([message('1')], strict);
    const answers = await store.accept([message('2'), message('1', 'other')], { lenient: true });
    expect(answers.map(({ status }) => status)).toEqual(['received', 'conflict']);
    expect((await store.counts()).messages.received).toBe(2);
  });

  test('within one batch, the same event twice is one message, and other content is a conflict', async () => {
    const { store } = await fresh();
    const [first, again] = await store.accept([message('1'), message('1')], strict);
    expect([first?.status, again?.status]).toEqual(['received', 'duplicate']);
    const answers = await store.accept([message('2'), message('2', 'other')], strict);
    expect(answers[1]).toEqual({ status: 'conflict' });
    expect((await store.counts()).messages.received).toBe(1);
  });

  test('of calls that share a transaction, the conflict of one does not hurt the others', async () => {
    const { store } = await fresh();
    await store.accept([message('known')], strict);
    const answers = await Promise.all([
      store.accept([message('1')], strict),
      store.accept([message('2'), message('known', 'other')], strict),
      store.accept([message('2', 'as the one whose batch was refused')], strict),
      store.accept([message('1')], strict),
    ]);
    const statuses = answers.map((each) => each.map(({ status }) => status).join());
    expect(statuses).toEqual(['received', 'received,conflict', 'received', 'duplicate']);
    expect((await store.counts()).messages.received).toBe(3);
  });

  test('of calls that share a transaction, one that cannot be kept fails alone', async () => {
    const { store } = await fresh();
    const unkeepable = { ...message('bad'), content: { n: 1n } };
    const [good, bad] = await Promise.allSettled([
      store.accept([message('good')], strict),
      store.accept([unkeepable], strict),
    ]);
    expect([good.status, bad.status]).toEqual(['fulfilled', 'rejected']);
    expect((await store.counts()).messages.received).toBe(1);
  });

  test('a batch of a thousand keeps its order', async () => {
    const { store } = await fresh();
    const keys = Array.from({ length: 1_000 }, (_, n) => `m${n}`);
    const claims = await accepted(store, keys);
    expect(claims.map(({ message: { messageKey } }) => messageKey)).toEqual(keys);
    expect(claims.every(({ message: { seq } }, n) => n === 0 || seq > claims[n - 1]!.message.seq)).toBe(true);
  });

  test('what was answered is there when the store is opened again, and so is what it said', async () => {
    const kept = await fresh();
    const told = message('1', { text: 'æøå «»  ' }, { statedAt: '2026-03-19T08:00:00.000Z' });
    await kept.store.accept([told], strict);
    const [claim] = await (await kept.reopen()).claimMessages(NOW, 10, 60_000);
    expect(claim?.message).toMatchObject(told);
  });

  test('a claimed message is nobody else’s until its lease ends, and then an old fence changes nothing', async () => {
    const { store } = await fresh();
    const [first] = await accepted(store, ['1']);
    expect(await store.claimMessages(addMs(NOW, 59_999), 10, 60_000)).toEqual([]);
    const [second] = await store.claimMessages(addMs(NOW, 60_000), 10, 60_000);
    expect(second?.attempts).toBe(2);
    expect(await store.transaction((tx) => tx.finishMessage(first!, { state: 'applied', reasons: [] }))).toBe(false);
    await store.postponeMessage(first!, LATER);
    expect(await store.transaction((tx) => tx.finishMessage(second!, { state: 'applied', reasons: [] }))).toBe(true);
    expect(await store.transaction((tx) => tx.finishMessage(second!, { state: 'applied', reasons: [] }))).toBe(false);
  });

  test('a postponed message comes back at its time', async () => {
    const { store } = await fresh();
    const [claim] = await accepted(store, ['1']);
    await store.postponeMessage(claim!, LATER);
    expect(await store.claimMessages(addMs(LATER, -1), 10, 60_000)).toEqual([]);
    expect(await store.claimMessages(LATER, 10, 60_000)).toMatchObject([{ attempts: 2 }]);
  });

  test('what a transaction did is gone when it fails', async () => {
    const { store } = await fresh();
    const [claim] = await accepted(store, ['1']);
    const failing = store.transaction(async (tx) => {
      await tx.finishMessage(claim!, { state: 'applied', reasons: [] });
      throw new Error('stopped');
    });
    await expect(failing).rejects.toThrow('stopped');
    expect((await store.counts()).messages).toMatchObject({ received: 1, applied: 0 });
  });

  test('a replayed message is received anew, without its reasons; its facts stand until it is applied', async () => {
    const { store } = await fresh();
    const { id, patientIds } = await told(store, '1', [referral('r')]);
    expect(await store.replay(id)).toBe(true);
    expect(await store.message(id)).toMatchObject({ status: 'received', reasons: [] });
    const { facts } = await store.transaction((tx) => tx.loadPatient(patientIds[0]!));
    expect(facts).toHaveLength(1);
    const [claim] = await store.claimMessages(NOW, 10, 60_000);
    expect(claim?.message.id).toBe(id);
    expect(await store.replay('8c7a2b52-0000-4000-8000-000000000000')).toBe(false);
  });

  test('messages are listed newest first, page by page, by source and status', async () => {
    const { store } = await fresh();
    const claims = await accepted(store, ['1', '2', '3', '4', '5']);
    await store.accept([message('6', '6', { source: 'urn:lab' })], strict);
    await store.transaction((tx) =>
      tx.finishMessage(claims[1]!, { state: 'rejected', reasons: [{ code: 'c', path: '/p', message: 'm' }] }),
    );
    const seen: string[] = [];
    for (let cursor: string | undefined; ;) {
      const page = await store.listMessages({
        source: 'urn:epr',
        count: 2,
        ...(cursor === undefined ? {} : { cursor }),
      });
      seen.push(...page.messages.map(({ id }) => id));
      cursor = page.next;
      if (cursor === undefined) break;
    }
    expect(seen).toEqual(claims.map(({ message: { id } }) => id).reverse());
    const rejected = await store.listMessages({ status: 'rejected', count: 10 });
    expect(rejected.messages).toMatchObject([{ reasons: [{ code: 'c', path: '/p', message: 'm' }] }]);
    await expect(store.listMessages({ count: 2, cursor: 'x' })).rejects.toMatchObject({ name: 'InvalidCursor' });
  });

  test('an applied message of which nothing is to be sent is delivered', async () => {
    const { store } = await fresh();
    const [claim] = await accepted(store, ['1']);
    await applied(store, claim!, [referral('r')]);
    expect(await store.listMessages({ status: 'delivered', count: 5 })).toMatchObject({
      messages: [{ status: 'delivered' }],
    });
  });
});
