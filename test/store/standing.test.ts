import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { PathwayFact, PatientStatement, Version } from '../../src/model/facts.js';
import { factHashOf, versionKeyOf } from '../../src/store/version-key.js';
import { storeKinds, type OpenedStore } from './stores.js';
import {
  accepted,
  applied,
  HOSPITAL,
  loaded,
  NOW,
  person,
  record,
  referral,
  standing,
  statusOf,
  told,
  withdrawn,
} from './told.js';

const kinds = await storeKinds();
const opened: OpenedStore[] = [];
afterEach(async () => {
  for (const each of opened.splice(0)) await each.remove();
});

describe('the order of versions', () => {
  const instants = fc
    .date({ min: new Date('1970-01-02'), max: new Date('2199-01-01'), noInvalidDate: true })
    .map((date) => date.toISOString());

  test('integers stand in their order, negative ones too', () => {
    fc.assert(
      fc.property(fc.maxSafeInteger(), fc.maxSafeInteger(), (a, b) => {
        expect(Math.sign(a - b)).toBe(order(a, b));
      }),
    );
  });

  test('instants stand in their order, whatever their offset, to the nanosecond', () => {
    fc.assert(
      fc.property(instants, instants, (a, b) => {
        expect(Math.sign(Date.parse(a) - Date.parse(b))).toBe(order(a, b));
      }),
    );
    expect(order('2026-03-02T10:00:00Z', '2026-03-02T11:00:00+01:00')).toBe(0);
    expect(order('2026-03-02T10:00:00.000000001Z', '2026-03-02T10:00:00.000000002Z')).toBe(-1);
  });

  test('an integer and an instant are compared as the numbers they are', () => {
    expect(order(7, '2026-03-02T10:00:00Z')).toBe(-1);
    expect(order(Number.MAX_SAFE_INTEGER, '2026-03-02T10:00:00Z')).toBe(-1);
  });

  test('names and demographics are not part of what a version says; identifiers and death are', () => {
    const plain = factHashOf(referral('r'));
    const named = referral('r', {
      patient: { ...person('a'), name: { family: 'X', given: [] }, birthDate: '1957-05-17', gender: 'female' },
      organization: { ...HOSPITAL, name: 'Another name' },
      unit: { identifier: { system: 'urn:org', value: 'u' }, name: 'Unit' },
    });
    const unnamed = { ...named, unit: { identifier: { system: 'urn:org', value: 'u' } } };
    expect(factHashOf(named)).toBe(factHashOf({ ...unnamed, patient: person('a') }));
    expect(factHashOf(referral('r', { patient: person('a', 'b') }))).not.toBe(plain);
    expect(factHashOf(referral('r', { patient: { ...person('a'), deceasedOn: '2026-03-01' } }))).not.toBe(plain);
  });

  function order(a: Version, b: Version): number {
    const [first, second] = [versionKeyOf(a), versionKeyOf(b)];
    return first === second ? 0 : first < second ? -1 : 1;
  }
});

