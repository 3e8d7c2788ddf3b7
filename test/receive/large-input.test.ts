import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { event, FNR, HOSPITAL } from './canonical-events.js';
import { openDoor, type DoorUnderTest } from './door.js';

let door: DoorUnderTest;
beforeAll(async () => {
  door = await openDoor();
});
afterAll(() => door.close());

const MEGABYTES = 4_500_000;

test.each(['a', ' ', '%41', 'a:', '2026-01-01T'])(
  'a field of megabytes of %j costs no more than its length',
  async (unit) => {
    const long = unit.repeat(Math.floor(MEGABYTES / Buffer.byteLength(unit) / 2));
    const events = [
      event('abort', {}, { source: long }),
      event('abort', {}, { source: `a:${long} ` }),
      event('abort', {}, { dataschema: `a:${long} ` }),
      event('abort', {}, { time: long }),
      event('abort', { decidedAt: long }),
      event('abort', { version: long }),
      event('abort', { patient: { identifier: [{ system: FNR, value: long }] } }),
      event('abort', { patient: { identifier: [{ system: long, value: `${long} ` }] } }),
      event('referral', { earlier: [{ code: long, organization: HOSPITAL }] }),
      event('abort', {}, { datacontenttype: `application/json${long}` }),
    ];
    for (const sent of events) {
      const startedMs = performance.now();
      await door.post(sent);
      expect(performance.now() - startedMs).toBeLessThan(2000);
    }
  },
);

test('a batch in which everything is wrong is refused in little time and memory', async () => {
  const symptoms = Array.from({ length: 4000 }, () => 1);
  const batch = Array.from({ length: 100 }, () => event('referral', { content: { symptoms } }));
  const startedMs = performance.now();
  const strict = await door.post(batch);
  const lenient = await door.post(batch, { prefer: 'handling=lenient' });
  expect([strict.status, lenient.status]).toEqual([400, 202]);
  expect(performance.now() - startedMs).toBeLessThan(10_000);
});
