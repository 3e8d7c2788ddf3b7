import { describe, expect, test } from '@jest/globals';
import { ONE_OF_EACH, overHttp, race } from '../servers/race.js';
import { storeKinds } from '../store/stores.js';
import { hapiBase } from './hapi.js';

const kinds = await storeKinds();

describe.each(kinds.slice(-1))('fifty equal messages of each of 200 patients, kept in $name', (kind) => {
  test('by three writers at once: one of each on HAPI', async () => {
    expect(await race(kind, overHttp(hapiBase()))).toEqual(ONE_OF_EACH);
  }, 300_000);
});
