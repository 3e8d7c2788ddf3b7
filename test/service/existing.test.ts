import { afterEach, describe, expect, test } from '@jest/globals';
import type { EpisodeOfCare, Patient, Task } from 'fhir/r4.js';
import { startForeignServer, type ForeignServer } from './foreign-server.js';
import { event, NATIONAL_ID, removeFolder, running, type RunningService } from './running.js';

const OID = 'urn:oid:2.16.578.1.12.4.1.4';
const cleanUps: (() => Promise<void> | void)[] = [];
afterEach(async () => {
  for (const each of cleanUps.splice(0).reverse()) await each();
});

/** A FHIR server of a hospital, and an adapter that writes to it. */
async function start(): Promise<{ target: ForeignServer; service: RunningService }> {
  const target = await startForeignServer();
  const service = await running({ fhirBaseUrl: target.url });
  cleanUps.push(
    () => target.stop(),
    () => removeFolder(service.dataDir),
    () => service.service.stop(),
  );
  return { target, service };
}

const patient = (id: string): Patient => ({
  resourceType: 'Patient',
  id,
  identifier: [{ system: `${OID}.1`, value: NATIONAL_ID }],
});
const referral = () => event('referral', 'r', { receivedAt: '2026-03-02', mark: 'C01' });
const scan = (service: RunningService) => fetch(`${service.service.url}/scan`, { method: 'POST' });

describe('people and hospitals that the FHIR server has already', () => {
  test('are found by number and referred to, and none of ours is made', async () => {
    const { target, service } = await start();
    const number = [{ system: `${OID}.101`, value: '983975240' }];
    await target.put(patient('theirs'), { resourceType: 'Organization', id: 'hospital', identifier: number });
    const [id = ''] = await service.send(referral());
    await service.until(id, 'delivered');
    const [episode] = await target.search<EpisodeOfCare>('EpisodeOfCare');
    expect(episode).toMatchObject({
      patient: { reference: 'Patient/theirs' },
      managingOrganization: { reference: 'Organization/hospital' },
    });
    expect(await target.search('Patient')).toHaveLength(1);
    expect(await target.search('Organization')).toHaveLength(1);
  });

  test('two with one number: the message waits and somebody is asked, until one of them is gone', async () => {
    const { target, service } = await start();
    await target.put(patient('one'), patient('two'));
    const [id = ''] = await service.send(referral());
    const waiting = await service.until(id, 'waiting');
    expect(waiting.reasons.map(({ code }) => code)).toEqual(['several-patients']);
    const asked = async () => (await target.search<Task>('Task?code=triage')).map(({ status }) => status).join();
    for (let tries = 0; tries < 100 && (await asked()) !== 'ready'; tries++)
      await new Promise((resolve) => setTimeout(resolve, 25));
    expect(await target.search('EpisodeOfCare')).toEqual([]);
    await scan(service);
    expect((await service.status(id)).status).toBe('waiting');
    expect(await asked()).toBe('ready');
    await target.remove('Patient/two');
    await scan(service);
    await service.until(id, 'delivered');
    const [episode] = await target.search<EpisodeOfCare>('EpisodeOfCare');
    expect(episode?.patient.reference).toBe('Patient/one');
    for (let tries = 0; tries < 100 && (await asked()) === 'ready'; tries++)
      await new Promise((resolve) => setTimeout(resolve, 25));
    expect(await asked()).not.toBe('ready');
  });

  test('a patient that nobody has there is ours, and found as ours from then on', async () => {
    const { target, service } = await start();
    const [first = ''] = await service.send(referral());
    await service.until(first, 'delivered');
    const [second = ''] = await service.send(
      event('attendance', 'a', { startedAt: '2026-03-05', state: 'finished', form: 'outpatient', purpose: 'workup' }),
    );
    await service.until(second, 'delivered');
    expect(await target.search('Patient')).toHaveLength(1);
  });
});
