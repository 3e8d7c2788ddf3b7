import { afterEach, describe, expect, test } from '@jest/globals';
import type { EpisodeOfCare, FhirResource, Task } from 'fhir/r4.js';
import { ADAPTER, IDENTIFIERS } from '../../src/model/canonical.js';
import { addMs } from '../../src/support/dates.js';
import type { LogFields } from '../../src/support/log.js';
import { createSender, type Sender } from '../../src/write/sender.js';
import { Outbox } from '../write/outbox.js';
import { circle, encounter, episode, NOW, patient, task } from '../write/rows.js';
import { FakeServer } from './fake-server.js';
import { WELL_BEHAVED, type Habits } from './habits.js';

const servers: FakeServer[] = [];
let now = NOW;
afterEach(async () => {
  now = NOW;
  for (const each of servers.splice(0)) await each.stop();
});

const meta = { source: ADAPTER };
const numbered = <T extends FhirResource>(resource: T, system: string): T => ({
  ...resource,
  meta,
  identifier: [{ system, value: resource.id }],
});
const anEpisode = (status?: EpisodeOfCare['status']) => numbered(episode(status), IDENTIFIERS.episode);
const aTask = (more: Partial<Task> = {}) => numbered(task(more), IDENTIFIERS.task);

async function begin(habits: Partial<Habits> = {}) {
  const server = new FakeServer({ ...WELL_BEHAVED, clientIds: 'refused-422', ...habits }, () => Date.parse(now), 1);
  servers.push(server);
  const base = await server.start();
  const logged: [string, LogFields | undefined][] = [];
  const note = (event: string, fields?: LogFields) => void logged.push([event, fields]);
  const log = { info: note, warn: note, error: note };
  const options = {
    baseUrl: () => base,
    check: () => [],
    timeoutMs: 500,
    clock: { now: () => now },
    random: () => 0.5,
    log,
  };
  const replica = () => createSender(options);
  const sender = replica();
  const outbox = new Outbox(sender);
  const standing = (type: string) => server.store.all().filter(({ resourceType }) => resourceType === type);
  const writes = () => server.asked.filter(({ method, path }) => method !== 'GET' && !path.endsWith('_search'));
  return { server, sender, replica, outbox, logged, standing, writes };
}

