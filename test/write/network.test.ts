import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { FhirTarget } from '../../src/write/fhir-target.js';
import { startWorld, type World } from './fhir-world.js';
import { Outbox } from './outbox.js';
import { NOW, episode, patient, pending, senderTo, task } from './rows.js';

let world: World;
const others: World[] = [];

async function another(): Promise<World> {
  const other = await startWorld();
  others.push(other);
  return other;
}
beforeEach(async () => {
  world = await startWorld();
});
afterEach(() => Promise.all([world, ...others.splice(0)].map((one) => one.stop())));

const until = async (condition: () => boolean) => {
  for (let n = 0; n < 200 && !condition(); n++) await new Promise((resolve) => setTimeout(resolve, 10));
};
const target = (base: string) =>
  new FhirTarget({ baseUrl: () => base, token: 'secret', timeoutMs: 300, clock: { now: () => NOW } });

describe('a delivery does not wait for ever', () => {
  test.each(['drip', 'silence'] as const)('for an answer that is %s', async (trick) => {
    world.trick = () => trick;
    const startedAt = Date.now();
    const { done, trouble, retryAt } = await senderTo(world.base, 200).sender.deliver([pending(patient())], 0);
    expect(Date.now() - startedAt).toBeLessThan(2_000);
    expect({ done, code: trouble?.code, sort: trouble?.sort }).toEqual({
      done: [],
      code: 'timeout',
      sort: 'ambiguous',
    });
    expect(retryAt).toBeDefined();
    // What drips is left behind only: see CallLimits.
    await until(() => trick === 'drip' || world.givenUp === 1);
    if (trick === 'silence') expect(world.givenUp).toBe(1);
  });

  test.each(['drip', 'silence'] as const)('while the service stops (%s), nor does another begin', async (trick) => {
    world.trick = () => trick;
    const { sender } = senderTo(world.base, 60_000);
    const delivering = sender.deliver([pending(patient())], 0);
    await until(() => world.seen.length > 0);
    await new Promise((resolve) => setTimeout(resolve, 50));
    await sender.close();
    const { done, trouble } = await delivering;
    expect({ done, code: trouble?.code }).toEqual({ done: [], code: 'closed' });
    expect((await sender.deliver([pending(patient())], 0)).trouble?.code).toBe('closed');
    expect(world.seen).toHaveLength(1);
  });

  test('for a page that was cut in the middle', async () => {
    world.trick = () => 'cut';
    const { trouble } = await senderTo(world.base).sender.deliver([pending(patient())], 0);
    expect(trouble).toMatchObject({ sort: 'ambiguous', code: 'network' });
  });

  test('for a body that ends before its length', async () => {
    const body = JSON.stringify(patient());
    world.trick = () => ({ status: 200, body, headers: { 'content-length': `${body.length + 9}` } });
    const { trouble } = await senderTo(world.base).sender.deliver([pending(patient())], 0);
    expect(trouble?.sort).toBe('ambiguous');
  });
});

describe('what is ours goes nowhere else', () => {
  test.each([301, 302, 303, 307, 308])('%i is not followed', async (status) => {
    const other = await another();
    world.trick = ({ path }) => ({ status, headers: { location: `${other.base}/${path}` } });
    const put = await senderTo(world.base).sender.deliver([pending(patient())], 0);
    const all = await senderTo(world.base).sender.deliver([pending(patient()), pending(episode())], 0);
    const read = await senderTo(world.base).sender.deliver([pending(task(), { sent: [task()] })], 0);
    expect([put, all, read].map(({ trouble }) => trouble?.code)).toEqual(['redirect', 'redirect', 'redirect']);
    expect(put.retryAt! >= '2026-03-20T12:00:05.000Z').toBe(true);
    expect(other.seen).toEqual([]);
  });

  const page = (url: string) => ({
    status: 200,
    body: {
      resourceType: 'Bundle',
      type: 'searchset',
      entry: [{ resource: patient() }],
      link: [{ relation: 'next', url }],
    },
  });

  test('a page that links to another server is not followed, and no token gets there', async () => {
    const other = await another();
    world.trick = () => page(`${other.base}/Patient?page=2`);
    expect(await target(world.base).search('Patient', { identifier: 'x' })).toMatchObject({
      refusal: { code: 'foreign-link', operator: true },
    });
    expect(other.seen).toEqual([]);
  });

  test.each([
    '//{host}/fhir/Patient',
    'http:{host}/x',
    '\\\\{host}\\x',
    'https://{host}/x',
    'data:application/json,{}',
  ])('nor by a trick: %s', async (link) => {
    const other = await another();
    world.trick = ({ path }) =>
      path.endsWith('_search')
        ? page(link.replace('{host}', new URL(other.base).host))
        : { status: 200, body: { resourceType: 'Bundle', type: 'searchset' } };
    await target(world.base).search('Patient', { identifier: 'x' });
    expect(other.seen).toEqual([]);
    expect(world.seen.every(({ authorization }) => authorization === 'Bearer secret')).toBe(true);
  });

  test('a page on the same server is read with the token, also where the link is relative', async () => {
    const pages = [page('/fhir/Patient?page=2'), page(`${world.base}/Patient?page=3`)];
    world.trick = () =>
      pages[world.seen.length - 1] ?? { status: 200, body: { resourceType: 'Bundle', type: 'searchset' } };
    expect(await target(world.base).search('Patient', { identifier: 'x' })).toMatchObject({ resources: [{}, {}] });
    expect(world.seen.map(({ path }) => path)).toEqual(['Patient/_search', 'Patient?page=2', 'Patient?page=3']);
    expect(new Set(world.seen.map(({ authorization }) => authorization))).toEqual(new Set(['Bearer secret']));
  });

  test('an id that is no FHIR id is never put in an address', async () => {
    const { done } = await senderTo(world.base).sender.deliver([pending({ ...patient(), id: '../../x' })], 0);
    expect(done[0]).toMatchObject({ outcome: 'dead', reasons: [{ code: 'invalid-id' }] });
    expect(world.seen).toEqual([]);
  });
});

test('what is sent begins with its type, its id and its meta, in whatever order it was kept', async () => {
  const kept = { active: true, id: 'p1', meta: { source: 'x' }, resourceType: 'Patient' } as const;
  await new Outbox(senderTo(world.base).sender).want(kept).deliver();
  expect(world.seen[0]?.text).toMatch(/^\{"resourceType":"Patient","id":"p1","meta":\{"source":"x"\},"active"/);
  await new Outbox(senderTo(world.base).sender).want({ ...kept, id: 'p2' }, { ...kept, id: 'p3' }).deliver();
  expect(world.seen[1]?.text).toContain(
    '"resource":{"resourceType":"Patient","id":"p2","meta":{"source":"x"},"active"',
  );
});

test('single answers are asked for as they are, and only the pages of a source packed', async () => {
  const none = { status: 200, body: { resourceType: 'Bundle', type: 'searchset' } };
  world.trick = ({ path }) => (/^Patient(\/_search|\?|$)/.test(path) ? none : undefined);
  const asked = target(world.base);
  await asked.put({ resource: patient() });
  await asked.transaction([{ resource: episode() }, { resource: task() }]);
  await asked.read('Patient', 'p1');
  await asked.search('Patient', { identifier: 'x' });
  for await (const _page of asked.searchPages('Patient', {}));
  expect(world.seen.map(({ coding }) => coding)).toEqual([...Array<string>(4).fill('identity'), 'gzip']);
});
