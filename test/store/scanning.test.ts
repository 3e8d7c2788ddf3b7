import { afterEach, describe, expect, test } from '@jest/globals';
import type { DeadlineRow } from '../../src/model/record.js';
import { storeKinds, type OpenedStore } from './stores.js';
import { LATER, NOW, person, referral, saved, told } from './told.js';

const kinds = await storeKinds();
const opened: OpenedStore[] = [];
afterEach(async () => {
  for (const each of opened.splice(0)) await each.remove();
});

describe.each(kinds)('the scan on $name', ({ open }) => {
  const fresh = async () => {
    const kept = await open({ now: () => NOW });
    opened.push(kept);
    return kept;
  };
  const deadline = (episodeId: string, lookOn?: string): DeadlineRow => ({
    episodeId,
    kind: 'workup',
    dueOn: '2026-03-23',
    state: 'open',
    ...(lookOn === undefined ? {} : { lookOn }),
  });
  const patients = async ({ store }: OpenedStore, n: number) => {
    const ids: string[] = [];
    for (let i = 0; i < n; i++) {
      const { patientIds } = await told(store, `m${i}`, [referral(`r${i}`, { patient: person(`p${i}`) })]);
      ids.push(patientIds[0]!);
    }
    return ids.sort();
  };

  test('patients are found whose deadline is to be looked at by the day, or whose question may be asked by the instant', async () => {
    const kept = await fresh();
    const [due, later, never, asking, asked] = await patients(kept, 5);
    const question = { factKey: 'k', reason: 'no-pathway', messageId: 'm', askAfter: NOW, asked: false };
    await saved(kept.store, due!, {
      deadlines: [deadline('e1', '2026-03-20'), deadline('e2', '2026-03-19'), deadline('e3')],
    });
    await saved(kept.store, later!, { deadlines: [deadline('e4', '2026-03-21')] });
    await saved(kept.store, never!, { deadlines: [deadline('e5')] });
    await saved(kept.store, asking!, { questions: [question] });
    await saved(kept.store, asked!, { questions: [{ ...question, factKey: 'k2', asked: true }] });
    const found = await kept.store.scanCandidates('2026-03-20', NOW, 10);
    expect(found).toEqual(
      [
        { patientId: due, deadlines: 2 },
        { patientId: asking, deadlines: 0 },
      ].sort((a, b) => (a.patientId! < b.patientId! ? -1 : 1)),
    );
    expect((await kept.store.scanCandidates('2026-03-21', LATER, 10)).map(({ patientId }) => patientId)).toContain(
      later,
    );
    expect((await kept.store.counts()).openDeadlines).toBe(5);
  });

  test('they are told page by page, each once', async () => {
    const kept = await fresh();
    const ids = await patients(kept, 5);
    for (const [n, id] of ids.entries()) {
      const question = { factKey: `k${n}`, reason: 'no-pathway', messageId: 'm', askAfter: NOW, asked: false };
      await saved(
        kept.store,
        id,
        n % 2 === 0 ? { deadlines: [deadline(`e${n}`, '2026-03-20')] } : { questions: [question] },
      );
    }
    const seen: string[] = [];
    for (let after: string | undefined; ;) {
      const page = await kept.store.scanCandidates('2026-03-20', NOW, 2, after);
      if (page.length === 0) break;
      seen.push(...page.map(({ patientId }) => patientId));
      after = page.at(-1)?.patientId;
    }
    expect(seen).toEqual(ids);
  });

  test('a deadline that was met or moved is no longer found', async () => {
    const kept = await fresh();
    const [id] = await patients(kept, 1);
    await saved(kept.store, id!, { deadlines: [deadline('e1', '2026-03-20')] });
    await saved(kept.store, id!, { deadlines: [{ ...deadline('e1'), state: 'met' }] });
    expect(await kept.store.scanCandidates('2026-04-20', NOW, 10)).toEqual([]);
    expect((await kept.store.counts()).openDeadlines).toBe(0);
  });

  test('a slot is taken by one', async () => {
    const { store } = await fresh();
    const taken = await Promise.all(Array.from({ length: 5 }, () => store.takeSlot('scan', '2026-03-20T12')));
    expect(taken.filter(Boolean)).toHaveLength(1);
    expect(await store.takeSlot('scan', '2026-03-20T13')).toBe(true);
    expect(await store.takeSlot('poll', '2026-03-20T13')).toBe(true);
  });
});
