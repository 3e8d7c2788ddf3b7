import { afterEach, describe, expect, test } from '@jest/globals';
import { addMs } from '../../src/support/dates.js';
import type { Store } from '../../src/store/store.js';
import { storeKinds, type OpenedStore } from './stores.js';
import {
  delivered,
  LATER,
  loaded,
  NOW,
  organization,
  person,
  referral,
  saved,
  statusOf,
  told,
  wanted,
  written,
} from './told.js';

const kinds = await storeKinds();
const opened: OpenedStore[] = [];
afterEach(async () => {
  for (const each of opened.splice(0)) await each.remove();
});

describe.each(kinds)('the outbox on $name', ({ open }) => {
  const fresh = async () => {
    const kept = await open({ now: () => NOW });
    opened.push(kept);
    return kept.store;
  };
  const aPatient = async (store: Store, value = 'a') => {
    const { id, patientIds } = await told(store, `of ${value}`, [referral(`r-${value}`, { patient: person(value) })]);
    return { id, patientId: patientIds[0]! };
  };
  const claimed = async (store: Store, now = NOW) => {
    const claims = await store.claimDeliveries(now, 10, 60_000);
    expect(claims).toHaveLength(1);
    return claims[0]!;
  };

  test('what is wanted is to be sent, once', async () => {
    const store = await fresh();
    const { patientId } = await aPatient(store);
    await saved(store, patientId, { wanted: [wanted('t', 'one'), organization()] });
    expect((await delivered(store)).sort()).toEqual(['Organization|urn:org|974', 't']);
    await saved(store, patientId, { wanted: [wanted('t', 'one'), organization()] });
    expect(await delivered(store)).toEqual([]);
    expect((await store.counts()).outbox).toEqual({ pending: 0, dead: 0 });
  });

  test('only what differs is sent again, with what was written before as its base', async () => {
    const store = await fresh();
    const { patientId } = await aPatient(store);
    await saved(store, patientId, { wanted: [wanted('t', 'one'), wanted('u', 'one')] });
    await delivered(store);
    await saved(store, patientId, { wanted: [wanted('t', 'two'), wanted('u', 'one')] }, undefined, LATER);
    const { rows } = await claimed(store, LATER);
    expect(rows).toMatchObject([
      {
        key: 't',
        wantedN: 2,
        wanted: { description: 'two' },
        written: { description: 'one' },
        serverVersion: '1',
        sent: [],
      },
    ]);
    const { resources } = await loaded(store, patientId);
    expect(resources.get('t')).toMatchObject({ firstWantedAt: NOW, wanted: { description: 'two' } });
  });

  test('the order of keys in a resource is no difference, and what is no longer wanted is left alone', async () => {
    const store = await fresh();
    const { patientId } = await aPatient(store);
    const one = wanted('t', 'one');
    await saved(store, patientId, { wanted: [one, wanted('u', 'one')] });
    await delivered(store);
    const turned = Object.fromEntries(Object.entries(one.content).reverse()) as unknown as typeof one.content;
    await saved(store, patientId, { wanted: [{ ...one, content: turned }] });
    expect(await delivered(store)).toEqual([]);
    expect([...(await loaded(store, patientId)).resources.keys()].sort()).toEqual(['t', 'u']);
  });

  test('a row says what was sent of it before this claim and never answered, whatever became of the sender', async () => {
    const store = await fresh();
    const { patientId } = await aPatient(store);
    await saved(store, patientId, { wanted: [wanted('t', 'one')] });
    expect((await claimed(store)).rows).toMatchObject([{ sent: [] }]);
    expect((await claimed(store, addMs(NOW, 60_000))).rows).toMatchObject([{ sent: [{ description: 'one' }] }]);
  });

  test('what surely did not arrive is not kept in mind, and what may have is until an answer says what stands', async () => {
    const store = await fresh();
    const { patientId } = await aPatient(store);
    await saved(store, patientId, { wanted: [wanted('t', 'one'), wanted('u', 'one')] });
    const first = await claimed(store);
    await store.completeDelivery(first, { done: [], uncertain: ['t'], retryAt: NOW });
    await saved(store, patientId, { wanted: [wanted('t', 'two'), wanted('u', 'one')] });
    const second = await claimed(store);
    expect(second.rows).toMatchObject([
      { key: 't', sent: [{ description: 'one' }], wanted: { description: 'two' } },
      { key: 'u', sent: [] },
    ]);
    await store.completeDelivery(second, { done: [written(second.rows[0]!)], retryAt: NOW });
    await saved(store, patientId, { wanted: [wanted('t', 'three'), wanted('u', 'one')] });
    expect((await claimed(store)).rows).toMatchObject([
      { key: 't', sent: [], written: { description: 'two' } },
      { key: 'u', sent: [] },
    ]);
  });

  test('since when what may have been created is looked for is known to whoever claims it next, and to nobody after a crash', async () => {
    const store = await fresh();
    const { patientId } = await aPatient(store);
    await saved(store, patientId, { wanted: [wanted('t', 'one')] });
    const first = await claimed(store);
    const later = { done: [], uncertain: ['t'], retryAt: NOW };
    await store.completeDelivery(first, { ...later, lookedForSince: new Map([['t', LATER]]) });
    const second = await claimed(store);
    expect(second.rows).toMatchObject([{ key: 't', lookedForSince: LATER }]);
    await store.completeDelivery(second, later);
    expect((await claimed(store)).rows).toMatchObject([{ key: 't', lookedForSince: LATER }]);
    const [afterCrash] = (await claimed(store, addMs(NOW, 60_000))).rows;
    expect(afterCrash?.sent).toHaveLength(2);
    expect(afterCrash?.lookedForSince).toBeUndefined();
  });

  test('of what patients share, the last create counts', async () => {
    const store = await fresh();
    const both = [await aPatient(store, 'a'), await aPatient(store, 'b')];
    for (const { patientId } of both) await saved(store, patientId, { wanted: [organization(patientId)] });
    const claims = await store.claimDeliveries(NOW, 10, 60_000);
    const [{ key } = { key: '' }] = claims[0]?.rows ?? [];
    for (const [claim, since] of [
      [claims[0]!, LATER],
      [claims[1]!, NOW],
    ] as const)
      await store.completeDelivery(claim, { done: [], retryAt: NOW, lookedForSince: new Map([[key, since]]) });
    const [again] = await store.claimDeliveries(NOW, 1, 60_000);
    expect(again?.rows).toMatchObject([{ key, lookedForSince: LATER }]);
  });

  test('what patients share stays known as sent, though another’s delivery that also had it sent nothing', async () => {
    const store = await fresh();
    const both = [await aPatient(store, 'a'), await aPatient(store, 'b')];
    for (const { patientId } of both) await saved(store, patientId, { wanted: [organization(patientId)] });
    const claims = await store.claimDeliveries(NOW, 10, 60_000);
    expect(claims).toHaveLength(2);
    await store.completeDelivery(claims[0]!, { done: [], retryAt: LATER });
    const [again] = await store.claimDeliveries(LATER, 10, 60_000);
    expect(again?.rows.map(({ sent }) => sent.length)).toEqual([1]);
  });

  test('the id that a server gave is kept, the first one, and a resource is known by it', async () => {
    const store = await fresh();
    const { patientId } = await aPatient(store);
    await saved(store, patientId, { wanted: [wanted('t', 'one')] });
    const { rows, ...claim } = await claimed(store);
    const { id } = rows[0]!;
    await store.completeDelivery(
      { rows, ...claim },
      {
        done: [written(rows[0]!)],
        given: [
          { key: 't', id: '17' },
          { key: 't', id: '18' },
        ],
      },
    );
    await saved(store, patientId, { wanted: [wanted('t', 'two')] });
    expect((await claimed(store)).given).toEqual(new Map([[`Task/${id}`, '17']]));
    const names = ['17', '18', id].map((each) => ({ type: 'Task', id: each }));
    expect(await store.ourNames(names)).toEqual(new Map([['Task/17', id]]));
    expect((await store.ownResources(names)).map((each) => each.id)).toEqual(['17']);
    expect(await store.isSending(['17'])).toBe(true);
  });

  test('a delivery is one worker’s until its lease ends, and what comes with an old fence changes nothing', async () => {
    const store = await fresh();
    const { patientId } = await aPatient(store);
    await saved(store, patientId, { wanted: [wanted('t', 'one')] });
    const first = await claimed(store);
    expect(await store.claimDeliveries(addMs(NOW, 59_999), 10, 60_000)).toEqual([]);
    const second = await claimed(store, addMs(NOW, 60_000));
    await store.completeDelivery(first, { done: first.rows.map((row) => written(row, 'old')) });
    expect((await store.counts()).outbox.pending).toBe(1);
    await store.completeDelivery(second, { done: second.rows.map((row) => written(row, 'new')) });
    expect((await store.counts()).outbox.pending).toBe(0);
  });

  test('what could not be sent waits; more that comes in meanwhile does not hasten it', async () => {
    const store = await fresh();
    const { patientId } = await aPatient(store);
    await saved(store, patientId, { wanted: [wanted('t', 'one')] });
    await store.completeDelivery(await claimed(store), { done: [], retryAt: LATER });
    await saved(store, patientId, { wanted: [wanted('t', 'two'), wanted('u', 'one')] });
    expect(await store.claimDeliveries(addMs(LATER, -1), 10, 60_000)).toEqual([]);
    const again = await claimed(store, LATER);
    expect(again.attempts).toBe(1);
    expect(again.rows.map(({ key }) => key).sort()).toEqual(['t', 'u']);
    await store.completeDelivery(again, { done: again.rows.map((row) => written(row)) });
    expect(await store.claimDeliveries(LATER, 10, 60_000)).toEqual([]);
  });

  test('what changed while it was on its way is sent again, from what was written', async () => {
    const store = await fresh();
    const { patientId } = await aPatient(store);
    await saved(store, patientId, { wanted: [wanted('t', 'one')] });
    const claim = await claimed(store);
    await saved(store, patientId, { wanted: [wanted('t', 'two')] });
    await store.completeDelivery(claim, { done: claim.rows.map((row) => written(row, '7')) });
    expect((await claimed(store)).rows).toMatchObject([
      { wanted: { description: 'two' }, written: { description: 'one' }, serverVersion: '7' },
    ]);
  });

  test('an organisation that came in while a delivery was under way is sent too', async () => {
    const store = await fresh();
    const { patientId } = await aPatient(store);
    await saved(store, patientId, { wanted: [wanted('t', 'one')] });
    const claim = await claimed(store);
    await saved(store, patientId, { wanted: [wanted('t', 'one'), organization()] });
    await store.completeDelivery(claim, { done: claim.rows.map((row) => written(row)) });
    expect(await delivered(store)).toEqual(['Organization|urn:org|974']);
  });

  test('an organisation of many patients is sent with whoever comes first', async () => {
    const store = await fresh();
    const a = await aPatient(store, 'a');
    const b = await aPatient(store, 'b');
    await saved(store, a.patientId, { wanted: [wanted('t', 'one'), organization()] }, a.id);
    await saved(store, b.patientId, { wanted: [wanted('u', 'one'), organization()] }, b.id);
    const claims = await store.claimDeliveries(NOW, 10, 60_000);
    expect(claims.map(({ rows }) => rows.map(({ type }) => type).sort())).toEqual([
      ['Organization', 'Task'],
      ['Organization', 'Task'],
    ]);
    for (const claim of claims) await store.completeDelivery(claim, { done: claim.rows.map((row) => written(row)) });
    expect(await store.claimDeliveries(LATER, 10, 60_000)).toEqual([]);
    expect([await statusOf(store, a.id), await statusOf(store, b.id)]).toEqual(['delivered', 'delivered']);
  });

  test('a message is applied until every row it changed is sent, then delivered', async () => {
    const store = await fresh();
    const { id, patientId } = await aPatient(store);
    await saved(store, patientId, { wanted: [wanted('t', 'one'), wanted('u', 'one')] }, id);
    expect(await statusOf(store, id)).toBe('applied');
    expect((await store.listMessages({ status: 'applied', count: 5 })).messages).toHaveLength(1);
    const claim = await claimed(store);
    await store.completeDelivery(claim, { done: [written(claim.rows[0]!)], retryAt: NOW });
    expect(await statusOf(store, id)).toBe('applied');
    await delivered(store);
    expect(await statusOf(store, id)).toBe('delivered');
    expect((await store.listMessages({ status: 'delivered', count: 5 })).messages).toHaveLength(1);
    expect((await store.listMessages({ status: 'applied', count: 5 })).messages).toEqual([]);
  });

  test('a message whose resource is on its way for another reason waits for it', async () => {
    const store = await fresh();
    const { id, patientId } = await aPatient(store);
    await saved(store, patientId, { wanted: [wanted('t', 'one')] });
    await saved(store, patientId, { wanted: [wanted('t', 'one', { messageIds: [id] })] }, id);
    expect(await statusOf(store, id)).toBe('applied');
    await delivered(store);
    expect(await statusOf(store, id)).toBe('delivered');
  });

  test('what waits and what was refused keep their state, and a message that is replayed has none yet', async () => {
    const store = await fresh();
    const { id, patientId } = await aPatient(store);
    const waits = [
      { messageId: id, state: 'waiting' as const, reasons: [{ code: 'no-pathway', path: '', message: 'm' }] },
    ];
    await saved(store, patientId, { messages: waits });
    expect(await store.message(id)).toMatchObject({ status: 'waiting', reasons: [{ code: 'no-pathway' }] });
    await store.replay(id);
    await saved(store, patientId, { messages: waits });
    expect(await statusOf(store, id)).toBe('received');
    const [claim] = await store.claimMessages(NOW, 1, 60_000);
    await store.transaction((tx) => tx.finishMessage(claim!, { state: 'rejected', reasons: [] }));
    await saved(store, patientId, { messages: waits });
    expect(await statusOf(store, id)).toBe('rejected');
  });

  test('what the server refuses is a dead letter: its message says so, without what the resource holds', async () => {
    const store = await fresh();
    const { id, patientId } = await aPatient(store);
    await saved(store, patientId, { wanted: [wanted('t', 'a secret'), wanted('u', 'one')] }, id);
    const claim = await claimed(store);
    const reasons = [{ code: 'invalid', path: '/code', message: 'a secret' }];
    await store.completeDelivery(claim, {
      done: claim.rows.map((row) =>
        row.key === 't' ? { key: 't', wantedN: row.wantedN, outcome: 'dead' as const, reasons } : written(row),
      ),
    });
    const view = await store.message(id);
    expect(view).toMatchObject({ status: 'applied', reasons: [{ code: 'delivery-failed', path: '' }] });
    expect(view?.reasons[0]?.message).toContain('invalid');
    expect(JSON.stringify(view)).not.toContain('secret');
    expect((await store.counts()).outbox).toEqual({ pending: 0, dead: 1 });
    expect(await store.claimDeliveries(LATER, 10, 60_000)).toEqual([]);
  });

  test('a dead letter is sent again when it is revived, or when something else is wanted', async () => {
    const store = await fresh();
    const { id, patientId } = await aPatient(store);
    const die = async () => {
      const claim = await claimed(store);
      const dead = claim.rows.map(({ key, wantedN }) => ({ key, wantedN, outcome: 'dead' as const, reasons: [] }));
      await store.completeDelivery(claim, { done: dead });
    };
    await saved(store, patientId, { wanted: [wanted('t', 'one')] }, id);
    await die();
    expect(await store.reviveDeadLetters(NOW)).toBe(1);
    expect(await store.reviveDeadLetters(NOW)).toBe(0);
    await die();
    await saved(store, patientId, { wanted: [wanted('t', 'two')] });
    expect(await delivered(store)).toEqual(['t']);
    expect(await statusOf(store, id)).toBe('delivered');
  });

  test('a dead organisation is revived with the patients whose messages named it', async () => {
    const store = await fresh();
    const { id, patientId } = await aPatient(store);
    await saved(store, patientId, { wanted: [organization()] }, id);
    const claim = await claimed(store);
    await store.completeDelivery(claim, {
      done: claim.rows.map(({ key, wantedN }) => ({ key, wantedN, outcome: 'dead' as const, reasons: [] })),
    });
    expect(await store.reviveDeadLetters(NOW)).toBe(1);
    expect(await delivered(store)).toEqual(['Organization|urn:org|974']);
  });

  test('what refers to an organisation by an id that it has no more is said to be outdated', async () => {
    const store = await fresh();
    const { patientId } = await aPatient(store);
    const current = (await loaded(store, patientId)).organizations.get('urn:org|974')!.resourceId;
    const naming = (key: string, id: string) => {
      const one = wanted(key, 'one');
      return { ...one, content: { ...one.content, owner: { reference: `Organization/${id}` } } };
    };
    await saved(store, patientId, { wanted: [naming('t', current), naming('u', 'former'), wanted('v', 'one')] });
    expect((await claimed(store)).outdated).toEqual(['u']);
  });

  test('what a merged patient had to send is sent as the survivor’s, and its delivery under way is void', async () => {
    const store = await fresh();
    const a = await aPatient(store, 'a');
    const b = await aPatient(store, 'b');
    await saved(store, b.patientId, { wanted: [wanted('t', 'one')] }, b.id);
    const claim = await claimed(store);
    await told(store, 'joining', [referral('j', { patient: person('a', 'b') })]);
    await store.completeDelivery(claim, { done: claim.rows.map((row) => written(row)) });
    const again = await claimed(store);
    expect(again).toMatchObject({ patientId: a.patientId, rows: [{ key: 't', sent: [{ description: 'one' }] }] });
  });

  test('identities, warnings and questions come back as they were saved', async () => {
    const store = await fresh();
    const { id, patientId } = await aPatient(store);
    const identities = [{ id: 'p1', level: 'pathway' as const, given: 3, startKeys: ['k1', 'k2'] }];
    const warned = [
      { episodeId: 'e1', kind: 'workup' as const, dueOn: '2026-03-23', level: 'overdue' as const, on: '2026-03-24' },
    ];
    const questions = [{ factKey: 'k1', reason: 'no-pathway', messageId: id, askAfter: NOW, asked: true }];
    await saved(store, patientId, { identities, warned, questions });
    await saved(store, patientId, {
      identities: [{ ...identities[0]!, startKeys: ['k1', 'k2', 'k3'] }],
      warned,
      questions,
    });
    const record = await loaded(store, patientId);
    expect(record.identities).toMatchObject([{ id: 'p1', given: 3 }]);
    expect([...record.identities[0]!.startKeys].sort()).toEqual(['k1', 'k2', 'k3']);
    expect(record).toMatchObject({ warned, questions });
    await saved(store, patientId, {});
    expect((await loaded(store, patientId)).questions).toEqual([]);
  });

  test('pathways are found by any identifier of the patient and by their id, and are replaced as a whole', async () => {
    const store = await fresh();
    const { patientId } = await aPatient(store);
    const pathway = (id: string) => ({ id, code: 'C01', definitionVersion: '1', episodes: [] });
    await saved(store, patientId, { pathways: [pathway('p1'), pathway('p2')] });
    await saved(store, patientId, { pathways: [pathway('p2')] });
    const expected = { patientId, pathway: pathway('p2') };
    expect(await store.pathwaysOf({ system: 'urn:person', value: 'a' })).toEqual([expected]);
    expect(await store.pathwaysOf({ system: 'urn:person', value: 'x' })).toEqual([]);
    expect(await store.pathway('p2')).toEqual(expected);
    expect(await store.pathway('p1')).toBeUndefined();
  });
});
