import { afterEach, describe, expect, test } from '@jest/globals';
import type { PendingWrite } from '../../src/model/resources.js';
import type { Store } from '../../src/store/store.js';
import { referencesIn } from '../../src/model/references.js';
import { attendance, decision, organization, referral, type StoryEvent } from '../derive/history.js';
import { storeKinds, type OpenedStore } from '../store/stores.js';
import { messageOf, pipelineOn, settle } from './course.js';

const NOW = '2026-03-20T12:00:00.000Z';
const HOSPITAL = organization('hf1').identifier;
const opened: OpenedStore[] = [];
afterEach(async () => {
  for (const each of opened.splice(0)) await each.remove();
});

describe.each(await storeKinds())('on $name', (kind) => {
  /** A server that has the hospital and the patient under ids of its own, as those are found. */
  async function start(found: readonly string[] = []) {
    const kept = await kind.open({ now: () => NOW });
    opened.push(kept);
    const sent: PendingWrite[] = [];
    const pipeline = pipelineOn(kept.store, () => NOW, {
      lookUp: (rows) => {
        const there = rows.filter(({ type }) => found.includes(type));
        return Promise.resolve({ found: new Map(there.map(({ key }) => [key, { id: 'theirs' }])) });
      },
      deliver: (rows) => {
        sent.push(...rows);
        return Promise.resolve({ done: rows.map((row) => ({ ...row, outcome: 'written', serverVersion: '1' })) });
      },
    });
    const apply = async (...events: readonly StoryEvent[]) => {
      for (const event of events) {
        await kept.store.accept([messageOf(event, event.said.id)], { lenient: false });
        await pipeline.applySome();
      }
    };
    const named = (type: string) =>
      new Set(sent.flatMap(({ wanted }) => referencesIn(wanted)).filter((name) => name.startsWith(`${type}/`)));
    return { store: kept.store, pipeline, apply, sent, named };
  }

  /** The step of another worker, which does not see the patient: derived with the id before, and committed after. */
  const foundByAnother = (store: Store) =>
    store.transaction((tx) =>
      tx.adopt('another', new Map([[`Organization|${HOSPITAL.system}|${HOSPITAL.value}`, { id: 'theirs' }]])),
    );

  const referred = referral({ id: 'r', receivedAt: '2026-03-02', mark: 'C01', purpose: 'workup' });

  test('a hospital that another worker finds on the server meanwhile is referred to as it stands there', async () => {
    const { store, pipeline, apply, sent, named } = await start();
    await apply(referred);
    await foundByAnother(store);
    await settle(pipeline);
    expect(named('Organization')).toEqual(new Set(['Organization/theirs']));
    expect(sent.filter(({ type }) => type === 'Organization')).toEqual([]);
  });

  test('so it is in a Task whose cause went away before anything was sent, and so is the patient', async () => {
    const { pipeline, apply, sent, named } = await start(['Patient', 'Organization']);
    const decided = decision({ id: 'd', decidedAt: '2026-03-12', outcome: 'other-disease', pathway: 'C01' });
    await apply(referred, decided, attendance({ id: 'a', startedAt: '2026-03-06', referralId: 'r' }));
    await settle(pipeline);
    const cancelled = sent.filter(({ wanted }) => wanted.resourceType === 'Task' && wanted.status === 'cancelled');
    expect(cancelled.map(({ key }) => key)).toEqual([expect.stringContaining('registration-finding')]);
    expect(named('Organization')).toEqual(new Set(['Organization/theirs']));
    expect(named('Patient')).toEqual(new Set(['Patient/theirs']));
  });
});
