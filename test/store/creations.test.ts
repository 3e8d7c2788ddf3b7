import { afterEach, describe, expect, test } from '@jest/globals';
import { addMs } from '../../src/support/dates.js';
import { openStore } from '../../src/store/open-store.js';
import type { Store } from '../../src/store/store.js';
import { silentLog } from '../../src/support/log.js';
import { storeKinds, type OpenedStore } from './stores.js';
import { NOW, organization, referral, saved, told } from './told.js';

const kinds = await storeKinds();
const shared = kinds.filter(({ name }) => name === 'PostgreSQL');
const opened: OpenedStore[] = [];
const others: Store[] = [];
let now = NOW;
afterEach(async () => {
  now = NOW;
  for (const each of others.splice(0)) await each.close();
  for (const each of opened.splice(0)) await each.remove();
});

(shared.length > 0 ? describe : describe.skip)(
  'the right to create an organisation, of processes on one database',
  () => {
    const { key } = organization();

    /** Two that have the same database; and an organisation that is wanted. */
    async function two(): Promise<[Store, Store]> {
      const clock = { now: () => now };
      const kept = await shared[0]!.open(clock);
      opened.push(kept);
      const { store, databaseUrl = '' } = kept;
      const other = await openStore({ dataDir: kept.dataDir, databaseUrl, clock, log: silentLog });
      others.push(other);
      const { patientIds } = await told(store, '1', [referral('r')]);
      await saved(store, patientIds[0]!, { wanted: [organization()] });
      return [store, other];
    }

    test('is one process’s, as often as it asks', async () => {
      const [one, other] = await two();
      const asked = await Promise.all([one, other, one, other].map((each) => each.creations.take(key)));
      expect(asked.slice(0, 2).sort()).toEqual([false, true]);
      expect(asked.slice(2)).toEqual(asked.slice(0, 2));
    });

    test('is another’s once it is given back, and not before', async () => {
      const [one, other] = await two();
      await one.creations.take(key);
      await other.creations.release(key);
      expect(await other.creations.take(key)).toBe(false);
      await one.creations.release(key);
      expect(await other.creations.take(key)).toBe(true);
    });

    test('is another’s when the process that had it is not heard of for as long as a delivery may take', async () => {
      const [one, other] = await two();
      await one.creations.take(key);
      now = addMs(NOW, 179_999);
      expect(await other.creations.take(key)).toBe(false);
      now = addMs(NOW, 180_000);
      expect(await other.creations.take(key)).toBe(true);
      expect(await one.creations.take(key)).toBe(false);
    });

    test('is nobody’s once the id is known that the server gave', async () => {
      const [one, other] = await two();
      const [claim] = await one.claimDeliveries(NOW, 1, 60_000);
      await one.creations.take(key);
      await one.completeDelivery(claim!, { done: [], given: [{ key, id: 'theirs' }] });
      expect(await one.creations.take(key)).toBe(false);
      expect(await other.creations.take(key)).toBe(false);
    });
  },
);

test('a process that opens its file again has the right that it died with: there is no other', async () => {
  const kept = await kinds[0]!.open({ now: () => NOW });
  opened.push(kept);
  const { patientIds } = await told(kept.store, '1', [referral('r')]);
  await saved(kept.store, patientIds[0]!, { wanted: [organization()] });
  expect(await kept.store.creations.take(organization().key)).toBe(true);
  const again = await kept.reopen();
  expect(await again.creations.take(organization().key)).toBe(true);
});
