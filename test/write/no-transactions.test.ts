import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { EpisodeOfCare } from 'fhir/r4.js';
import { startWorld, outcome, type World } from './fhir-world.js';
import { Outbox } from './outbox.js';
import { circle, encounter, episode, patient, senderTo, task } from './rows.js';

let world: World;
let outbox: Outbox;

async function begin(transactions: boolean): Promise<void> {
  world = await startWorld({ transactions });
  outbox = new Outbox(senderTo(world.base).sender);
}
beforeEach(() => begin(false));
afterEach(() => world.stop());

const asked = () => world.writes().filter((write) => write === 'POST ').length;

describe('a server that knows no transactions', () => {
  test('gets one after the other, what is referred to first', async () => {
    outbox.want(task(), episode(), patient());
    expect(await outbox.deliver()).toBeUndefined();
    expect(world.writes().slice(1, 2)).toEqual(['PUT Patient/p1']);
    expect([...world.writes()].sort()).toEqual(['POST ', 'PUT EpisodeOfCare/e1', 'PUT Patient/p1', 'PUT Task/t1']);
  });

  test('gets a circle by its episode first, without the references that would dangle, and with them at the end', async () => {
    outbox.want(...circle(), patient());
    expect(await outbox.deliver()).toBeUndefined();
    expect(world.writes()).toEqual([
      'POST ',
      'PUT Patient/p1',
      'PUT EpisodeOfCare/e1',
      'PUT Encounter/c1',
      'PUT EpisodeOfCare/e1',
    ]);
    const first = JSON.parse(world.seen[2]!.text) as EpisodeOfCare;
    expect(first.referralRequest).toEqual([{ type: 'Encounter', identifier: { system: 'urn:c', value: 'c1' } }]);
    expect(world.seen.at(-1)?.ifMatch).toBe('W/"1"');
    expect(world.get<EpisodeOfCare>('EpisodeOfCare/e1').referralRequest).toEqual([{ reference: 'Encounter/c1' }]);
    expect(outbox.ends.get('EpisodeOfCare|e1')).toMatchObject({ outcome: 'written', serverVersion: '2' });
  });

  test('is not asked for a transaction again once that went well', async () => {
    outbox.want(patient(), episode());
    await outbox.deliver();
    outbox.want(episode('finished'), task());
    await outbox.deliver();
    expect(asked()).toBe(1);
    expect(world.get<EpisodeOfCare>('EpisodeOfCare/e1').status).toBe('finished');
    expect(world.version('Task/t1')).toBe(1);
  });

  test('is asked again if it was in trouble with the single ones as well', async () => {
    world.trick = ({ method }) => (method === 'PUT' ? { status: 405 } : undefined);
    outbox.want(patient(), episode());
    expect(await outbox.deliver()).toBe('not-fhir');
    await outbox.deliver();
    expect(asked()).toBe(2);
  });

  test('gets a new encounter into a circle that stands before the episode that names it', async () => {
    outbox.want(...circle(), patient());
    await outbox.deliver();
    const before = world.seen.length;
    const both = [{ reference: 'Encounter/c1' }, { reference: 'Encounter/c2' }];
    outbox.want(encounter('c2'), { ...episode(), referralRequest: both });
    expect(await outbox.deliver()).toBeUndefined();
    expect(world.writes().slice(before)).toEqual(['PUT Encounter/c2', 'PUT EpisodeOfCare/e1']);
  });

  test('and fails in the middle of a circle gets it whole the next time', async () => {
    outbox.want(...circle(), patient());
    world.trick = ({ path, method }) =>
      method === 'PUT' && path.startsWith('Encounter') ? { status: 503 } : undefined;
    expect(await outbox.deliver()).toBe('http-503');
    world.trick = () => undefined;
    expect(await outbox.deliver()).toBeUndefined();
    expect(world.get<EpisodeOfCare>('EpisodeOfCare/e1').referralRequest).toEqual([{ reference: 'Encounter/c1' }]);
  });

  test('and breaks off at the end of a circle gets it whole the next time: what stands without references is ours', async () => {
    outbox.want(...circle(), patient());
    let episodes = 0;
    world.trick = ({ path }) => (path === 'EpisodeOfCare/e1' && ++episodes === 2 ? 'cut' : undefined);
    expect(await outbox.deliver()).toBe('network');
    world.trick = () => undefined;
    expect(await outbox.deliver()).toBeUndefined();
    expect(world.get<EpisodeOfCare>('EpisodeOfCare/e1').referralRequest).toEqual([{ reference: 'Encounter/c1' }]);
  });

  test('refuses one of a circle: that and what needs it are dead, the rest is written', async () => {
    world.refuses = ({ resourceType }) => (resourceType === 'Encounter' ? 'value' : undefined);
    outbox.want(...circle(), patient(), task({ focus: { reference: 'EpisodeOfCare/e1' } }), task({ id: 't2' }));
    expect(await outbox.deliver()).toBeUndefined();
    const names = ['Patient/p1', 'Encounter/c1', 'EpisodeOfCare/e1', 'Task/t1', 'Task/t2'];
    expect(names.map((name) => outbox.outcome(name))).toEqual([
      'written',
      'dead value',
      'dead depends-on-failed',
      'dead depends-on-failed',
      'written',
    ]);
  });
});

test.each([
  [405, '<h1>Method not allowed</h1>'],
  [404, 'Cannot POST /fhir/'],
  [404, outcome('not-found')],
  [501, ''],
  [400, outcome('not-supported')],
  [422, outcome('not-supported')],
])('%i is how a server may say that it knows no transactions', async (status, body) => {
  await world.stop();
  await begin(true);
  world.trick = ({ method }) => (method === 'POST' ? { status, body } : undefined);
  outbox.want(...circle(), patient());
  expect(await outbox.deliver()).toBeUndefined();
  expect(outbox.outcome('EpisodeOfCare/e1')).toBe('written');
  outbox.want(episode('finished'), { ...encounter('c1'), status: 'cancelled' });
  expect(await outbox.deliver()).toBeUndefined();
  expect(asked()).toBe(1);
});
