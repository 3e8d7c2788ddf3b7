import { beforeAll, describe, expect, test } from '@jest/globals';
import { journeysAreHere, play, type Way } from '../journeys/play.js';
import { storeKinds } from '../store/stores.js';
import { emptyHapi, hapiBase } from './hapi.js';

const WAYS: readonly Way[] = [
  ['in order', []],
  ['shuffled by 7', ['--shuffle', '7']],
  ['each event three times', ['--twice']],
];
const [files] = await storeKinds();

/** The first finds an empty server; the others, with stores of their own, one that has the hospitals already. */
(journeysAreHere ? describe : describe.skip)('every journey ends as told, on HAPI', () => {
  beforeAll(emptyHapi);

  test.each(WAYS)(
    '%s',
    async (_way, options) => {
      expect(await play(files!, options, hapiBase())).toMatch(/^\d+ passed, 0 failed$/);
    },
    600_000,
  );
});
