import type { FhirResource, ServiceRequest } from 'fhir/r4.js';
import { NATIONAL_ID } from './running.js';

const OID = 'urn:oid:2.16.578.1.12.4.1';
const BASE = 'https://fhir.pakkeforlop.example';

const concept = (system: string, code: string) => ({ coding: [{ system, code }] });
const subject = { reference: 'Patient/epr-patient' };

/** What an EPR has on its FHIR server of one patient: handed over from hospital to hospital, seen at both, and decided. */
export function eprResources(): FhirResource[] {
  return [
    {
      resourceType: 'Patient',
      id: 'epr-patient',
      identifier: [{ system: `${OID}.4.1`, value: NATIONAL_ID }],
      name: [{ family: 'Etternavnsen', given: ['Fornavn'] }],
      birthDate: '1957-05-17',
      gender: 'female',
    },
    hospital('hf1', '983975240'),
    hospital('hf2', '993467049'),
    unit('hf1-unit', 'hf1'),
    unit('hf2-unit', 'hf2'),
    referral('r1', { code: concept(`${OID}.1.9173`, 'C01') }, 'hf1-unit', '2026-03-02T10:00:00+01:00'),
    encounter('e1', 'hf1-unit', '2026-03-05T09:00:00+01:00', 'r1'),
    encounter('e2', 'hf1-unit', '2026-03-06T09:00:00+01:00', 'r1'),
    {
      ...referral('t1', { code: concept(`${OID}.1.9173`, 'C01') }, 'hf2', undefined, 'onward'),
      authoredOn: '2026-03-10',
      requester: { reference: 'Organization/hf1' },
      basedOn: [{ reference: 'ServiceRequest/r1' }],
    },
    referral('r2', { code: concept(`${OID}.1.9173`, 'C01') }, 'hf2-unit', '2026-03-11', 'onward'),
    encounter('e3', 'hf2-unit', '2026-03-16T09:00:00+01:00', 'r2'),
    role('hf2-role', 'hf2'),
    {
      resourceType: 'ClinicalImpression',
      id: 'd1',
      status: 'completed',
      subject,
      effectiveDateTime: '2026-03-24',
      assessor: { reference: 'PractitionerRole/hf2-role' },
      supportingInfo: [{ reference: 'ServiceRequest/r2' }],
      finding: [
        {
          itemCodeableConcept: {
            coding: [
              { system: `${OID}.1.8480`, code: 'C01CK' },
              { system: `${OID}.1.9173`, code: 'A26' },
            ],
          },
        },
      ],
    },
  ];
}

function hospital(id: string, number: string): FhirResource {
  return {
    resourceType: 'Organization',
    id,
    name: `Hospital ${id}`,
    identifier: [{ system: `${OID}.4.101`, value: number }],
  };
}

function unit(id: string, of: string): FhirResource {
  const identifier = [{ system: `${OID}.4.102`, value: `resh-${id}` }];
  return {
    resourceType: 'Organization',
    id,
    name: `Unit ${id}`,
    identifier,
    partOf: { reference: `Organization/${of}` },
  };
}

function role(id: string, of: string): FhirResource {
  return { resourceType: 'PractitionerRole', id, organization: { reference: `Organization/${of}` } };
}

function referral(id: string, more: object, to: string, receivedAt?: string, purpose = 'workup'): ServiceRequest {
  return {
    resourceType: 'ServiceRequest',
    id,
    status: 'active',
    intent: 'order',
    subject,
    category: [concept(`${BASE}/CodeSystem/referral-purpose`, purpose)],
    performer: [{ reference: `Organization/${to}` }],
    ...(receivedAt === undefined
      ? {}
      : { extension: [{ url: `${BASE}/StructureDefinition/referral-received`, valueDateTime: receivedAt }] }),
    ...more,
  };
}

function encounter(id: string, at: string, start: string, of: string): FhirResource {
  return {
    resourceType: 'Encounter',
    id,
    status: 'finished',
    class: { system: 'http://terminology.hl7.org/CodeSystem/v3-ActCode', code: 'AMB' },
    subject,
    serviceProvider: { reference: `Organization/${at}` },
    basedOn: [{ reference: `ServiceRequest/${of}` }],
    period: { start },
  };
}
