import { describe, expect, test } from '@jest/globals';
import { journeysAreHere, play, type Way } from '../journeys/play.js';
import { storeKinds } from '../store/stores.js';
import { hapiBase } from './hapi.js';

const WAYS: readonly Way[] = [
  ['in order', []],
  ['shuffled by 7', ['--shuffle', '7']],
  ['each event three times', ['--twice']],
];
const [files] = await storeKinds();

(journeysAreHere ? describe : describe.skip)('every journey ends as told, on HAPI', () => {
  test.each(WAYS)(
    '%s',
    async (_way, options) => {
      expect(await play(files!, options, hapiBase())).toMatch(/^\d+ passed, 0 failed$/);
    },
    600_000,
  );
});
