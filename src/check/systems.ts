import { ownCodeSystem } from '../model/canonical.js';

const OID = 'urn:oid:2.16.578.1.12.4.1.1';

/** The code systems that rules look at, as the profiles name them. */
export const SYSTEMS = {
  registration: `${OID}.8480`,
  pathway: `${OID}.9173`,
  encounterClass: 'http://terminology.hl7.org/CodeSystem/v3-ActCode',
  verification: 'http://terminology.hl7.org/CodeSystem/condition-ver-status',
  referralPurpose: ownCodeSystem('referral-purpose'),
  referralMark: ownCodeSystem('referral-mark'),
  abortReason: ownCodeSystem('abort-reason'),
  snomed: 'http://snomed.info/sct',
  task: ownCodeSystem('pathway-task'),
  taskEnd: ownCodeSystem('task-end'),
  deadlineKind: ownCodeSystem('pathway-deadline-kind'),
} as const;
