import { afterEach, expect, test } from '@jest/globals';
import type { EpisodeOfCare, FhirResource, Patient, Task } from 'fhir/r4.js';
import { event, removeFolder, running } from '../service/running.js';
import { FakeServer } from './fake-server.js';
import { identifiersOf } from './fake-store.js';
import { WELL_BEHAVED } from './habits.js';

const cleanUps: (() => Promise<void> | void)[] = [];
afterEach(async () => {
  for (const each of cleanUps.splice(0).reverse()) await each();
});

const ATTENDED_ON = {
  type: {
    coding: [{ system: 'https://fhir.pakkeforlop.example/CodeSystem/pathway-task-output', code: 'attended-on' }],
  },
  valueDate: '2026-03-04',
};

async function until(what: string, isSo: () => boolean): Promise<void> {
  for (let tries = 0; tries < 400; tries++) {
    if (isSo()) return;
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
  throw new Error(`it never was so: ${what}`);
}

test('what a person answers on a Task comes back from a server that gave it an id of its own', async () => {
  const server = new FakeServer({ ...WELL_BEHAVED, clientIds: 'refused-405' }, Date.now, 1);
  const base = await server.start();
  const service = await running({ fhirBaseUrl: base });
  cleanUps.push(
    () => server.stop(),
    () => removeFolder(service.dataDir),
    () => service.service.stop(),
  );
  const all = <T extends FhirResource>(type: T['resourceType']) =>
    server.store.all().filter(({ resourceType }) => resourceType === type) as T[];
  const [id = ''] = await service.send(event('referral', 'r', { receivedAt: '2026-03-02', mark: 'C01' }));
  await service.until(id, 'delivered');
  const milestone = () =>
    all<Task>('Task').find((each) => identifiersOf(each).some((key) => key.includes('first-attendance')));
  const answered: Task = { ...milestone()!, status: 'completed', output: [ATTENDED_ON] };
  server.store.keep(answered);
  const told = await fetch(`${service.service.url}/inbox/fhir/fhir/Task/${answered.id ?? ''}`, {
    method: 'PUT',
    headers: { 'content-type': 'application/fhir+json' },
    body: JSON.stringify({ ...answered, meta: { ...answered.meta, versionId: '2' } }),
  });
  expect(told.status).toBe(202);
  await until('it was seen on that day', () =>
    JSON.stringify(all('EpisodeOfCare')).includes('"valueDate":"2026-03-04"'),
  );
  await until('the episode is active', () =>
    all<EpisodeOfCare>('EpisodeOfCare').every(({ status }) => status === 'active'),
  );
  expect(all<Patient>('Patient')).toMatchObject([{ birthDate: '1957-05-17' }]);
  expect(all<Patient>('Patient')[0]?.link).toBeUndefined();
  expect(milestone()).toMatchObject({ status: 'completed', output: expect.arrayContaining([ATTENDED_ON]) });
  expect(all('EpisodeOfCare')).toHaveLength(1);
});
