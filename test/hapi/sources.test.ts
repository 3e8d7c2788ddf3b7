import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { Bundle, Encounter, EpisodeOfCare, FhirResource, Task } from 'fhir/r4.js';
import { createReader } from '../../src/write/fhir-reader.js';
import { eprResources } from '../service/epr-resources.js';
import { removeFolder, running, type RunningService } from '../service/running.js';
import { editOnHapi, emptyHapi, hapiBase, onHapi, putOnHapi, searchHapi, until } from './hapi.js';

const EVERY_SECOND = '* * * * * *';
const cleanUps: (() => Promise<void> | void)[] = [];
beforeEach(emptyHapi);
afterEach(async () => {
  for (const each of cleanUps.splice(0).reverse()) await each();
});

async function start(config: Parameters<typeof running>[0]): Promise<RunningService> {
  const started = await running(config);
  cleanUps.push(
    () => removeFolder(started.dataDir),
    () => started.service.stop(),
  );
  return started;
}

const codesIn = (episodes: readonly EpisodeOfCare[]) =>
  [...JSON.stringify(episodes).matchAll(/"code":"(C01(?:A|S|O|CK))"/g)].map(([, code]) => code).sort();
const ALL_CODES = ['C01A', 'C01A', 'C01CK', 'C01O', 'C01S', 'C01S'];
const isDecided = async (episodes: Promise<EpisodeOfCare[]>) => codesIn(await episodes).includes('C01CK');

async function post(service: RunningService, source: string, body: object): Promise<void> {
  const headers = { 'content-type': 'application/fhir+json' };
  const url = `${service.service.url}/inbox/fhir/${source}`;
  const answer = await fetch(url, { method: 'POST', headers, body: JSON.stringify(body) });
  if (answer.status !== 202) throw new Error(`answered ${answer.status}: ${await answer.text()}`);
}

describe('an EPR that has its resources on HAPI', () => {
  test('is polled for what changed: first all there is, then each change', async () => {
    await putOnHapi(...eprResources());
    const service = await start({ sources: [{ name: 'epr', base: hapiBase() }], pollCron: EVERY_SECOND });
    const episodes = () => service.fhir<EpisodeOfCare>('EpisodeOfCare');
    await until('decided', () => isDecided(episodes()));
    await until('all codes', async () => codesIn(await episodes()).join() === ALL_CODES.join());
    await editOnHapi<FhirResource>(
      'ClinicalImpression/d1',
      (it) => ({ ...it, status: 'entered-in-error' }) as FhirResource,
    );
    await until('the decision is withdrawn', async () => !(await isDecided(episodes())));
    await editOnHapi<Encounter>('Encounter/e1', (it) => ({ ...it, period: { start: '2026-03-04T09:00:00+01:00' } }));
    await until('the earlier day', async () => JSON.stringify(await episodes()).includes('"2026-03-04"'));
  });

  test('sends by its own Subscriptions', async () => {
    const service = await start({ sources: [{ name: 'epr', base: hapiBase() }] });
    const types = ['Patient', 'ServiceRequest', 'Encounter', 'ClinicalImpression'];
    for (const type of types) {
      const endpoint = `${service.service.url}/inbox/fhir/epr`;
      const channel = { type: 'rest-hook', endpoint, payload: 'application/fhir+json' };
      const status = 'requested';
      await onHapi('POST', 'Subscription', {
        resourceType: 'Subscription',
        status,
        reason: 'x',
        criteria: `${type}?`,
        channel,
      });
    }
    const isActive = async () => (await searchHapi('Subscription?status=active')).length === types.length;
    await until('subscribed', isActive);
    await putOnHapi(...eprResources());
    const episodes = () => service.fhir<EpisodeOfCare>('EpisodeOfCare');
    await until('all codes', async () => codesIn(await episodes()).join() === ALL_CODES.join());
    for (const { id = '' } of await searchHapi('Subscription')) await onHapi('DELETE', `Subscription/${id}`);
    // HAPI takes its leave of them in the background.
    await new Promise((resolve) => setTimeout(resolve, 3_000));
  });

  test('sends its history: the newest version counts, and a deletion withdraws', async () => {
    await putOnHapi(...eprResources());
    await editOnHapi<Encounter>('Encounter/e3', (it) => ({ ...it, period: { start: '2026-03-17T09:00:00+01:00' } }));
    await onHapi('DELETE', 'ClinicalImpression/d1');
    const service = await start({ sources: [{ name: 'epr', base: hapiBase() }] });
    for (const type of ['Patient', 'Organization', 'ServiceRequest', 'Encounter', 'ClinicalImpression'])
      await post(service, 'epr', (await onHapi('GET', `${type}/_history?_count=50`)) as Bundle);
    const episodes = () => service.fhir<EpisodeOfCare>('EpisodeOfCare');
    const expected = ALL_CODES.filter((code) => code !== 'C01CK').join();
    await until('all but the decision', async () => codesIn(await episodes()).join() === expected);
    expect(JSON.stringify(await episodes())).toContain('"2026-03-17"');
  });
});

