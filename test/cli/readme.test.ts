import { readFileSync } from 'node:fs';
import { afterEach, describe, expect, test } from '@jest/globals';
import type { Bundle, EpisodeOfCare, FhirResource } from 'fhir/r4.js';
import { startForeignServer } from '../service/foreign-server.js';
import { event, removeFolder, running } from '../service/running.js';

const README = readFileSync('README.md', 'utf8');
const cleanUps: (() => Promise<void> | void)[] = [];
afterEach(async () => {
  for (const each of cleanUps.splice(0).reverse()) await each();
});

describe('what the README says', () => {
  test('of a FHIR server that is connected: the example that is posted there becomes an episode there', async () => {
    const server = await startForeignServer();
    const file = /-d @(docs\/examples\/\S+)/.exec(README)?.[1] ?? '';
    const bundle = JSON.parse(readFileSync(file, 'utf8')) as Bundle;
    await server.put(...(bundle.entry ?? []).map(({ resource }) => resource as FhirResource));
    const service = await running({ fhirBaseUrl: server.url, pollCron: '* * * * * *' });
    cleanUps.push(
      () => server.stop(),
      () => removeFolder(service.dataDir),
      () => service.service.stop(),
    );
    const episodes = () => server.search<EpisodeOfCare>('EpisodeOfCare?patient=kari');
    for (let tries = 0; tries < 200 && (await episodes()).length === 0; tries++)
      await new Promise((resolve) => setTimeout(resolve, 50));
    expect(await episodes()).toMatchObject([{ status: 'waitlist', patient: { reference: 'Patient/kari' } }]);
  });

  test('of a first event: it is taken as it stands there', async () => {
    const text = /-d '(\{[\s\S]*?\n\})'/.exec(README)?.[1] ?? '';
    const service = await running();
    cleanUps.push(
      () => removeFolder(service.dataDir),
      () => service.service.stop(),
    );
    const [id = ''] = await service.send(JSON.parse(text) as object);
    await service.until(id, 'delivered');
    expect(await service.fhir('EpisodeOfCare')).toHaveLength(1);
    expect(Object.keys(JSON.parse(text) as object)).toEqual(Object.keys(event('referral', 'r', {})));
  });

  test('of settings: every variable that the service reads, and none that it does not', () => {
    const read = [...readFileSync('src/config.ts', 'utf8').matchAll(/read\.\w+\('([A-Z_]+)'/g)].map(
      (match) => match[1],
    );
    const told = [...README.matchAll(/`([A-Z]+(?:_[A-Z]+)*)`/g)].map((match) => match[1]);
    expect([...new Set(read)].filter((name) => !told.includes(name))).toEqual([]);
  });
});
