import { afterEach, beforeEach, expect, test } from '@jest/globals';
import type { Condition, Encounter, EpisodeOfCare, FhirResource, PractitionerRole } from 'fhir/r4.js';
import { NATIONAL_ID, removeFolder, running, type RunningService } from './running.js';

const OID = 'urn:oid:2.16.578.1.12.4.1';
const BASE = 'https://fhir.pakkeforlop.example';

let epr: RunningService;

beforeEach(async () => {
  epr = await running();
});

afterEach(async () => {
  await epr.service.stop();
  removeFolder(epr.dataDir);
});

const subject = { type: 'Patient', identifier: { system: `${OID}.4.1`, value: NATIONAL_ID } };
const hospital = { type: 'Organization', identifier: { system: `${OID}.4.101`, value: '983975240' } };
const role: PractitionerRole = { resourceType: 'PractitionerRole', id: 'role', organization: hospital };
const concept = (system: string, code: string) => ({ coding: [{ system, code }] });

function condition(id: string, more: Pick<Condition, 'category' | 'code' | 'recordedDate' | 'extension'>): Condition {
  return {
    resourceType: 'Condition',
    id,
    contained: [role],
    subject,
    recorder: { reference: '#role' },
    ...more,
  };
}

const referred = condition('referred', {
  extension: [{ url: `${BASE}/StructureDefinition/referral-received`, valueDateTime: '2026-03-02T10:12:00+01:00' }],
  category: [concept(`${OID}.1.9173`, 'C01')],
  recordedDate: '2026-03-04',
});

const seen: Encounter = {
  resourceType: 'Encounter',
  id: 'seen',
  status: 'finished',
  class: { system: 'http://terminology.hl7.org/CodeSystem/v3-ActCode', code: 'AMB' },
  reasonCode: [concept(`${OID}.1.9173`, 'C01')],
  subject,
  period: { start: '2026-03-09T08:30:00+01:00' },
  serviceProvider: hospital,
};

const decided = condition('decided', { code: concept(`${OID}.1.8480`, 'C01CI'), recordedDate: '2026-03-18' });

async function post(...resources: FhirResource[]): Promise<void> {
  const bundle = { resourceType: 'Bundle', type: 'collection', entry: resources.map((resource) => ({ resource })) };
  const headers = { 'content-type': 'application/fhir+json' };
  const request = { method: 'POST', headers, body: JSON.stringify(bundle) };
  const answer = await fetch(`${epr.service.url}/inbox/fhir/fhir-orders`, request);
  expect(answer.status).toBe(202);
  await epr.until(answer.headers.get('message-id') ?? '', 'delivered');
}

test('an EPR with Conditions and Encounters alone has an episode, from the day that its referral was received', async () => {
  await post(seen, referred);
  await post(decided);
  const [episode, ...others] = await epr.fhir<EpisodeOfCare>('EpisodeOfCare');
  expect(others).toEqual([]);
  expect(episode).toMatchObject({ status: 'finished', period: { start: '2026-03-02', end: '2026-03-18' } });
  const registrations = (episode?.extension ?? []).filter(({ url }) => url.endsWith('/pathway-registration'));
  const codes = registrations.map(({ extension = [] }) => [
    extension.find(({ url }) => url === 'code')?.valueCodeableConcept?.coding?.[0]?.code,
    extension.find(({ url }) => url === 'date')?.valueDate,
  ]);
  expect(codes).toEqual([
    ['C01A', '2026-03-02'],
    ['C01S', '2026-03-09'],
    ['C01CI', '2026-03-18'],
  ]);
});
