import { randomUUID } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { Encounter, EpisodeOfCare, FhirResource, Task } from 'fhir/r4.js';
import { FhirTarget } from '../../src/write/fhir-target.js';
import { lookUp } from '../../src/write/fhir-reader.js';
import { ask } from '../servers/client.js';
import { Outbox } from '../write/outbox.js';
import { encounter, episode, NOW, patient, pending, senderTo, task } from '../write/rows.js';
import { startBetween, type Between } from './between.js';
import { hapiBase } from './hapi.js';

let between: Between;
let outbox: Outbox;
let run: string;
beforeEach(async () => {
  run = randomUUID().slice(0, 8);
  between = await startBetween(hapiBase());
  outbox = new Outbox(senderTo(between.base, 10_000).sender);
});
afterEach(() => between.stop());

/** The same resource under ids and numbers of this test alone. */
function own<T extends FhirResource>(resource: T): T {
  const text = JSON.stringify(resource)
    .replace(/"(p1|e1|t1|t2|c1|c2|17915710069)"/g, `"$1-${run}"`)
    .replace(/"(Patient|EpisodeOfCare|Encounter|Task)\/(p1|e1|t1|t2|c1|c2)"/g, `"$1/$2-${run}"`);
  return JSON.parse(text) as T;
}
/** An episode and its encounter, which refer to each other as ours do: HAPI looks at the types of what is referred to. */
const ring = (): FhirResource[] => [
  encounter('c1'),
  { ...episode(), extension: [{ url: 'urn:test:basis', valueReference: { reference: 'Encounter/c1' } }] },
];
const want = (...resources: readonly FhirResource[]) => outbox.want(...resources.map(own));
const outcomeOf = (name: string) => outbox.outcome(`${name}-${run}`);
const read = async <T extends FhirResource>(name: string) =>
  (await ask(`${hapiBase()}/${name}-${run}`, 'GET', undefined)).body as unknown as T;
/** Somebody else writes, past what is between. */
async function edit<T extends FhirResource>(name: string, change: (resource: T) => T): Promise<void> {
  const changed = change(await read<T>(name));
  const { status, text } = await ask(`${hapiBase()}/${name}-${run}`, 'PUT', changed);
  if (status > 201) throw new Error(`answered ${status}: ${text}`);
}
const remove = (name: string) => ask(`${hapiBase()}/${name}-${run}`, 'DELETE', undefined);
const versionOf = async (name: string) => (await read(name)).meta?.versionId;

describe('what is sent to HAPI', () => {
  test('goes in one transaction, a circle of references too, and sent again writes nothing', async () => {
    want(...ring(), patient(), task());
    expect(await outbox.deliver()).toBeUndefined();
    const names = ['Patient/p1', 'EpisodeOfCare/e1', 'Encounter/c1', 'Task/t1'];
    expect(names.map(outcomeOf)).toEqual(Array(4).fill('written'));
    expect(between.asked.filter((each) => each.startsWith('POST'))).toHaveLength(1);
    want(...ring(), patient(), task());
    await outbox.deliver();
    expect(names.map(outcomeOf)).toEqual(Array(4).fill('unchanged'));
    expect(await Promise.all(names.map(versionOf))).toEqual(Array(4).fill('1'));
  });

  test('on a version that somebody else has overtaken is joined with theirs: an episode', async () => {
    want(patient(), episode());
    await outbox.deliver();
    const team = [{ display: 'theirs' }];
    await edit<EpisodeOfCare>('EpisodeOfCare/e1', (it) => ({ ...it, team }));
    want(episode('finished'));
    expect(await outbox.deliver()).toBeUndefined();
    expect(await read('EpisodeOfCare/e1')).toMatchObject({ status: 'finished', team, meta: { versionId: '3' } });
  });

  test('in a transaction on a version that somebody else has overtaken is joined with theirs, and nothing is half done', async () => {
    want(patient(), episode(), encounter('c1'));
    await outbox.deliver();
    await edit<EpisodeOfCare>('EpisodeOfCare/e1', (it) => ({ ...it, team: [{ display: 'theirs' }] }));
    want(episode('finished'), { ...encounter('c1'), status: 'cancelled' });
    expect(await outbox.deliver()).toBeUndefined();
    expect(await read('EpisodeOfCare/e1')).toMatchObject({ status: 'finished', team: [{ display: 'theirs' }] });
    expect((await read<Encounter>('Encounter/c1')).status).toBe('cancelled');
    expect(await versionOf('Encounter/c1')).toBe('2');
  });

  test('while somebody changes the Task: what they set stays, and what is ours moves on', async () => {
    want(patient(), task());
    await outbox.deliver();
    await edit<Task>('Task/t1', (it) => ({ ...it, status: 'in-progress', note: [{ text: 'rang' }] }));
    want(task({ status: 'completed', description: 'Other words' }));
    expect(await outbox.deliver()).toBeUndefined();
    expect(await read('Task/t1')).toMatchObject({
      ...{ status: 'in-progress', description: 'Other words' },
      note: [{ text: 'rang' }],
    });
  });

  test('between our reading of a Task and our writing somebody takes it: their owner stays', async () => {
    want(patient(), task());
    await outbox.deliver();
    want(task({ status: 'cancelled' }));
    let reads = 0;
    between.after = async (asked) => {
      if (asked.startsWith('GET Task') && reads++ === 0)
        await edit<Task>('Task/t1', (it) => ({ ...it, owner: { display: 'Koordinator Kari' } }));
    };
    expect(await outbox.deliver()).toBeUndefined();
    expect(reads).toBe(2);
    expect(await read('Task/t1')).toMatchObject({ status: 'cancelled', owner: { display: 'Koordinator Kari' } });
  });

  test('and was deleted there by somebody is written anew', async () => {
    want(patient(), episode(), task());
    await outbox.deliver();
    await remove('Task/t1');
    want(task({ status: 'completed' }), episode('finished'));
    expect(await outbox.deliver()).toBeUndefined();
    expect(await read('Task/t1')).toMatchObject({ status: 'completed', meta: { versionId: '3' } });
    await remove('Task/t1');
    await remove('EpisodeOfCare/e1');
    want(episode('active'));
    expect(await outbox.deliver()).toBeUndefined();
    expect((await read<EpisodeOfCare>('EpisodeOfCare/e1')).status).toBe('active');
  });

  test('by three senders at once, again and again: nobody fails for good, and the last word stands', async () => {
    want(patient(), episode());
    await outbox.deliver();
    const others = [0, 1, 2].map(() => new Outbox(senderTo(between.base, 10_000).sender));
    await Promise.all(
      others.map(async (other, n) => {
        for (let round = 0; round < 5; round++) {
          other.want(own(patient()), own({ ...episode(), team: [{ display: `${n}` }] }), own(task({ id: 't1' })));
          for (let tries = 0; (await other.deliver()) !== undefined && tries < 20; tries++);
        }
      }),
    );
    const ends = others.flatMap((other) => [...other.ends.values()].map(({ outcome }) => outcome));
    expect(ends.filter((end) => end === 'dead')).toEqual([]);
    expect(await versionOf('Task/t1')).toBe('1');
  });
});

