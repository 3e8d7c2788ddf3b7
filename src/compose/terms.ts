import type { CodeableConcept, Identifier as FhirIdentifier } from 'fhir/r4.js';

/** The canonical base of everything that is this project's own. */
const BASE = 'https://fhir.pakkeforlop.example';
/** `meta.source` of every resource the adapter writes. */
export const ADAPTER = `${BASE}/adapter`;

const OID = 'urn:oid:2.16.578.1.12.4.1.1';

/** Code systems by what they name: the national ones by list number, ours by address. */
export const SYSTEMS = {
  registration: `${OID}.8480`,
  pathway: `${OID}.9173`,
  premiss: `${OID}.8380`,
  nprFinding: `${OID}.9329`,
  contactPurpose: `${OID}.8432`,
  snomed: 'http://snomed.info/sct',
  encounterClass: 'http://terminology.hl7.org/CodeSystem/v3-ActCode',
  ownFinding: own('pathway-finding'),
  task: own('pathway-task'),
  taskOutput: own('pathway-task-output'),
  taskEnd: own('task-end'),
  deadlineKind: own('pathway-deadline-kind'),
  warningLevel: own('warning-level'),
  followUp: own('pathway-follow-up'),
  triage: own('triage-reason'),
  referralPurpose: own('referral-purpose'),
  referralMark: own('referral-mark'),
} as const;

export const IDENTIFIERS = {
  episode: `${BASE}/episode-id`,
  pathway: `${BASE}/pathway-id`,
  task: `${BASE}/task-key`,
} as const;

function own(name: string): string {
  return `${BASE}/CodeSystem/${name}`;
}

export function extensionUrl(name: string): string {
  return `${BASE}/StructureDefinition/${name}`;
}

export function concept(system: string, code: string, display?: string): CodeableConcept {
  return { coding: [{ system, code, ...(display === undefined ? {} : { display }) }] };
}

const ABSOLUTE_URI = /^[A-Za-z][A-Za-z0-9+.-]*:[^\s]+$/;

/** A source as the system of an identifier: itself where it is an absolute URI. CONTRACT 5, `identifier`. */
export function sourceIdentifier(source: string, value: string): FhirIdentifier {
  return { system: ABSOLUTE_URI.test(source) ? source : `${BASE}/source/${encodeURIComponent(source)}`, value };
}