describe.each(kinds)('what stands on $name', ({ open }) => {
  const fresh = async () => {
    const kept = await open({ now: () => NOW });
    opened.push(kept);
    return kept.store;
  };

  test('the highest version stands, whenever it comes', async () => {
    const store = await fresh();
    const { patientIds } = await told(store, 'second', [referral('r', { version: 2 })]);
    await told(store, 'first', [referral('r', { version: 1 })]);
    expect(await standing(store, patientIds[0]!)).toEqual(['r v2']);
  });

  test('a withdrawn version holds its place, and a higher one brings the object back', async () => {
    const store = await fresh();
    const { patientIds } = await told(store, '1', [referral('r')]);
    await told(store, '2', [withdrawn('r', 2)]);
    expect((await loaded(store, patientIds[0]!)).facts).toMatchObject([{ fact: { status: 'withdrawn' } }]);
    await told(store, '3', [referral('r', { version: 3 })]);
    expect((await loaded(store, patientIds[0]!)).facts).toMatchObject([{ fact: { status: 'active', version: 3 } }]);
  });

  test('the same version with the same content again has no effect', async () => {
    const store = await fresh();
    const first = await told(store, '1', [referral('r')]);
    const again = await told(store, '2', [referral('r')]);
    expect(await statusOf(store, again.id)).toBe('delivered');
    const { facts, demographics } = await loaded(store, first.patientIds[0]!);
    expect(facts).toMatchObject([{ messageId: first.id }]);
    expect(demographics).toHaveLength(2);
  });

  test.each([
    ['in the order they were accepted', [0, 1]],
    ['the other way round', [1, 0]],
  ])('of one version with two contents the message accepted first counts, applied %s', async (_name, turns) => {
    const store = await fresh();
    const claims = await accepted(store, ['first', 'second']);
    const says = [[referral('r', { mark: 'C01' })], [referral('r', { mark: 'B01' })]];
    for (const turn of turns) await applied(store, claims[turn]!, says[turn]!);
    const [first, second] = claims.map(({ message: { id } }) => id);
    expect(await statusOf(store, first!)).toBe('delivered');
    expect(await store.message(second!)).toMatchObject({
      status: 'rejected',
      reasons: [{ code: 'version-conflict', path: '/version' }],
    });
    const [patientId] = await store.transaction((tx) => record(tx, claims[0]!, says[0]!));
    expect((await loaded(store, patientId!)).facts).toMatchObject([{ messageId: first, fact: { mark: 'C01' } }]);
  });

  test('a fact that is refused for its version leaves nothing: no join of two patients, no word about them', async () => {
    const store = await fresh();
    const a = await told(store, '1', [referral('r', { patient: person('a') })]);
    const b = await told(store, '2', [referral('s', { patient: person('b') })]);
    const refused = await told(store, '3', [referral('r', { patient: person('a', 'b'), mark: 'B01' })]);
    expect(await statusOf(store, refused.id)).toBe('rejected');
    expect(await standing(store, a.patientIds[0]!)).toEqual(['r v1']);
    expect(await standing(store, b.patientIds[0]!)).toEqual(['s v1']);
    expect((await loaded(store, a.patientIds[0]!)).demographics).toHaveLength(1);
  });

  test('of a message with several facts only those count that nobody contradicts', async () => {
    const store = await fresh();
    const first = await told(store, '1', [referral('r')]);
    const second = await told(store, '2', [referral('r', { mark: 'B01' }), referral('t')]);
    expect(await standing(store, first.patientIds[0]!)).toEqual(['r v1', 't v1']);
    expect(await store.message(second.id)).toMatchObject({
      status: 'rejected',
      reasons: [{ code: 'version-conflict', path: '/version' }],
    });
  });

  test('a fact that is refused late gives back what it had overtaken', async () => {
    const store = await fresh();
    const [first, late] = await accepted(store, ['first', 'late']);
    const mistaken = await applied(store, late!, [referral('r', { mark: 'B01', patient: person('b') })]);
    expect(await standing(store, mistaken.patientIds[0]!)).toEqual(['r v1']);
    const settled = await applied(store, first!, [referral('r')]);
    expect(settled.patientIds).toContain(mistaken.patientIds[0]);
    expect(await standing(store, mistaken.patientIds[0]!)).toEqual([]);
    expect(await statusOf(store, late!.message.id)).toBe('rejected');
  });

  test('a message that was refused because of one that is refused itself is taken after all', async () => {
    const store = await fresh();
    const [first, wrong, same] = await accepted(store, ['first', 'wrong', 'same']);
    await applied(store, wrong!, [referral('r', { mark: 'B01' })]);
    await applied(store, same!, [referral('r')]);
    expect(await statusOf(store, same!.message.id)).toBe('rejected');
    await applied(store, first!, [referral('r')]);
    expect(await statusOf(store, same!.message.id)).toBe('delivered');
    expect(await statusOf(store, wrong!.message.id)).toBe('rejected');
  });

  test('a contradiction ends when the message that was first is mapped anew to something else', async () => {
    const store = await fresh();
    const first = await told(store, '1', [referral('r', { mark: 'B01' })]);
    const second = await told(store, '2', [referral('r')]);
    expect(await statusOf(store, second.id)).toBe('rejected');
    await store.replay(first.id);
    const [claim] = await store.claimMessages(NOW, 1, 60_000);
    const { patientIds } = await applied(store, claim!, [referral('s')]);
    expect(await standing(store, patientIds[0]!)).toEqual(['r v1', 's v1']);
    expect(await statusOf(store, second.id)).toBe('delivered');
  });

  test('facts of a replayed message take the place of those it had, and its former patient is derived anew', async () => {
    const store = await fresh();
    const before = await told(store, '1', [referral('r'), referral('s')]);
    await store.replay(before.id);
    const [claim] = await store.claimMessages(NOW, 1, 60_000);
    const after = await applied(store, claim!, [referral('s', { patient: person('b') })]);
    expect(after.patientIds).toHaveLength(2);
    expect(after.patientIds).toContain(before.patientIds[0]);
    expect(await standing(store, before.patientIds[0]!)).toEqual([]);
    const [b] = after.patientIds.filter((id) => id !== before.patientIds[0]);
    expect(await standing(store, b!)).toEqual(['s v1']);
  });

  test('a higher version moves an object to another patient, and both are derived anew', async () => {
    const store = await fresh();
    const a = await told(store, '1', [referral('r')]);
    const moved = await told(store, '2', [referral('r', { version: 2, patient: person('b') })]);
    expect(moved.patientIds).toContain(a.patientIds[0]);
    const [b] = moved.patientIds.filter((id) => id !== a.patientIds[0]);
    expect(await standing(store, a.patientIds[0]!)).toEqual([]);
    expect(await standing(store, b!)).toEqual(['r v2']);
  });

  test('a patient is found by any identifier, and learns those it did not have', async () => {
    const store = await fresh();
    const [one] = (await told(store, '1', [referral('r', { patient: person('a', 'b') })])).patientIds;
    expect((await told(store, '2', [referral('s', { patient: person('b', 'c') })])).patientIds).toEqual([one]);
    expect((await told(store, '3', [referral('t', { patient: person('c') })])).patientIds).toEqual([one]);
    expect((await loaded(store, one!)).identifiers.map(({ value }) => value).sort()).toEqual(['a', 'b', 'c']);
  });

  test('the same value of another system is another person', async () => {
    const store = await fresh();
    const [one] = (await told(store, '1', [referral('r')])).patientIds;
    const elsewhere = { identifier: [{ system: 'urn:elsewhere', value: 'a' }] };
    const [other] = (await told(store, '2', [referral('s', { patient: elsewhere })])).patientIds;
    expect(other).not.toBe(one);
  });

  test('identifiers of two patients make them one: the older stays, and remembers the other’s resource', async () => {
    const store = await fresh();
    const [older] = (await told(store, '1', [referral('r', { patient: person('a') })])).patientIds;
    const [younger] = (await told(store, '2', [referral('s', { patient: person('b') })])).patientIds;
    const former = (await loaded(store, younger!)).resourceId;
    const joined = await told(store, '3', [referral('t', { patient: person('b', 'a') })]);
    expect(joined.patientIds).toEqual([older]);
    expect(await standing(store, older!)).toEqual(['r v1', 's v1', 't v1']);
    expect((await loaded(store, older!)).formerResourceIds).toEqual([former]);
    expect(await store.transaction((tx) => tx.lockPatient(younger!))).toBe(false);
    expect(await store.transaction((tx) => tx.lockPatient(older!))).toBe(true);
  });

  test('a later fact of one message that joins two patients takes the earlier one along', async () => {
    const store = await fresh();
    await told(store, '1', [referral('r', { patient: person('a') })]);
    await told(store, '2', [referral('s', { patient: person('b') })]);
    const { patientIds } = await told(store, '3', [
      referral('t', { patient: person('b') }),
      referral('u', { patient: person('a', 'b') }),
    ]);
    expect(patientIds).toHaveLength(1);
    expect(await standing(store, patientIds[0]!)).toEqual(['r v1', 's v1', 't v1', 'u v1']);
  });

  test('an organisation has the name of the newest message, and one resource', async () => {
    const store = await fresh();
    const named = (name: string) => ({ ...HOSPITAL, name });
    const { patientIds } = await told(store, '1', [referral('r', { organization: named('Old') })]);
    const first = (await loaded(store, patientIds[0]!)).organizations.get('urn:org|974');
    await told(store, '2', [referral('s', { organization: named('New') })]);
    await told(store, '3', [referral('t', { organization: { identifier: HOSPITAL.identifier } })]);
    const now = (await loaded(store, patientIds[0]!)).organizations.get('urn:org|974');
    expect(now).toEqual({ ...first, name: 'New' });
  });
});

