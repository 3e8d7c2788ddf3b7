import fc from 'fast-check';
import type { FhirResource } from 'fhir/r4.js';
import { composeUnmapped } from '../../src/compose/unmapped.js';
import type { HeldFact, StandingFact } from '../../src/model/facts.js';
import { refresh } from '../../src/refresh.js';
import { NOW, PatientTold, recordOf } from '../compose/patient-told.js';
import { histories } from '../derive/histories.js';
import {
  abort,
  attendance,
  decision,
  mappings,
  organization,
  referral,
  standingOf,
  suspicion,
  transfer,
  type StoryEvent,
} from '../derive/history.js';
import { demoCases } from './demo-cases.js';

/** What the adapter writes, and what it tells: enough of it that every definition is used that ever can be. */
export interface Written {
  readonly story: string;
  readonly resources: readonly FhirResource[];
}

const marked = referral({ id: 'r', receivedAt: '2026-03-02', mark: 'C01' });
const seen = attendance({ id: 'a', startedAt: '2026-03-05T09:00:00+01:00' });
const decided = (outcome: string) => decision({ id: 'd', decidedAt: '2026-03-12', outcome });
const told = (...events: readonly StoryEvent[]) => new PatientTold().tell(...events);
const held = (reason: HeldFact['reason'], more: object = {}): StandingFact<HeldFact> => ({
  key: 'held|epr|e1',
  source: 'epr',
  messageId: 'message of e1',
  acceptedSeq: 9,
  fact: {
    kind: 'held',
    status: 'active',
    businessId: 'e1',
    version: 1,
    reason,
    path: '',
    resourceType: 'Encounter',
    ...more,
  },
});

