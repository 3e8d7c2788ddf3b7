import { describe, expect, test } from '@jest/globals';
import { endings, runHistory } from './course.js';
import { differences } from './ending.js';
import { pairwise, told, WELL_BEHAVED } from './habits.js';

const wellBehaved = await runHistory(WELL_BEHAVED, 1);
const expectedOf = await endings();

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
    expect(differences(await runHistory(habits, n), expectedOf(habits))).toEqual([]);
  });
});
