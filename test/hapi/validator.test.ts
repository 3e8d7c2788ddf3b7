import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { FhirResource, StructureDefinition } from 'fhir/r4.js';
import { eprResources } from '../service/epr-resources.js';
import { event, removeFolder, running, type RunningService } from '../service/running.js';
import { startValidator, type Issue, type Validator } from './validator.js';

const PROFILE = 'https://fhir.pakkeforlop.example/StructureDefinition/born';
const born: StructureDefinition = {
  ...{ resourceType: 'StructureDefinition', id: 'born', url: PROFILE, name: 'Born', status: 'active' },
  ...{ kind: 'resource', abstract: false, type: 'Patient', derivation: 'constraint', fhirVersion: '4.0.1' },
  baseDefinition: 'http://hl7.org/fhir/StructureDefinition/Patient',
  differential: { element: [{ id: 'Patient.birthDate', path: 'Patient.birthDate', min: 1 }] },
};

let folder: string;
let validator: Validator;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'profiles-'));
  writeFileSync(join(folder, 'born.json'), JSON.stringify(born));
  validator = startValidator(folder, 'profiles/built');
});
afterAll(async () => {
  await validator.stop();
  rmSync(folder, { recursive: true });
});

const patient = { resourceType: 'Patient', id: 'p', gender: 'female' };
const faultsIn = (issues: readonly Issue[] = []) =>
  issues.filter(({ severity }) => severity === 'error' || severity === 'fatal');

describe('the validator', () => {
  test('says what is wrong and where, resource by resource', async () => {
    const [good, code, shape, broken] = await validator.check(
      patient,
      { ...patient, gender: 'nonsense' },
      { ...patient, name: 'Kari' },
      '{"resourceType":"Pat',
    );
    expect(good).toEqual([]);
    expect(new Set(faultsIn(code).map(({ location }) => location))).toEqual(new Set(['Patient.gender']));
    expect(faultsIn(shape)[0]?.location).toBe('Patient.name');
    expect(broken).toMatchObject([{ severity: 'fatal' }]);
  });

  test('knows the profiles it was given, and none besides', async () => {
    const by = (profile: string, more: object = {}) => ({ ...patient, ...more, meta: { profile: [profile] } });
    const [lacks, has, unknown] = await validator.check(
      by(PROFILE),
      by(PROFILE, { birthDate: '1957-05-17' }),
      by('https://nowhere.example/StructureDefinition/x'),
    );
    expect(faultsIn(lacks)[0]?.message).toContain('birthDate');
    expect(faultsIn(has)).toEqual([]);
    expect(faultsIn(unknown)[0]?.location).toBe('Patient.meta.profile[0]');
  });
});

async function byEvents({ send, until: untilIs }: RunningService): Promise<void> {
  const ids = await send(
    event('referral', 'r', { receivedAt: '2026-03-02', mark: 'C01', sender: { kind: 'gp' } }),
    event('attendance', 'a', { startedAt: '2026-03-05', state: 'finished', form: 'imaging', purpose: 'workup' }),
    event('decision', 'd', { decidedAt: '2026-03-24', outcome: 'unknown-primary', pathway: 'C01' }),
    event('referral', 'u', { receivedAt: '2026-04-20', mark: 'unspecified' }),
  );
  for (const id of ids) await untilIs(id, 'delivered', 'waiting');
}

async function byResources({ service, until: untilIs }: RunningService): Promise<void> {
  const entry = eprResources().map((resource) => ({ resource }));
  const body = JSON.stringify({ resourceType: 'Bundle', type: 'collection', entry });
  const headers = { 'content-type': 'application/fhir+json' };
  const { headers: said } = await fetch(`${service.url}/inbox/fhir/fhir-r4`, { method: 'POST', headers, body });
  await untilIs(said.get('message-id') ?? '', 'delivered');
}

const TYPES = ['EpisodeOfCare', 'Task', 'ServiceRequest', 'Encounter', 'Patient', 'Organization'];

test.each([
  ['events', byEvents],
  ['resources', byResources],
])('what the service writes after %s is valid R4', async (_what, tell) => {
  const started = await running();
  try {
    await tell(started);
    await fetch(`${started.service.url}/scan`, { method: 'POST' });
    const all = await Promise.all(TYPES.map((type) => started.fhir<FhirResource>(`${type}?_count=200`)));
    const written = all.flat();
    expect(written.length).toBeGreaterThan(8);
    const issues = await validator.check(...written);
    const faults = issues.flatMap((each, n) =>
      faultsIn(each).map((fault) => ({ of: written[n]?.resourceType, ...fault })),
    );
    expect(faults).toEqual([]);
  } finally {
    await started.service.stop();
    removeFolder(started.dataDir);
  }
});