const STORIES: Readonly<Record<string, () => PatientTold>> = {
  'decided for cancer of an organ': () => told(marked, seen, decided('organ-cancer')),
  'decided for metastasis': () => told(marked, seen, decided('unknown-primary')),
  'decided for another disease': () => told(marked, seen, decided('other-disease')),
  'decided for no disease': () => told(marked, seen, decided('no-disease')),
  'decided without an attendance': () => told(marked, decided('organ-cancer')),
  'aborted by the patient, after a contract specialist': () =>
    told(
      marked,
      attendance({ id: 'a', startedAt: '2026-03-05', place: 'contract-specialist', form: 'admission' }),
      abort({ id: 'x', decidedAt: '2026-03-09', reason: 'patient-wish', pathway: 'C01' }),
    ),
  'aborted for another reason': () =>
    told(marked, abort({ id: 'x', decidedAt: '2026-03-09', reason: 'other', pathway: 'C01' })),
  'waiting, with a unit and an id of the EPR': () =>
    told(
      referral({
        id: 'r',
        receivedAt: '2026-03-16',
        mark: 'C01',
        pathwayId: 'forlop-7',
        unit: { identifier: { system: 'urn:unit', value: 'u' }, name: 'Diagnostisk senter' },
        workedUpAtContractSpecialist: true,
        sender: { kind: 'hospital', practitioner: { name: 'Lege Legesen' } },
      }),
    ),
  'booked after the deadline': () =>
    told(
      referral({ id: 'r', receivedAt: '2026-03-16', mark: 'C01' }),
      attendance({ id: 'a', startedAt: '2026-03-30', state: 'planned', form: 'imaging' }),
    ),
  'near the deadline': () => told(referral({ id: 'r', receivedAt: '2026-03-14', mark: 'C01' })),
  'past both deadlines, then met': () => {
    const patient = new PatientTold();
    patient.at = '2026-03-11T12:00:00.000Z';
    patient.tell(marked);
    patient.at = NOW;
    return patient.tell(seen, attendance({ id: 'a2', startedAt: '2026-03-06', form: 'telephone' }));
  },
  'assessed for it': () =>
    told(
      referral({ id: 'r', receivedAt: '2026-03-02', mark: 'A26', assessment: { pathway: 'C01', on: '2026-03-03' } }),
    ),
  'assessed for none': () =>
    told(
      referral({ id: 'r', receivedAt: '2026-03-02', mark: 'C01', assessment: { pathway: 'none', on: '2026-03-03' } }),
    ),
  'marked for a pathway not said': () => told(referral({ id: 'r', receivedAt: '2026-03-02', mark: 'unspecified' })),
  'handed over': () =>
    told(
      marked,
      transfer({ id: 't', sentAt: '2026-03-09', to: 'hf2', scope: 'responsibility', referralId: 'r' }),
      referral({ id: 'r2', at: 'hf2', receivedAt: '2026-03-10', purpose: 'onward', mark: 'C01' }),
      abort({ id: 'x', decidedAt: '2026-03-11', reason: 'patient-wish', referralId: 'r' }),
    ),
  'closed after it was handed over': () =>
    told(
      marked,
      transfer({ id: 't', sentAt: '2026-03-09', to: 'hf2', scope: 'responsibility', referralId: 'r' }),
      abort({ id: 'x', decidedAt: '2026-03-11', reason: 'patient-wish', referralId: 'r' }),
    ),
  'near the deadline, then past it': () => {
    const patient = told(referral({ id: 'r', receivedAt: '2026-03-14', mark: 'C01' }));
    patient.at = '2026-03-25T12:00:00.000Z';
    return patient.refresh();
  },
  'at the next hospital without a transfer': () =>
    told(
      marked,
      referral({
        id: 'r2',
        at: 'hf2',
        receivedAt: '2026-03-10',
        purpose: 'onward',
        mark: 'C01',
        earlier: [
          { code: 'C01S' },
          { code: 'nonsense', on: '2026-03-03' },
          { code: 'C01A', on: '2026-03-01' },
          { code: 'A03A', on: '2026-02-01' },
        ],
      }),
    ),
  'decided twice, and aborted before': () =>
    told(
      marked,
      decision({ id: 'd', decidedAt: '2026-03-12', outcome: 'no-disease' }),
      abort({ id: 'x', decidedAt: '2026-03-13', reason: 'patient-wish', referralId: 'r' }),
      referral({ id: 'r2', receivedAt: '2026-03-03', mark: 'C01' }),
      suspicion({ id: 's', documentedAt: '2026-03-02', basis: 'suspicion' }),
    ),
  'after an abort': () =>
    told(
      marked,
      abort({ id: 'x', decidedAt: '2026-03-09', reason: 'patient-wish', referralId: 'r' }),
      decision({ id: 'd', decidedAt: '2026-03-12', outcome: 'no-disease', referralId: 'r' }),
    ),
  'after a decision elsewhere': () =>
    told(
      referral({
        id: 'r',
        receivedAt: '2026-03-02',
        purpose: 'onward',
        mark: 'C01',
        earlier: [
          { code: 'C01A', on: '2026-02-20' },
          { code: 'C01CK', on: '2026-02-21' },
          { code: 'C01S', on: '2026-02-25' },
        ],
      }),
    ),
  'aborted elsewhere': () =>
    told(
      referral({
        id: 'r',
        receivedAt: '2026-03-02',
        purpose: 'onward',
        mark: 'C01',
        earlier: [
          { code: 'C01A', on: '2026-02-20' },
          { code: 'C01X', on: '2026-02-21' },
          { code: 'C01S', on: '2026-02-25' },
        ],
      }),
    ),
  'with an expired code': () =>
    told(
      referral({
        id: 'r',
        receivedAt: '2026-03-02',
        purpose: 'onward',
        mark: 'C01',
        earlier: [{ code: 'A03A', on: '2026-02-20' }],
      }),
    ),
  'a decision about nothing that is known, a day later': () => {
    const patient = told(decision({ id: 'd', decidedAt: '2026-03-12', outcome: 'no-disease', pathway: 'C01' }));
    patient.at = '2026-03-22T12:00:00.000Z';
    return patient.refresh();
  },
  'in two pathways at once': () =>
    told(
      referral({ id: 'r', receivedAt: '2026-03-02', mark: 'C01', pathwayId: 'p' }),
      referral({ id: 'r2', receivedAt: '2026-03-03', mark: 'C01', pathwayId: 'q' }),
      decided('no-disease'),
      decision({ id: 'd2', decidedAt: '2026-03-12', outcome: 'no-disease', pathway: 'C01' }),
    ),
  'under age, dead': () =>
    told(
      referral({
        id: 'r',
        receivedAt: '2026-03-02',
        mark: 'C01',
        patient: { deceasedOn: '2026-03-08', gender: 'female', name: { family: 'F', given: ['G'] } },
      }),
    ),
  'withdrawn after it was written': () =>
    told(marked, seen).tell(
      referral({ id: 'r', version: 2, status: 'withdrawn' }),
      attendance({ id: 'a', version: 2, status: 'withdrawn' }),
    ),
  'answered without a day': () => told(marked).answer('clinical-decision', { outcome: 'C01CI' }),
  'answered at a contract specialist': () =>
    told(marked).answer('first-attendance', { attendedOn: '2026-03-05', place: 'contract-specialist' }),
  'on a server with several Patients': () => {
    const patient = new PatientTold();
    patient.onTarget = 'several';
    return patient.tell(marked);
  },
  'held for a hospital that is not known': () =>
    new PatientTold().hold(
      held('unknown-organization', { patient: { identifier: [] }, organization: organization('hf1') }),
    ),
  'held for a reference': () => new PatientTold().hold(held('unresolved-reference')),
};

