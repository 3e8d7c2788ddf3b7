import { describe, expect, test } from '@jest/globals';
import { differences, runHistory } from './course.js';
import { pairwise, told, WELL_BEHAVED } from './habits.js';

const wellBehaved = await runHistory(WELL_BEHAVED, 1);

const strippedEnding = await runHistory({ ...WELL_BEHAVED, normalises: 'strips' }, 1);

test('a well-behaved server ends with the episodes of both people, and the word of the person who took a Task', () => {
  expect(wellBehaved.outbox).toEqual({ pending: 0, dead: 0 });
});

describe('a server with other habits ends as a well-behaved one', () => {
  test.each(pairwise().map((habits, n) => [`${n}: ${told(habits)}`, habits, n] as const))(
    '%s',
    async (_told, habits, n) => {
      const use = process.env['TAKEN'] === '1' ? { ...habits, clientIds: 'taken' as const } : habits;
      const expected = habits.normalises === 'strips' ? strippedEnding : wellBehaved;
      expect(differences(await runHistory(use, n), expected)).toEqual([]);
    },
  );
});
