import { afterEach, describe, expect, test } from '@jest/globals';
import { NOT_CONFORMANT, type DeliveryResult, type PendingWrite } from '../../src/model/resources.js';
import { mappings, referral } from '../derive/history.js';
import { storeKinds, type OpenedStore } from '../store/stores.js';
import { messageOf, pipelineOn, settle } from './course.js';

const NOW = '2026-03-20T12:00:00.000Z';
const opened: OpenedStore[] = [];
afterEach(async () => {
  for (const each of opened.splice(0)) await each.remove();
});

/** Refuses what an earlier release's name of the pathway is in, as the check of a resource does, and what refers to it. */
function refusing(word: string, sent: PendingWrite[]) {
  return (rows: readonly PendingWrite[]): Promise<DeliveryResult> => {
    sent.push(...rows);
    const dead = {
      outcome: 'dead',
      reasons: [{ code: NOT_CONFORMANT, path: 'EpisodeOfCare.text', message: 'wrong' }],
    } as const;
    const outcomeOf = ({ wanted }: PendingWrite) =>
      JSON.stringify(wanted).includes(word)
        ? dead
        : ({ outcome: 'written', written: wanted, serverVersion: '1' } as const);
    return Promise.resolve({ done: rows.map((row) => ({ key: row.key, wantedN: row.wantedN, ...outcomeOf(row) })) });
  };
}

describe.each(await storeKinds())('on $name', (kind) => {
  /** A referral that was applied under another name of the pathway, and not sent. */
  async function referredUnder(name: string) {
    const kept = await kind.open({ now: () => NOW });
    opened.push(kept);
    const earlier = {
      ...mappings,
      definitions: mappings.definitions.map((each) => ({ ...each, name: { nb: name, en: name } })),
    };
    const event = referral({ id: 'r', receivedAt: '2026-03-02', mark: 'C01', purpose: 'workup' });
    await kept.store.accept([messageOf(event, 'r')], { lenient: false });
    await pipelineOn(kept.store, () => NOW, { mappings: () => earlier }).applySome();
    return { store: kept.store, earlier };
  }

  test('what an earlier release composed, and today’s check refuses, is composed anew and sent', async () => {
    const { store } = await referredUnder('Gammelt navn');
    const sent: PendingWrite[] = [];
    await settle(pipelineOn(store, () => NOW, { deliver: refusing('Gammelt navn', sent) }));
    expect(sent.some(({ wanted }) => JSON.stringify(wanted).includes('Gammelt navn'))).toBe(true);
    const { messages } = await store.listMessages({ status: 'delivered', count: 10 });
    expect(messages).toHaveLength(1);
  });

  test('what comes out the same again is given up, and said', async () => {
    const { store, earlier } = await referredUnder('Gammelt navn');
    const sent: PendingWrite[] = [];
    const steps = { mappings: () => earlier, deliver: refusing('Gammelt navn', sent) };
    await settle(pipelineOn(store, () => NOW, steps));
    expect(sent.filter(({ type }) => type === 'EpisodeOfCare')).toHaveLength(1);
    const { messages } = await store.listMessages({ status: 'applied', count: 10 });
    expect(messages.map(({ reasons }) => reasons.map(({ code }) => code))).toEqual([
      expect.arrayContaining(['delivery-failed']),
    ]);
  });
});