describe('a server that gives ids itself', () => {
  test('gets each once by its unique identifier, and what refers to it by the id that it was given', async () => {
    const { server, outbox, standing } = await begin();
    const [seen, of] = circle();
    outbox.want(patient(), { ...seen, meta }, numbered(of, IDENTIFIERS.episode), aTask());
    expect(await outbox.deliver()).toBeUndefined();
    const id = (name: string) => outbox.given.get(name) ?? '';
    expect(standing('EpisodeOfCare')).toMatchObject([
      { id: id('EpisodeOfCare/e1'), referralRequest: [{ reference: `Encounter/${id('Encounter/c1')}` }] },
    ]);
    expect(standing('Task')).toMatchObject([{ for: { reference: `Patient/${id('Patient/p1')}` } }]);
    expect(server.store.all()).toHaveLength(4);
  });

  test('gets what changes later by those ids, in one transaction, and is asked for no id again', async () => {
    const { outbox, standing, writes } = await begin();
    outbox.want(patient(), numbered(circle()[1], IDENTIFIERS.episode), { ...encounter('c1'), meta });
    await outbox.deliver();
    const before = writes().length;
    outbox.want(anEpisode('finished'), { ...encounter('c1'), meta, status: 'cancelled' });
    expect(await outbox.deliver()).toBeUndefined();
    expect(
      writes()
        .slice(before)
        .map(({ method, path }) => `${method} ${path}`),
    ).toEqual(['POST ']);
    expect(standing('EpisodeOfCare')).toMatchObject([{ status: 'finished' }]);
    expect(standing('Encounter')).toMatchObject([{ status: 'cancelled' }]);
  });

  test('may have created what it gave no answer to: it is looked for a minute before it is created again', async () => {
    const { outbox, standing } = await begin({ searches: 'lagging', conditionalCreates: 'ignored' });
    outbox.want(patient());
    outbox.forget();
    expect(await outbox.deliver()).toBe('not-found-yet');
    expect(standing('Patient')).toEqual([]);
    now = addMs(now, 59_000);
    expect(await outbox.deliver()).toBe('not-found-yet');
    now = addMs(now, 1_000);
    expect(await outbox.deliver()).toBeUndefined();
    expect(standing('Patient')).toHaveLength(1);
  });

  test('may have created what another replica asked for last: the minute is counted from then', async () => {
    const { server, outbox, replica, standing } = await begin({ searches: 'lagging', conditionalCreates: 'ignored' });
    const [one, other] = [replica(), replica()];
    server.lost.push('question', 'answer');
    outbox.want(patient());
    const deliver = async (by: Sender, afterMs: number) => {
      now = addMs(now, afterMs);
      outbox.sender = by;
      return outbox.deliver();
    };
    await deliver(one, 0);
    expect(await deliver(other, 1_000)).toBe('not-found-yet');
    await deliver(one, 60_000);
    expect(standing('Patient')).toHaveLength(1);
    expect(await deliver(other, 2_000)).toBe('not-found-yet');
    expect(await deliver(one, 58_000)).toBeUndefined();
    expect(standing('Patient')).toHaveLength(1);
  });

  test('and did create it: it is found, with what a person changed since', async () => {
    const { server, sender, outbox: before, standing } = await begin();
    before.want(patient(), aTask());
    await before.deliver();
    const [stands] = standing('Task') as Task[];
    const outbox = new Outbox(sender).want(patient(), aTask());
    outbox.forget();
    server.store.keep({ ...stands!, owner: { display: 'Kari' } });
    outbox.want(aTask({ description: 'Other words' }));
    expect(await outbox.deliver()).toBeUndefined();
    expect(standing('Task')).toMatchObject([{ owner: { display: 'Kari' }, description: 'Other words' }]);
    expect(standing('Patient')).toHaveLength(1);
  });

  test('and has it twice: the oldest is kept up, none is deleted, and the log and the row say so', async () => {
    const { server, outbox, standing, logged } = await begin();
    server.store.keep({ ...aTask({ status: 'requested' }), id: '9' });
    server.store.keep({ ...aTask({ status: 'requested' }), id: '10' });
    server.store.keep({ ...patient(), id: 'p1' });
    const { for: _nobody, ...nobodys } = aTask();
    outbox.want(nobodys);
    outbox.forget();
    expect(await outbox.deliver()).toBeUndefined();
    expect(outbox.given.get('Task/t1')).toBe('9');
    expect(standing('Task')).toHaveLength(2);
    expect(outbox.ends.get('Task|t1')?.reasons?.map(({ code }) => code)).toEqual(['stands-twice']);
    expect(logged).toContainEqual(['stands more than once on the server', { resource: 'Task', count: 2 }]);
  });

  test('and has something of somebody else with the identifier: that is left alone, and ours is a dead letter', async () => {
    const { server, outbox, standing } = await begin();
    const theirs: FhirResource = { ...encounter('c1'), id: 'theirs', episodeOfCare: [] };
    server.store.keep(theirs);
    outbox.want(patient(), anEpisode(), { ...encounter('c1'), meta });
    expect(await outbox.deliver()).toBeUndefined();
    expect(outbox.outcome('Encounter/c1')).toBe('dead identifier-taken');
    expect(standing('Encounter')).toMatchObject([{ id: 'theirs', episodeOfCare: [] }]);
  });

  test('and no identifier tells it from others: it is a dead letter', async () => {
    const { outbox } = await begin();
    outbox.want(patient(), episode());
    await outbox.deliver();
    expect(outbox.outcome('EpisodeOfCare/e1')).toBe('dead no-identifier');
  });
});

test('what a server refuses for its content is no question of ids: the reason is that of the first refusal', async () => {
  const { outbox, writes } = await begin({ clientIds: 'taken', capabilities: 'silent' });
  outbox.want({ ...anEpisode(), patient: { reference: 'Patient/nobody' } });
  await outbox.deliver();
  expect(outbox.outcome('EpisodeOfCare/e1')).toBe('dead processing');
  expect(writes().map(({ method, path }) => `${method} ${path}`)).toEqual([
    'PUT EpisodeOfCare/e1',
    'POST EpisodeOfCare',
  ]);
});
