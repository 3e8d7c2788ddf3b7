import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { EpisodeOfCare, Practitioner, Task } from 'fhir/r4.js';
import { startWorld, type Answer, type Trick, type World } from './fhir-world.js';
import { Outbox } from './outbox.js';
import { circle, episode, patient, senderTo, task } from './rows.js';

let world: World;
let outbox: Outbox;
beforeEach(async () => {
  world = await startWorld();
  outbox = new Outbox(senderTo(world.base).sender);
});
afterEach(() => world.stop());

/** The next write is done, and its answer does not arrive. */
const loseNext = (how: Trick = 'lose') => {
  world.trick = ({ method }) => {
    if (method === 'GET') return undefined;
    world.trick = () => undefined;
    return how;
  };
};
const deliverAll = async () => {
  for (let n = 0; n < 3; n++) await outbox.deliver();
};
const episodeThere = () => world.get<EpisodeOfCare>('EpisodeOfCare/e1');
const taskThere = () => world.get<Task>('Task/t1');

describe('an answer that is lost', () => {
  test('to a transaction: the next attempt finds it all written, and writes nothing', async () => {
    outbox.want(...circle(), patient(), task());
    loseNext();
    expect(await outbox.deliver()).toBe('network');
    expect(await outbox.deliver()).toBeUndefined();
    expect(world.writes()).toHaveLength(1);
    expect(['Patient/p1', 'EpisodeOfCare/e1', 'Encounter/c1', 'Task/t1'].map((name) => outbox.outcome(name))).toEqual(
      Array(4).fill('unchanged'),
    );
    expect(outbox.ends.get('Task|t1')).toMatchObject({ serverVersion: '1', written: task() });
  });

  test('and something newer is wanted by now: that goes out, also where it goes back to what was before', async () => {
    outbox.want(patient(), episode('active'), task());
    await outbox.deliver();
    world.trick = ({ method }) => (method === 'GET' ? undefined : 'lose');
    outbox.want(episode('finished'), task({ status: 'completed' }));
    await outbox.deliver();
    await outbox.deliver();
    expect([episodeThere().status, taskThere().status]).toEqual(['finished', 'completed']);
    world.trick = () => undefined;
    outbox.want(episode('active'), task({ status: 'ready' }));
    await deliverAll();
    expect([episodeThere().status, taskThere().status]).toEqual(['active', 'ready']);
  });

  test('and something newer is wanted while it was under way: that goes out', async () => {
    outbox.want(patient(), episode('active'), task());
    loseNext();
    await outbox.deliver(() => outbox.want(episode('finished'), task({ status: 'cancelled' })));
    await deliverAll();
    expect([episodeThere().status, taskThere().status]).toEqual(['finished', 'cancelled']);
    expect(world.version('Task/t1')).toBe(2);
  });

  test('twice, the second time of a write that was not done: what stands is still known as ours', async () => {
    outbox.want(patient(), task());
    await outbox.deliver();
    outbox.want(task({ status: 'completed' }));
    loseNext('lose');
    await outbox.deliver();
    outbox.want(task({ status: 'cancelled' }));
    loseNext('cut');
    await outbox.deliver();
    outbox.want(task({ status: 'ready' }));
    await deliverAll();
    expect(taskThere().status).toBe('ready');
  });

  test('and a note by a person after it: our status is still ours', async () => {
    outbox.want(patient(), task());
    await outbox.deliver();
    outbox.want(task({ status: 'completed' }));
    loseNext();
    await outbox.deliver();
    world.edit<Task>('Task/t1', (it) => ({ ...it, note: [{ text: 'rang' }] }));
    outbox.want(task({ status: 'cancelled' }));
    await deliverAll();
    expect(taskThere()).toMatchObject({ status: 'cancelled', note: [{ text: 'rang' }] });
  });

  test('to the first write of a Task, and an owner by a person after it: our status is still ours', async () => {
    outbox.want(patient(), task({ status: 'completed' }));
    loseNext();
    await outbox.deliver();
    world.edit<Practitioner>('Practitioner/kari', () => ({ resourceType: 'Practitioner', id: 'kari' }));
    world.edit<Task>('Task/t1', (it) => ({ ...it, owner: { reference: 'Practitioner/kari' } }));
    outbox.want(task({ status: 'cancelled' }));
    await deliverAll();
    expect(taskThere()).toMatchObject({ status: 'cancelled', owner: { reference: 'Practitioner/kari' } });
  });

  test('and a status by a person after it: theirs stays', async () => {
    outbox.want(patient(), task());
    await outbox.deliver();
    outbox.want(task({ status: 'completed' }));
    loseNext();
    await outbox.deliver();
    world.edit<Task>('Task/t1', (it) => ({ ...it, status: 'in-progress' }));
    outbox.want(task({ status: 'cancelled', description: 'Other words' }));
    await deliverAll();
    expect(taskThere()).toMatchObject({ status: 'in-progress', description: 'Other words' });
  });

  test('and an element by somebody else after it on an episode: both stand', async () => {
    outbox.want(patient(), episode());
    await outbox.deliver();
    outbox.want(episode('finished'));
    loseNext();
    await outbox.deliver();
    const team = [{ display: 'theirs' }];
    world.edit<EpisodeOfCare>('EpisodeOfCare/e1', (it) => ({ ...it, team }));
    outbox.want(episode('active'));
    await deliverAll();
    expect(episodeThere()).toMatchObject({ status: 'active', team });
  });
});

const done: [string, Answer][] = [
  ['an empty answer', { status: 200, body: '' }],
  ['the answer of somebody else', { status: 200, body: { status: 'ok' } }],
  ['half an answer', { status: 200, body: '{"resourceType":"Bun' }],
  ['a failure', { status: 500, body: {} }],
  ['a gateway that waited too long', { status: 504, body: '<html>' }],
  ['the sign-in page of a gateway', { status: 200, body: '<html>' }],
];
test.each(done)('%s to what was done: found as ours, and no second effect', async (_what, answer) => {
  outbox.want(patient(), episode(), task());
  loseNext({ ...answer, after: true });
  await outbox.deliver();
  outbox.want(task({ status: 'completed' }), episode());
  await deliverAll();
  expect(world.version('EpisodeOfCare/e1')).toBe(1);
  expect(taskThere().status).toBe('completed');
});
