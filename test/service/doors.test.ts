import { afterEach, describe, expect, test } from '@jest/globals';
import type { EpisodeOfCare, FhirResource, Task } from 'fhir/r4.js';
import { eprResources } from './epr-resources.js';
import { startForeignServer, type ForeignServer } from './foreign-server.js';
import { removeFolder, running, type RunningService } from './running.js';

const cleanUps: (() => Promise<void> | void)[] = [];
afterEach(async () => {
  for (const each of cleanUps.splice(0).reverse()) await each();
});

async function start(...[config, overrides]: Parameters<typeof running>): Promise<RunningService> {
  const started = await running({ ...config }, overrides);
  cleanUps.push(
    () => removeFolder(started.dataDir),
    () => started.service.stop(),
  );
  return started;
}

async function foreign(...options: Parameters<typeof startForeignServer>): Promise<ForeignServer> {
  const server = await startForeignServer(...options);
  cleanUps.push(() => server.stop());
  return server;
}

const EVERY_SECOND = '* * * * * *';
const read = (service: RunningService) => ({
  search: <T extends FhirResource>(query: string) => service.fhir<T>(query),
});

interface Readable {
  search<T extends FhirResource>(query: string): Promise<T[]>;
}

/** What an outsider sees of the episodes and Tasks, without ids and references to sources. */
async function standing(server: Readable): Promise<string[]> {
  const episodes = await server.search<EpisodeOfCare>('EpisodeOfCare?_count=200');
  const tasks = await server.search<Task>('Task?_count=200');
  const code = (concept: Task['code']) => concept?.coding?.[0]?.code ?? '';
  return [
    ...episodes.map(({ status, managingOrganization, extension = [] }) =>
      [
        status,
        managingOrganization?.identifier?.value,
        ...extension.map(({ extension: parts = [] }) =>
          parts
            .filter(({ url }) => !['basis', 'organization'].includes(url))
            .map(({ url: _url, ...value }) => JSON.stringify(Object.values(value)[0]))
            .join(' '),
        ),
      ].join(' | '),
    ),
    ...tasks.map((task) =>
      [
        code(task.code),
        code(task.reasonCode),
        code(task.businessStatus),
        task.restriction?.period?.end,
        task.status,
      ].join(' '),
    ),
  ].sort();
}

