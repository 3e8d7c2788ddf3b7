import type { CodeableConcept, Identifier as FhirIdentifier } from 'fhir/r4.js';
import { ownCodeSystem, sourceUri } from '../model/canonical.js';
import type { When } from '../support/dates.js';

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
  ownFinding: ownCodeSystem('pathway-finding'),
  task: ownCodeSystem('pathway-task'),
  taskOutput: ownCodeSystem('pathway-task-output'),
  taskEnd: ownCodeSystem('task-end'),
  deadlineKind: ownCodeSystem('pathway-deadline-kind'),
  warningLevel: ownCodeSystem('warning-level'),
  followUp: ownCodeSystem('pathway-follow-up'),
  triage: ownCodeSystem('triage-reason'),
  referralPurpose: ownCodeSystem('referral-purpose'),
  referralMark: ownCodeSystem('referral-mark'),
} as const;

export function concept(system: string, code: string, display?: string): CodeableConcept {
  return { coding: [{ system, code, ...(display === undefined ? {} : { display }) }] };
}

/** What a source's own id is called as an identifier. CONTRACT 5, `identifier`. */
export function sourceIdentifier(source: string, value: string): FhirIdentifier {
  return { system: sourceUri(source), value };
}

/** A day or an instant of a source as FHIR writes it: where there is a time, its seconds are there too. */
export function dateTime(when: When): string {
  return when.replace(/(T\d\d:\d\d)(?=[Z+-])/, '$1:00');
}
