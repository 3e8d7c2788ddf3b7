import { createEventChecks } from '../../src/receive/event-checks.js';
import { readEventSchemas } from '../../src/receive/read-event-schemas.js';

export type Json = null | boolean | number | string | Json[] | { [name: string]: Json };
export type JsonObject = { [name: string]: Json };

export const NOW = '2026-03-20T12:00:00.000Z';
export const schemas = readEventSchemas('profiles/events');
export const checks = createEventChecks(schemas);

const OID = 'urn:oid:2.16.578.1.12.4.1.4';
export const FNR = `${OID}.1`;
export const HOSPITAL: JsonObject = { identifier: { system: `${OID}.101`, value: '983974724' }, name: 'Sykehuset' };
/** A synthetic person: check digits right, month + 80. */
export const PATIENT: JsonObject = {
  identifier: [{ system: FNR, value: '17915710069' }],
  name: { family: 'Reise', given: ['Test'] },
  birthDate: '1957-05-17',
  gender: 'female',
};

const base: JsonObject = { id: 'object-1', version: 1, patient: PATIENT, organization: HOSPITAL };

/** One event's data of each type, with every field that there is. */
export const FULL_DATA: { readonly [kind: string]: JsonObject } = {
  referral: {
    ...base,
    status: 'active',
    unit: { identifier: { system: `${OID}.102`, value: '4208723' }, name: 'Diagnostisk senter' },
    pathwayId: 'forlop-77',
    extension: { anything: [1, { goes: null }] },
    receivedAt: '2026-03-02T10:12:00+01:00',
    purpose: 'onward',
    mark: 'C01',
    assessment: { pathway: 'C01', on: '2026-03-04' },
    workedUpAtContractSpecialist: true,
    sender: {
      kind: 'gp',
      practitioner: { identifier: { system: `${OID}.4`, value: '9144889' }, name: 'Lege Legesen' },
      organization: HOSPITAL,
      copySentToGp: false,
    },
    earlier: [{ code: 'C01A', on: '2026-02-27', organization: HOSPITAL }, { code: 'XYZ9' }],
    content: {
      suspicion: 'weight loss',
      medication: 'none',
      comorbidity: 'none',
      frailty: 'CFS 2',
      symptoms: ['fatigue'],
      tests: [
        { code: 'Hb', value: 10.4, on: '2026-02-25' },
        { code: 'faecal-blood', value: true },
        { code: 'CRP', value: '<5' },
      ],
    },
  },
  suspicion: { ...base, documentedAt: '2026-03-03', basis: 'cancer-found', pathway: 'C01' },
  attendance: {
    ...base,
    startedAt: '2026-03-09T08:30:00Z',
    state: 'finished',
    form: 'outpatient',
    place: 'contract-specialist',
    purpose: 'workup',
    referralId: 'r-1',
  },
  transfer: {
    ...base,
    sentAt: '2026-03-09',
    to: HOSPITAL,
    scope: 'responsibility',
    referralId: 'r-1',
    pathway: 'C01',
  },
  decision: {
    ...base,
    decidedAt: '2026-03-12',
    outcome: 'organ-cancer',
    organPathway: 'A01',
    referralId: 'r-1',
    pathway: 'C01',
  },
  abort: { ...base, decidedAt: '2026-03-12', reason: 'patient-wish', referralId: 'r-1', pathway: 'C01' },
  patient: { ...base, replaces: [{ system: 'https://epr.example/patients', value: '7' }], extension: {} },
};

export const KINDS = Object.keys(FULL_DATA);

/** An event of a kind: its data with `changes` made (undefined takes a field away), its envelope with `envelope` made. */
export function event(
  kind: string,
  changes: { readonly [name: string]: Json | undefined } = {},
  envelope: { readonly [name: string]: Json | undefined } = {},
): JsonObject {
  return withChanges(
    {
      specversion: '1.0',
      id: `event-${kind}`,
      source: 'https://epr.example/test',
      type: `no.pakkeforlop.${kind}.v1`,
      time: '2026-03-20T11:00:00+01:00',
      datacontenttype: 'application/json',
    },
    { data: withChanges(FULL_DATA[kind] ?? base, changes), ...envelope },
  );
}

function withChanges(object: JsonObject, changes: { readonly [name: string]: Json | undefined }): JsonObject {
  const all: { [name: string]: Json | undefined } = { ...object, ...changes };
  return Object.fromEntries(Object.entries(all).filter((entry): entry is [string, Json] => entry[1] !== undefined));
}
