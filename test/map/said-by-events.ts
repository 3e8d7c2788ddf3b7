import fc from 'fast-check';
import type { OrganizationStatement } from '../../src/model/facts.js';
import { addDays } from '../../src/support/dates.js';
import { OID, type Said } from './as-resources.js';

/** A field that need not be said. */
const maybe = <T>(value: fc.Arbitrary<T>) => fc.option(value, { nil: undefined });
const day = fc.integer({ min: 0, max: 60 }).map((n) => addDays('2026-01-15', n));
const instant = fc
  .tuple(day, fc.integer({ min: 0, max: 23 }), fc.constantFrom('Z', '+01:00', '-05:00'))
  .map(([on, hour, offset]) => `${on}T${String(hour).padStart(2, '0')}:45:00${offset}`);
const when = fc.oneof(day, instant);
const id = fc.stringMatching(/^[A-Za-z0-9.-]{1,12}$/);
const text = fc.stringMatching(/^[A-ZÆØÅ][a-zæøå]{1,10}$/);
const pathway = fc.constantFrom('C01', 'C01', 'A26', 'B01');
const without = <T extends object>(value: T): T =>
  Object.fromEntries(Object.entries(value).filter(([, each]) => each !== undefined)) as T;

function organizations(series: string, ...values: readonly string[]): fc.Arbitrary<OrganizationStatement> {
  const identifier = fc.constantFrom(...values).map((value) => ({ system: `${OID}.4.${series}`, value }));
  return fc.record({ identifier, name: maybe(text) }).map(without) as fc.Arbitrary<OrganizationStatement>;
}

const hospital = organizations('101', '983975240', '993467049');
const patient = fc
  .record({
    identifier: fc.uniqueArray(
      fc.constantFrom(
        { system: `${OID}.4.1`, value: '17915710069' },
        { system: `${OID}.4.1`, value: '14847030039' },
        { system: `${OID}.4.3`, value: 'hjelp-4711' },
        { system: 'https://epr.example/patient', value: '2008844' },
      ),
      { minLength: 1, maxLength: 3 },
    ),
    name: maybe(fc.record({ family: text, given: fc.array(text, { maxLength: 2 }) })),
    birthDate: maybe(fc.constantFrom('1957-05-17', '1999-12-31')),
    gender: maybe(fc.constantFrom('male', 'female', 'other', 'unknown')),
  })
  .map(without);

const base = {
  id,
  version: fc.integer({ min: 1, max: 100_000 }),
  status: fc.constantFrom(undefined, 'active', 'withdrawn'),
  patient,
  organization: hospital,
  unit: maybe(organizations('102', '4204086', '4204087')),
};
const ofPathway = { ...base, pathwayId: maybe(id) };

const referral = fc.record({
  ...ofPathway,
  receivedAt: when,
  purpose: fc.constantFrom(undefined, 'workup', 'onward', 'examination', 'advice'),
  mark: fc.constantFrom(undefined, 'C01', 'A26', 'unspecified'),
  assessment: maybe(fc.record({ pathway: fc.constantFrom('C01', 'A26', 'none'), on: day })),
  workedUpAtContractSpecialist: maybe(fc.boolean()),
  sender: maybe(
    fc
      .record({
        kind: fc.constantFrom('gp', 'contract-specialist', 'imaging', 'hospital', 'other'),
        practitioner: maybe(
          fc.record({ identifier: fc.constant({ system: `${OID}.4.4`, value: '9144889' }), name: text }),
        ),
        organization: maybe(hospital),
        copySentToGp: maybe(fc.boolean()),
      })
      .map(without),
  ),
  earlier: maybe(
    fc.array(
      fc
        .record({
          code: fc.constantFrom('C01A', 'C01AA', 'C01S', 'X99'),
          on: maybe(day),
          organization: maybe(hospital),
        })
        .map(without),
      { minLength: 1, maxLength: 3 },
    ),
  ),
});

const attendance = fc
  .record({
    ...ofPathway,
    referralId: maybe(id),
    startedAt: when,
    state: fc.constantFrom('planned', 'arrived', 'finished', 'cancelled', 'missed'),
    form: fc.constantFrom('outpatient', 'admission', 'imaging', 'telephone', 'video'),
    place: fc.constantFrom(undefined, 'hospital', 'contract-specialist'),
    purpose: fc.constantFrom(undefined, 'workup', 'other'),
  })
  // An Appointment begins at an instant, at the hospital, and names no EpisodeOfCare.
  .map((said) =>
    said.state === 'missed'
      ? { ...said, startedAt: `${said.startedAt.slice(0, 10)}T10:00:00Z`, place: undefined, pathwayId: undefined }
      : said,
  );

const decided = { ...ofPathway, referralId: maybe(id), decidedAt: when, pathway };

/** Data of each kind of event, as far as resources can say the same. */
export const SAID: Readonly<Record<string, fc.Arbitrary<Said>>> = Object.fromEntries(
  Object.entries({
    referral,
    suspicion: fc.record({
      ...ofPathway,
      documentedAt: when,
      basis: fc.constantFrom('suspicion', 'cancer-found'),
      pathway: maybe(pathway),
    }),
    attendance,
    transfer: fc.record({
      ...ofPathway,
      referralId: maybe(id),
      sentAt: when,
      to: organizations('101', '974589095'),
      scope: fc.constantFrom('responsibility', 'examination', 'advice'),
      pathway: maybe(pathway),
    }),
    decision: fc.record({
      ...decided,
      outcome: fc.constantFrom('organ-cancer', 'unknown-primary', 'other-disease', 'no-disease'),
      organPathway: maybe(fc.constantFrom('A26', 'B01')),
    }),
    abort: fc.record({ ...decided, reason: fc.constantFrom('patient-wish', 'death', 'other') }),
    patient: fc
      .record({
        ...base,
        status: fc.constant(undefined),
        unit: fc.constant(undefined),
        deceasedOn: maybe(day),
        replaces: maybe(fc.constant([{ system: `${OID}.4.3`, value: 'hjelp-9' }])),
      })
      .map(({ deceasedOn, ...said }) => ({ ...said, patient: without({ ...said.patient, deceasedOn }) })),
  }).map(([kind, said]) => [kind, (said as fc.Arbitrary<object>).map((each) => without(each) as Said)]),
);
