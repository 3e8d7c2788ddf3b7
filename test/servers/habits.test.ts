import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { runHistory } from './course.js';
import { differences } from './ending.js';
import { pairwise, sensible, SWITCHES, told, WELL_BEHAVED, type Habits } from './habits.js';

const wellBehaved = await runHistory(WELL_BEHAVED, 1);
const stripping = await runHistory({ ...WELL_BEHAVED, normalises: 'strips' }, 1);

const differencesOf = async (habits: Habits, seed: number) =>
  differences(await runHistory(habits, seed), habits.normalises === 'strips' ? stripping : wellBehaved);

test('a well-behaved server ends with both people’s episodes, nothing left to send, and the word of who took a Task', () => {
  expect(wellBehaved.outbox).toEqual({ pending: 0, dead: 0 });
  const episodes = wellBehaved.standing.filter((each) => each.includes('"resourceType":"EpisodeOfCare"'));
  expect(episodes).toHaveLength(3);
  expect(wellBehaved.standing.filter((each) => each.includes('"owner":{"display":"Kari"}'))).toEqual([
    expect.stringMatching(/"status":"in-progress".*"text":"rang"/),
  ]);
});

describe('a server with other habits ends as a well-behaved one', () => {
  const pairs = pairwise().map((habits, n) => [n, told(habits), habits] as const);
  test.each(pairs)('%i: %s', async (n, _told, habits) => {
    expect(await differencesOf(habits, n)).toEqual([]);
  });

  test('whatever the combination, and whatever goes wrong when', async () => {
    const any = Object.fromEntries(
      Object.entries(SWITCHES).map(([name, values]) => [name, fc.constantFrom(...values)]),
    );
    const combinations = fc.record(any) as unknown as fc.Arbitrary<Habits>;
    await fc.assert(
      fc.asyncProperty(combinations.map(sensible), fc.nat(), async (habits, seed) => {
        expect(await differencesOf(habits, seed)).toEqual([]);
      }),
      { numRuns: 15, seed: 2026, endOnFailure: true },
    );
  }, 60_000);
});