export function unmapped(): FhirResource[] {
  const code = { pack: 'dips', code: 'Z', unitId: 'unit' };
  return (['urn:codes', ''] as const).flatMap((system) =>
    composeUnmapped({
      unmapped: { ...code, system, isWaitedFor: true },
      known: undefined,
      hasTarget: false,
      texts: mappings.texts,
      at: NOW,
      newId: () => `unmapped-${system.length}`,
    }).map(({ content }) => content),
  );
}

/** A child, and a patient that turned out to be another. */
function people(): FhirResource[] {
  let n = 0;
  const options = {
    at: NOW,
    scan: true,
    newId: () => `child-${n++}`,
    registersFor: () => true,
    livesOnTarget: () => false,
  };
  const record = recordOf([standingOf(marked)]);
  const patient = { identifier: record.identifiers, birthDate: '2010-01-01' };
  const known = {
    key: 'Patient|former' as const,
    type: 'Patient' as const,
    id: 'former',
    firstWantedAt: NOW,
    isWritten: true,
    wanted: { resourceType: 'Patient' as const },
  };
  return refresh(
    {
      ...record,
      demographics: record.demographics.map((each) => ({ ...each, patient })),
      formerResourceIds: ['former'],
      resources: new Map([[known.key, known]]),
    },
    mappings,
    options,
  ).wanted.map(({ content }) => content);
}

/** The demo, stories that lead into every corner, and so many histories whatever. */
export function written(many = 150): Written[] {
  const any = fc.sample(histories, { numRuns: many, seed: 7 }).map((events) => told(...events));
  return [
    ...demoCases().map(({ name, resources }) => ({ story: name, resources })),
    ...Object.entries(STORIES).map(([story, tell]) => ({ story, resources: resourcesOf(tell()) })),
    { story: 'codes without a target', resources: unmapped() },
    { story: 'a child, and a patient that was another', resources: people() },
    ...any.map((patient, index) => ({ story: `any history ${index}`, resources: resourcesOf(patient) })),
  ];
}

function resourcesOf(patient: PatientTold): FhirResource[] {
  return patient.wanted.map(({ content }) => content);
}