describe.each(kinds)('any order of application on $name', ({ open }) => {
  let kept: OpenedStore;
  let runs = 0;
  beforeAll(async () => {
    kept = await open({ now: () => NOW });
  });
  afterAll(() => kept.remove());

  interface Saying {
    readonly businessId: string;
    readonly version: Version;
    readonly mark: string;
    readonly patient: PatientStatement;
  }
  const saying: fc.Arbitrary<Saying> = fc.record({
    businessId: fc.constantFrom('r', 's'),
    version: fc.constantFrom<Version>(1, 2, '2026-03-02T10:00:00Z'),
    mark: fc.constantFrom('C01', 'B01'),
    patient: fc.constantFrom(person('a'), person('b')),
  });
  const orders = fc
    .array(saying, { minLength: 2, maxLength: 6 })
    .chain((all) => fc.tuple(fc.constant(all), fc.shuffledSubarray([...all.keys()], { minLength: all.length })));

  async function ending(says: readonly Saying[], turns: readonly number[]): Promise<string[]> {
    const { store } = kept;
    const run = runs++;
    const claims = await accepted(
      store,
      says.map((_, n) => `${run}-${n}`),
    );
    const fact = (n: number): PathwayFact => {
      const { businessId, patient, ...more } = says[n]!;
      const identifier = patient.identifier.map(({ system, value }) => ({ system, value: `${run}-${value}` }));
      return referral(`${run}-${businessId}`, { ...more, patient: { identifier } });
    };
    const touched = new Set<string>();
    for (const turn of turns) {
      const { patientIds } = await applied(store, claims[turn]!, [fact(turn)]);
      for (const id of patientIds) touched.add(id);
    }
    const ends: string[] = [];
    for (const id of touched) {
      const { facts, identifiers } = await loaded(store, id);
      const of = identifiers.map(({ value }) => value.replace(/^\d+-/, '')).join();
      for (const {
        messageId,
        fact: { businessId, version },
      } of facts) {
        const n = claims.findIndex(({ message: { id: each } }) => each === messageId);
        ends.push(`${of}: ${businessId.replace(/^\d+-/, '')} ${version} of message ${n}`);
      }
    }
    for (const [
      n,
      {
        message: { id },
      },
    ] of claims.entries())
      ends.push(`message ${n} ${await statusOf(store, id)}`);
    return ends.sort();
  }

  test('what stands, and which messages are refused, is the same', async () => {
    await fc.assert(
      fc.asyncProperty(orders, async ([says, turns]) => {
        expect(await ending(says, turns)).toEqual(await ending(says, [...says.keys()]));
      }),
      { numRuns: 30 },
    );
  }, 120_000);
});