describe('HAPI as source and target', () => {
  const versions = async () => {
    const { total = 0 } = (await onHapi('GET', '_history?_count=1')) as Bundle;
    return total;
  };

  test('what lives there is referred to and not copied, and nothing more is written once it is at rest', async () => {
    await putOnHapi(...eprResources());
    await start({ fhirBaseUrl: hapiBase(), pollCron: EVERY_SECOND });
    await until('decided', () => isDecided(searchHapi('EpisodeOfCare')));
    for (const type of ['Patient', 'Organization', 'ServiceRequest', 'Encounter'])
      expect([type, (await searchHapi(`${type}?_count=50`)).length]).toEqual([
        type,
        eprResources().filter(({ resourceType }) => resourceType === type).length,
      ]);
    let [before, still] = [await versions(), 0];
    await until('at rest', async () => {
      const now = await versions();
      still = now === before ? still + 1 : 0;
      before = now;
      return still === 40;
    });
  });

  test('what a person answers on a Task there comes back as a fact', async () => {
    const given = eprResources().filter(({ id }) => ['epr-patient', 'hf1', 'hf1-unit', 'r1'].includes(id ?? ''));
    await putOnHapi(...given);
    await start({ fhirBaseUrl: hapiBase(), pollCron: EVERY_SECOND });
    const milestone = async () =>
      (await searchHapi<Task>('Task?_count=50')).find(({ code }) => code?.coding?.[0]?.code === 'first-attendance');
    await until('the milestone stands', async () => (await milestone()) !== undefined);
    const system = 'https://fhir.pakkeforlop.example/CodeSystem/pathway-task-output';
    await editOnHapi<Task>(`Task/${(await milestone())?.id ?? ''}`, (it) => ({
      ...it,
      status: 'completed',
      output: [{ type: { coding: [{ system, code: 'attended-on' }] }, valueDate: '2026-03-04' }],
      owner: { display: 'Koordinator Kari' },
    }));
    await until('attended', async () => codesIn(await searchHapi('EpisodeOfCare')).join() === 'C01A,C01S');
    expect(await milestone()).toMatchObject({ status: 'completed', owner: { display: 'Koordinator Kari' } });
  });
});

test('what changed since an instant is read over all of HAPI’s pages, each once, the oldest first', async () => {
  const organizations = (from: number) =>
    Array.from({ length: 130 }, (_, n): FhirResource => ({
      ...{ resourceType: 'Organization', id: `org-${from + n}`, name: `${from + n}` },
    }));
  await putOnHapi(...organizations(0));
  const [last] = await searchHapi('Organization?_sort=-_lastUpdated&_count=1');
  await new Promise((resolve) => setTimeout(resolve, 20));
  await putOnHapi(...organizations(1_000));
  const clock = { now: () => new Date().toISOString() };
  const reader = createReader({ baseUrl: hapiBase, timeoutMs: 10_000, clock });
  const read = async (since?: string) => {
    const ids: string[] = [];
    for await (const page of reader.changedSince('Organization', since)) {
      if ('failure' in page) throw new Error(page.failure.code);
      ids.push(...page.resources.map(({ id = '' }) => id));
    }
    return ids;
  };
  const all = await read();
  expect([all.length, new Set(all).size]).toEqual([260, 260]);
  const since = new Date(Date.parse(last?.meta?.lastUpdated ?? '') + 1).toISOString();
  expect((await read(since)).sort()).toEqual(
    organizations(1_000)
      .map(({ id }) => id)
      .sort(),
  );
});
