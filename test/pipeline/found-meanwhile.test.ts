import { afterEach, expect, test } from '@jest/globals';
import type { PendingWrite } from '../../src/model/resources.js';
import { referencesIn } from '../../src/write/groups.js';
import { organization } from '../derive/history.js';
import { storeKinds, type OpenedStore } from '../store/stores.js';
import { messageOf, pipelineOn, settle } from './course.js';

const NOW = '2026-03-20T12:00:00.000Z';
const opened: OpenedStore[] = [];
afterEach(async () => {
  for (const each of opened.splice(0)) await each.remove();
});

test.each(await storeKinds())(
  'a hospital that another worker finds on the server while a message is applied is referred to as it stands there, on $name',
  async (kind) => {
    const kept = await kind.open({ now: () => NOW });
    opened.push(kept);
    const { store } = kept;
    const sent: PendingWrite[] = [];
    const pipeline = pipelineOn(store, () => NOW, {
      deliver: (rows) => {
        sent.push(...rows);
        return Promise.resolve({ done: rows.map((row) => ({ ...row, outcome: 'written', serverVersion: '1' })) });
      },
    });
    const said = { id: 'r', receivedAt: '2026-03-02', mark: 'C01', purpose: 'workup' };
    await store.accept([messageOf({ kind: 'referral', said }, 'one')], { lenient: false });
    await pipeline.applySome();
    // The other worker's step, which does not see this patient: it was derived with the id before, and committed after.
    const { system, value } = organization('hf1').identifier;
    await store.transaction((tx) =>
      tx.adopt('another', new Map([[`Organization|${system}|${value}`, { id: 'theirs' }]])),
    );
    await settle(pipeline);
    const hospitals = sent
      .flatMap(({ wanted }) => referencesIn(wanted))
      .filter((name) => name.startsWith('Organization/'));
    expect(new Set(hospitals)).toEqual(new Set(['Organization/theirs']));
    expect(sent.filter(({ type }) => type === 'Organization')).toEqual([]);
  },
);
