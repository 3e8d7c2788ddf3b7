import { afterAll, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { Pathway } from '../../src/model/pathway.js';
import { histories } from '../derive/histories.js';
import type { StoryEvent } from '../derive/history.js';
import { storeKinds, type OpenedStore } from '../store/stores.js';
import { messageOf, pipelineOn, settle } from './course.js';

const kinds = await storeKinds();
const opened: OpenedStore[] = [];
afterAll(async () => {
  for (const each of opened) await each.remove();
});

let people = 0;

/** A message of a history: an event in a version, which may take the object back. */
interface Arrival {
  readonly event: StoryEvent;
  readonly key: string;
}

const arrivals: fc.Arbitrary<Arrival[]> = fc
  .tuple(histories, histories, fc.array(fc.boolean(), { minLength: 10, maxLength: 10 }))
  .map(([first, second, withdrawn]) => [
    ...first.map((event, n) => ({ event, key: `first-${n}` })),
    ...second.map((event, n) => ({
      event: {
        ...event,
        said: { ...event.said, version: 2, ...(withdrawn[n] === true ? { status: 'withdrawn' } : {}) },
      },
      key: `second-${n}`,
    })),
  ]);

const orders = arrivals.chain((all) =>
  fc.tuple(
    fc.constant(all),
    fc.shuffledSubarray(all, { minLength: all.length }),
    fc.array(fc.constantFrom(...all, undefined), { maxLength: 5 }),
  ),
);

/** What stands in the end, without ids. */
function comparable(pathways: readonly Pathway[]): string[] {
  const ids = new Map(
    pathways.flatMap(({ id, episodes }) => [id, ...episodes.map((each) => each.id)]).map((id) => [id, 'id']),
  );
  const withoutIds = (_key: string, value: unknown) => {
    if (typeof value === 'string' && ids.has(value)) return 'id';
    return value;
  };
  return pathways.map((pathway) => JSON.stringify(pathway, withoutIds).replace(/"messageId":"[^"]+"/g, '')).sort();
}

describe.each(kinds)('on $name', (kind) => {
  test('any order of arrival, with repetitions, in one lot or one by one, ends in the same pathways', async () => {
    const kept = await kind.open();
    opened.push(kept);
    const { store } = kept;
    const pipeline = pipelineOn(store, () => '2026-03-20T12:00:00.000Z');
    const arrive = async (lots: readonly (readonly Arrival[])[]) => {
      const patient = `person ${people++}`;
      for (const lot of lots) {
        const messages = lot.map(({ event, key }) =>
          // Objects are told apart by source and id: each person has a source of their own.
          messageOf({ ...event, said: { ...event.said, source: `urn:${patient}` } }, key, patient),
        );
        await store.accept(messages, { lenient: false });
        await settle(pipeline);
      }
      const stored = await store.pathwaysOf({ system: 'urn:test', value: patient });
      return comparable(stored.map(({ pathway }) => pathway)).map((text) => text.replaceAll(patient, ''));
    };
    await fc.assert(
      fc.asyncProperty(orders, async ([all, shuffled, again]) => {
        const repeated = again.filter((each) => each !== undefined);
        const atOnce = await arrive([all]);
        const oneByOne = await arrive([...shuffled, ...repeated].map((each) => [each]));
        expect(oneByOne).toEqual(atOnce);
      }),
      { numRuns: 25 },
    );
  }, 120_000);
});
