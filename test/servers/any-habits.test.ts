import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { endings, runHistory } from './course.js';
import { differences } from './ending.js';
import { sensible, SWITCHES, type Habits } from './habits.js';

const expectedOf = await endings();
const any = Object.fromEntries(Object.entries(SWITCHES).map(([name, values]) => [name, fc.constantFrom(...values)]));
const combinations = (fc.record(any) as unknown as fc.Arbitrary<Habits>).map(sensible);

test('a server ends as a well-behaved one, whatever its habits, and whatever goes wrong when', async () => {
  await fc.assert(
    fc.asyncProperty(combinations, fc.nat(), async (habits, seed) => {
      expect(differences(await runHistory(habits, seed), expectedOf(habits))).toEqual([]);
    }),
    { numRuns: 15, seed: 2026, endOnFailure: true },
  );
}, 120_000);
