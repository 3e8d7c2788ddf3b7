import { describe, expect, test } from '@jest/globals';
import { storeKinds } from '../store/stores.js';
import { journeysAreHere, play, type Way } from './play.js';

const WAYS: readonly Way[] = [
  ['in order', []],
  ['shuffled by 7', ['--shuffle', '7']],
  ['shuffled by 11', ['--shuffle', '11']],
  ['shuffled by 2026', ['--shuffle', '2026']],
  ['each event three times', ['--twice']],
  ['as resources, in order', ['--door', 'fhir']],
  ['as resources, shuffled by 13', ['--door', 'fhir', '--shuffle', '13']],
  ['as resources, each three times', ['--door', 'fhir', '--twice']],
];
const ways = process.env['JOURNEYS'] === 'ordered' ? WAYS.slice(0, 1) : WAYS;
const kinds = await storeKinds();

(journeysAreHere ? describe : describe.skip).each(kinds)('every journey ends as told, on $name', (kind) => {
  // Services on files wait for the disk and go well together; those on one PostgreSQL would wait for one another.
  const each = kind.name === 'SQLite' ? test.concurrent.each(ways) : test.each(ways);
  each(
    '%s',
    async (_way, options) => {
      expect(await play(kind, options)).toMatch(/^\d+ passed, 0 failed$/);
    },
    240_000,
  );
});
