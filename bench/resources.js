// The same people and journeys as FHIR resources.
import { HOSPITAL, nationalIds, patientOf } from './person.js';

const OID = 'urn:oid:2.16.578.1.12.4.1';
const BASE = 'https://fhir.pakkeforlop.example';
const numbers = nationalIds();
const concept = (system, code) => ({ coding: [{ system, code }] });

const organization = {
  resourceType: 'Organization',
  id: 'hospital',
  name: HOSPITAL.name,
  identifier: [HOSPITAL.identifier],
};
const role = { resourceType: 'PractitionerRole', id: 'role', organization: { reference: 'Organization/hospital' } };

function patientResource(id) {
  const { identifier, name, birthDate, gender } = patientOf(numbers.next().value);
  return { resourceType: 'Patient', id, identifier, name: [name], birthDate, gender };
}

function bundle(...resources) {
  return { resourceType: 'Bundle', type: 'collection', entry: resources.map((resource) => ({ resource })) };
}

/** An order for one examination, alone: no part of a pathway. */
export function orderOf(n) {
  return {
    resourceType: 'ServiceRequest',
    id: `order-${n}`,
    meta: { versionId: '1', lastUpdated: '2026-03-02T10:00:00Z' },
    status: 'active',
    intent: 'order',
    subject: { reference: `Patient/order-${n}` },
    authoredOn: '2026-03-02',
  };
}

/** Referral, attendance, a second attendance and a decision, each in a Bundle with the patient and the hospital. */
export function resourceJourneyOf(n) {
  const patient = patientResource(`p${n}`);
  const subject = { reference: `Patient/p${n}` };
  const meta = { versionId: '1', lastUpdated: '2026-03-02T10:00:00Z' };
  const basedOn = [{ reference: `ServiceRequest/r${n}` }];
  const encounter = (id, start) => ({
    resourceType: 'Encounter',
    id: `${id}${n}`,
    meta,
    status: 'finished',
    class: { system: 'http://terminology.hl7.org/CodeSystem/v3-ActCode', code: 'AMB' },
    subject,
    basedOn,
    period: { start },
    serviceProvider: { reference: 'Organization/hospital' },
  });
  const referral = {
    resourceType: 'ServiceRequest',
    id: `r${n}`,
    meta,
    status: 'active',
    intent: 'order',
    code: concept(`${OID}.1.9173`, 'C01'),
    subject,
    performer: [{ reference: 'Organization/hospital' }],
    extension: [{ url: `${BASE}/StructureDefinition/referral-received`, valueDateTime: '2026-03-02' }],
  };
  const decision = {
    resourceType: 'ClinicalImpression',
    id: `d${n}`,
    meta,
    status: 'completed',
    subject,
    effectiveDateTime: '2026-03-12',
    assessor: { reference: 'PractitionerRole/role' },
    supportingInfo: basedOn,
    finding: [{ itemCodeableConcept: concept(`${OID}.1.8480`, 'C01CI') }],
  };
  return [
    bundle(patient, organization, referral),
    bundle(patient, organization, encounter('a', '2026-03-05')),
    bundle(patient, organization, encounter('b', '2026-03-09')),
    bundle(patient, organization, role, decision),
  ];
}