async function until(what: string, isSo: () => Promise<boolean>): Promise<void> {
  for (let tries = 0; tries < 400; tries++) {
    if (await isSo()) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error(`it never was so: ${what}`);
}

const decided = async (server: Readable) =>
  JSON.stringify(await server.search<EpisodeOfCare>('EpisodeOfCare?_count=200')).includes('C01CK');

async function send(service: RunningService, method: string, path: string, body?: object) {
  const answer = await fetch(`${service.service.url}/inbox/fhir/${path}`, {
    method,
    headers: { 'content-type': 'application/fhir+json' },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  if (answer.status !== 202) throw new Error(`answered ${answer.status}: ${await answer.text()}`);
  return answer.headers.get('message-id') ?? '';
}

describe('the same resources', () => {
  test('give the same by rest-hook, committed on the embedded server, and polled from another FHIR server', async () => {
    const pushed = await start();
    for (const resource of eprResources())
      await send(pushed, 'PUT', `fhir-r4/${resource.resourceType}/${resource.id ?? ''}`, resource);
    await until('decided by rest-hook', () => decided(read(pushed)));

    const committed = await start();
    const entry = eprResources().map((resource) => ({
      resource,
      request: { method: 'PUT', url: `${resource.resourceType}/${resource.id ?? ''}` },
    }));
    const transaction = JSON.stringify({ resourceType: 'Bundle', type: 'transaction', entry });
    const headers = { 'content-type': 'application/fhir+json' };
    const answer = await fetch(committed.service.fhirUrl, { method: 'POST', headers, body: transaction });
    expect(answer.status).toBe(200);
    await until('decided by commit', () => decided(read(committed)));

    const epr = await foreign();
    await epr.put(...eprResources());
    const polling = await start({ pollCron: EVERY_SECOND, sources: [{ name: 'epr', base: epr.url }] });
    await until('decided by polling', () => decided(read(polling)));

    const expected = await standing(read(pushed));
    expect(expected.length).toBeGreaterThan(8);
    await until('the same when committed', async () => (await standing(read(committed))).join() === expected.join());
    await until('the same when polled', async () => (await standing(read(polling))).join() === expected.join());
  }, 60_000);

  test('in any order, each on its own, give the same', async () => {
    const inOrder = await start();
    const backwards = await start();
    for (const resource of eprResources()) await send(inOrder, 'POST', 'fhir-r4', resource);
    for (const resource of eprResources().reverse()) await send(backwards, 'POST', 'fhir-r4', resource);
    await until('decided', async () => (await decided(read(inOrder))) && (await decided(read(backwards))));
    const expected = (await standing(read(inOrder))).join();
    await until(
      'the same',
      async () => (await standing(read(backwards))).filter((each) => !each.startsWith('triage')).join() === expected,
    );
  }, 60_000);

  test('where they live on the server that is written to are referred to, and never copied', async () => {
    const target = await foreign();
    await target.put(...eprResources());
    await start({ fhirBaseUrl: target.url, pollCron: EVERY_SECOND });
    await until('decided', () => decided(target));
    for (const type of ['Patient', 'Organization', 'ServiceRequest', 'Encounter'])
      expect([type, (await target.search(`${type}?_count=100`)).length]).toEqual([
        type,
        eprResources().filter(({ resourceType }) => resourceType === type).length,
      ]);
    const [first] = await target.search<EpisodeOfCare>('EpisodeOfCare?_sort=date');
    expect(first).toMatchObject({ patient: { reference: 'Patient/epr-patient' } });
    expect(JSON.stringify(first)).toContain('"reference":"ServiceRequest/r1"');
  }, 60_000);
});

describe('one way: an adapter that polls the server it writes to', () => {
  test('comes to rest after any change, and stays at rest', async () => {
    const target = await foreign();
    await target.put(...eprResources());
    const service = await start({ fhirBaseUrl: target.url, pollCron: EVERY_SECOND });
    await until('decided', () => decided(target));
    const rest = async (after: string) => {
      let writes = target.writes();
      let still = 0;
      await until(`at rest after ${after}`, async () => {
        await new Promise((resolve) => setTimeout(resolve, 200));
        still = target.writes() === writes ? still + 1 : 0;
        writes = target.writes();
        return still === 15;
      });
      return writes;
    };
    const first = await rest('the start');
    expect(first).toBeLessThan(40);
    const messages = async () =>
      ((await (await service.get('/messages?_count=200')).json()) as { messages: object[] }).messages.length;
    const seen = await messages();
    await target.edit<FhirResource>('Encounter/e2', (it) => ({ ...it, status: 'entered-in-error' }) as FhirResource);
    await rest('a withdrawn encounter');
    const [milestone] = await target.search<Task>('Task?code=first-attendance&_count=1');
    await target.edit<Task>(`Task/${milestone?.id ?? ''}`, (it) => ({ ...it, note: [{ text: 'rang' }] }));
    await rest('a note on a Task');
    const after = target.writes();
    await new Promise((resolve) => setTimeout(resolve, 3_000));
    expect(target.writes()).toBe(after);
    expect((await messages()) - seen).toBeLessThan(6);
  }, 90_000);
});

describe('what a person answers on a Task', () => {
  const referral = () => eprResources().filter(({ id }) => ['epr-patient', 'hf1', 'hf1-unit', 'r1'].includes(id ?? ''));
  const outcome = (type: string, value: object) => ({
    type: { coding: [{ system: 'https://fhir.pakkeforlop.example/CodeSystem/pathway-task-output', code: type }] },
    ...value,
  });

  test.each(['on the embedded server', 'on another server'])(
    '%s comes back as a fact',
    async (where) => {
      const target = where === 'on another server' ? await foreign() : undefined;
      const service = await start(target === undefined ? {} : { fhirBaseUrl: target.url, pollCron: EVERY_SECOND });
      for (const resource of referral()) await send(service, 'POST', 'fhir-r4', resource);
      const server: Readable = target ?? read(service);
      const url = target?.url ?? service.service.fhirUrl;
      const find = async () =>
        (await server.search<Task>('Task?_count=50')).find(
          ({ code }) => code?.coding?.[0]?.code === 'first-attendance',
        );
      await until('the milestone stands', async () => (await find()) !== undefined);
      const task = (await find()) as Task;
      const answered = {
        ...task,
        status: 'completed',
        output: [outcome('attended-on', { valueDate: '2026-03-04' })],
        owner: { display: 'Koordinator Kari' },
      };
      const put = await fetch(`${url}/Task/${task.id ?? ''}`, {
        method: 'PUT',
        headers: { 'content-type': 'application/fhir+json' },
        body: JSON.stringify(answered),
      });
      expect(put.status).toBe(200);
      await until('it was seen on that day', async () =>
        JSON.stringify(await server.search<EpisodeOfCare>('EpisodeOfCare')).includes('"valueDate":"2026-03-04"'),
      );
      const kept = await find();
      expect(kept).toMatchObject({ status: 'completed', owner: { display: 'Koordinator Kari' } });
      expect(JSON.stringify(kept?.output)).toContain('2026-03-04');
    },
    60_000,
  );
});

describe('two adapters, each for one hospital, on one FHIR server', () => {
  test('write their own episodes, and leave each other’s alone', async () => {
    const target = await foreign();
    await target.put(...eprResources());
    for (const number of ['983975240', '993467049'])
      await start({ fhirBaseUrl: target.url, pollCron: EVERY_SECOND, organizations: [number] });
    await until('both wrote', async () => (await target.search('EpisodeOfCare')).length === 2 && decided(target));
    await new Promise((resolve) => setTimeout(resolve, 3_000));
    const writes = target.writes();
    await new Promise((resolve) => setTimeout(resolve, 3_000));
    expect(target.writes()).toBe(writes);
    const episodes = await target.search<EpisodeOfCare>('EpisodeOfCare');
    expect(episodes.map(({ managingOrganization }) => managingOrganization?.identifier?.value).sort()).toEqual([
      '983975240',
      '993467049',
    ]);
    expect(episodes.map(({ status }) => status)).toEqual(['finished', 'finished']);
  }, 60_000);
});

describe('a reference that cannot be followed', () => {
  test('lets the message wait with the reason and a Task, and go on by itself once what it names is there', async () => {
    const service = await start();
    const [patient, , , , , request] = eprResources();
    const id = await send(service, 'POST', 'fhir-r4', request);
    const waiting = await service.until(id, 'waiting');
    expect(waiting.reasons.map(({ code }) => code)).toEqual(['unresolved-reference']);
    const triage = async () => (await service.fhir<Task>('Task?code=triage')).map(({ status }) => status);
    await until('somebody is asked', async () => (await triage()).join() === 'ready');
    for (const resource of eprResources().slice(1, 5)) await send(service, 'POST', 'fhir-r4', resource);
    await send(service, 'POST', 'fhir-r4', patient);
    await service.until(id, 'delivered');
    expect(await service.fhir('EpisodeOfCare')).toHaveLength(1);
    await until('nobody is asked any more', async () => (await triage()).join() === 'completed');
  }, 30_000);

  test('is read from the source’s own server, where that has it', async () => {
    const epr = await foreign();
    await epr.put(...eprResources());
    const service = await start({ sources: [{ name: 'epr', base: epr.url }] });
    const request = eprResources().find(({ id }) => id === 'r1') as FhirResource;
    const id = await send(service, 'POST', 'epr', request);
    await service.until(id, 'delivered');
    expect(await service.fhir('EpisodeOfCare')).toHaveLength(1);
  });
});

test('a deletion withdraws what the resource said, and bringing it back brings it back', async () => {
  const epr = await foreign();
  const mine = eprResources().filter(({ id }) => ['epr-patient', 'hf1', 'hf1-unit', 'r1'].includes(id ?? ''));
  await epr.put(...mine);
  const service = await start({ sources: [{ name: 'epr', base: epr.url }], pollCron: EVERY_SECOND });
  const statuses = async () => (await service.fhir<EpisodeOfCare>('EpisodeOfCare')).map(({ status }) => status).join();
  await until('it stands', async () => (await statuses()) === 'waitlist');
  await send(service, 'DELETE', 'epr/ServiceRequest/r1');
  await until('it is a mistake', async () => (await statuses()) === 'entered-in-error');
  await epr.edit<FhirResource>('ServiceRequest/r1', (it) => ({ ...it, priority: 'urgent' }) as FhirResource);
  await until('it stands again', async () => (await statuses()) === 'waitlist');
}, 30_000);
