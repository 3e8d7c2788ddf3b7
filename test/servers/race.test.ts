import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { startForeignServer, type ForeignServer } from '../service/foreign-server.js';
import { storeKinds } from '../store/stores.js';
import { ONE_OF_EACH, overHttp, race } from './race.js';

let fhir: ForeignServer;
beforeAll(async () => {
  fhir = await startForeignServer();
});
afterAll(() => fhir.stop());

describe.each(await storeKinds())('fifty equal messages of each of 200 patients, kept in $name', (kind) => {
  test('by three writers at once: one of each on the embedded server', async () => {
    expect(await race(kind, overHttp(fhir.url))).toEqual(ONE_OF_EACH);
  }, 300_000);
});