describe('what HAPI refuses for good', () => {
  test('takes down only itself and what refers to it, though HAPI does not say which it was', async () => {
    const odd = { ...own(patient()), birthDate: 'yesterday' };
    outbox.want(odd, own(episode()), own({ resourceType: 'Organization', id: 'c1', name: 'x' }));
    expect(await outbox.deliver()).toBeUndefined();
    expect(outcomeOf('Patient/p1')).toMatch(/^dead /);
    expect(outcomeOf('EpisodeOfCare/e1')).toBe('dead depends-on-failed');
    expect(outcomeOf('Organization/c1')).toBe('written');
  });

  test('because it refers to nothing is a dead letter, without a word of HAPI’s', async () => {
    want(episode());
    await outbox.deliver();
    expect(outcomeOf('EpisodeOfCare/e1')).toMatch(/^dead [a-z-]+$/);
    expect(JSON.stringify([...outbox.ends.values()])).not.toContain('HAPI');
  });
});

describe('an answer of HAPI that is lost', () => {
  const loseNext = () => {
    between.loses = (asked) => {
      if (asked.startsWith('GET')) return false;
      between.loses = () => false;
      return true;
    };
  };

  test('to a transaction: the next attempt finds all written, and writes nothing', async () => {
    want(...ring(), patient(), task());
    loseNext();
    expect(await outbox.deliver()).toBe('network');
    expect(await outbox.deliver()).toBeUndefined();
    const names = ['Patient/p1', 'EpisodeOfCare/e1', 'Encounter/c1', 'Task/t1'];
    expect(names.map(outcomeOf)).toEqual(Array(4).fill('unchanged'));
    expect(await Promise.all(names.map(versionOf))).toEqual(Array(4).fill('1'));
  });

  test('and a person’s note after it: our status is still ours', async () => {
    want(patient(), task());
    await outbox.deliver();
    want(task({ status: 'completed' }));
    loseNext();
    await outbox.deliver();
    await edit<Task>('Task/t1', (it) => ({ ...it, note: [{ text: 'rang' }] }));
    want(task({ status: 'cancelled' }));
    for (let n = 0; n < 3; n++) await outbox.deliver();
    expect(await read('Task/t1')).toMatchObject({ status: 'cancelled', note: [{ text: 'rang' }] });
  });
});

test('who stands on HAPI already is found by number, also when asked a moment before', async () => {
  const target = new FhirTarget({ baseUrl: hapiBase, timeoutMs: 10_000, clock: { now: () => NOW } });
  const row = { ...pending(own(patient())), id: 'ours' };
  const look = () => lookUp(target, [row], { now: NOW, attempts: 0, random: () => 0.5 });
  expect((await look()).found.size).toBe(0);
  await ask(`${hapiBase()}/Patient/p1-${run}`, 'PUT', own(patient()));
  expect([...(await look()).found.values()]).toEqual([{ id: `p1-${run}` }]);
  await ask(`${hapiBase()}/Patient/c1-${run}`, 'PUT', { ...own(patient()), id: `c1-${run}` });
  expect([...(await look()).found.values()]).toEqual(['several']);
});
