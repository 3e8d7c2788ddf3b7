import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { loadInboundCheck } from '../../src/load-checks.js';
import { openFhirDoor, type FhirAnswer, type FhirDoorUnderTest } from './open-fhir-door.js';

const check = loadInboundCheck({ structure: 'profiles/r4', profiles: 'profiles/inbound-schemas' });

let door: FhirDoorUnderTest;
beforeAll(async () => {
  door = await openFhirDoor(undefined, (resource) => check(resource, true));
});
afterAll(() => door.close());

const NATIONAL_ID = '17915710069';
const patient = (id: string, more: object = {}) => ({
  resourceType: 'Patient',
  id,
  identifier: [{ system: 'urn:oid:2.16.578.1.12.4.1.4.1', value: NATIONAL_ID }],
  ...more,
});
const warnings = ({ issues }: FhirAnswer) =>
  issues
    .filter(({ severity }) => severity === 'warning')
    .map(({ code, expression }) => `${code} ${expression?.[0] ?? ''}`);

describe('a resource that is not as R4 says', () => {
  test('is kept, and its sender is told what is wrong and where, without what it holds', async () => {
    const answer = await door.post(patient('p1', { gender: 'kvinne', birthDate: '17.05.1957', nationality: 'NO' }));
    expect(answer.status).toBe(202);
    expect(answer.messageId).not.toBeNull();
    expect(answer.issues[0]).toMatchObject({ severity: 'information', code: 'informational' });
    expect(warnings(answer).sort()).toEqual([
      'code-invalid Patient.gender',
      'structure Patient.nationality',
      'value Patient.birthDate',
    ]);
    expect(answer.text).not.toMatch(new RegExp(`${NATIONAL_ID}|kvinne|1957`));
    expect(door.entries()[0]?.resource).toMatchObject({ gender: 'kvinne' });
  });

  test('in a Bundle is told of with its entry; what is sound and what was left out stay as they are', async () => {
    const entry = [
      { resource: patient('p2') },
      { resource: patient('p3', { name: 'Navn' }) },
      { resource: { resourceType: 'Encounter', id: 'e', status: 'finished' } },
      'no entry',
    ];
    const answer = await door.post({ resourceType: 'Bundle', type: 'collection', entry });
    expect(answer.status).toBe(202);
    expect(warnings(answer)).toEqual([
      'structure Bundle.entry[3]',
      'structure Bundle.entry[1].resource.name',
      'required Bundle.entry[2].resource.class',
    ]);
    expect(door.entries()).toHaveLength(3);
  });

  test('that a rest-hook puts is told of too', async () => {
    const answer = await door.send('PUT', 'epr/Patient/p4', JSON.stringify(patient('p4', { gender: 'x' })));
    expect([answer.status, ...warnings(answer)]).toEqual([202, 'code-invalid Patient.gender']);
  });

  test('of a type that is not known here is kept without a word', async () => {
    const answer = await door.post({ resourceType: 'Specimen', id: 's', nonsense: [] });
    expect([answer.status, answer.issues.length]).toEqual([202, 1]);
  });

  test('and many more of them: a limited number of faults is told', async () => {
    const entry = Array.from({ length: 300 }, (_, n) => ({ resource: patient(`m${n}`, { gender: 'x' }) }));
    const answer = await door.post({ resourceType: 'Bundle', type: 'collection', entry });
    expect(answer.status).toBe(202);
    expect(warnings(answer)).toHaveLength(51);
    expect(warnings(answer).at(-1)).toBe('incomplete ');
    expect(door.entries()).toHaveLength(300);
  });
});

describe('a resource that is not as an EPR should send it', () => {
  const encounter = {
    ...{ resourceType: 'Encounter', id: 'e1', status: 'finished', class: { code: 'AMB' } },
    subject: { identifier: { system: 'urn:oid:2.16.578.1.12.4.1.4.1', value: NATIONAL_ID } },
  };

  test('is kept, and its sender is told which rules it breaks, in a sentence', async () => {
    const answer = await door.post(encounter);
    expect([answer.status, door.entries()[0]?.resource?.id]).toEqual([202, 'e1']);
    expect(answer.issues.slice(1).map(({ severity, code, diagnostics }) => [severity, code, diagnostics])).toEqual([
      [
        'warning',
        'invariant',
        'An attendance says where it is, in serviceProvider, unless it was withdrawn or has no day yet. (hospital-of-the-attendance)',
      ],
      ['warning', 'invariant', 'An attendance that took place says when. (day-of-the-attendance)'],
      [
        'warning',
        'invariant',
        'How the patient was met is said by a class of v3-ActCode that the ConceptMap has, or by a type: imaging, telephone. (form-that-is-read)',
      ],
    ]);
    expect(answer.text).not.toContain(NATIONAL_ID);
  });

  test('and not as R4 says either, is told that first: rules are of what is well-formed', async () => {
    const answer = await door.post({ ...encounter, period: '2026-03-05' });
    expect(warnings(answer)).toEqual(['structure Encounter.period']);
  });

  test('for what only a part of an extension lacks, is told the place', async () => {
    const url = 'https://fhir.pakkeforlop.example/StructureDefinition/referral-assessment';
    const answer = await door.post({
      ...{ resourceType: 'ServiceRequest', id: 's1', status: 'active', intent: 'order', authoredOn: '2026-03-05' },
      ...{ subject: encounter.subject, performer: [{ display: 'Sykehuset Nord HF' }] },
      extension: [{ url, extension: [{ url: 'pathway', valueCode: 'C01' }] }],
    });
    expect(new Set(warnings(answer))).toEqual(new Set(['structure ServiceRequest.extension[0].extension']));
    expect(answer.issues.map(({ diagnostics }) => diagnostics)).toContain('must hold 1 of on');
  });
});
