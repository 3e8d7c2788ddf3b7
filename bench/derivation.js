// Derivation of one patient with 50 facts: two pathways, a transfer, corrections, many attendances.
import { addDays } from '../dist/support/dates.js';
import { derive } from '../dist/derive/derive.js';
import { loadMappings } from '../dist/load-mappings.js';
import { factOf } from '../dist/map/fact-of.js';
import { factKeyOf } from '../dist/model/facts.js';
import { HOSPITAL, patientOf } from './person.js';

const FACTS = 50;
const WARM_UP = 300;
const RUNS = 2_000;
const OTHER = { identifier: { ...HOSPITAL.identifier, value: '993467049' } };

export function derivation() {
  const input = {
    ...loadMappings('mappings', 'profiles/mappings'),
    facts: facts(),
    person: { birthDate: '1957-05-17' },
    startsOfOurId: new Map(),
  };
  for (let n = 0; n < WARM_UP; n++) derive(input);
  const began = performance.now();
  for (let n = 0; n < RUNS; n++) derive(input);
  return { facts: input.facts.length, msPerPatient: Number(((performance.now() - began) / RUNS).toFixed(3)) };
}

function facts() {
  const said = [
    ['referral', { receivedAt: '2026-01-05', mark: 'C01' }],
    ['transfer', { sentAt: '2026-01-15', scope: 'responsibility', to: OTHER }],
    ['referral', { receivedAt: '2026-01-16', mark: 'C01', purpose: 'onward', organization: OTHER }],
    ['decision', { decidedAt: '2026-02-03', outcome: 'organ-cancer', organization: OTHER }],
    ['referral', { receivedAt: '2026-03-02', mark: 'C01' }],
    ['decision', { decidedAt: '2026-04-20', outcome: 'no-disease' }],
  ];
  for (let n = said.length; n < FACTS; n++) {
    const organization = n % 3 === 0 ? OTHER : HOSPITAL;
    said.push([
      'attendance',
      {
        startedAt: addDays('2026-01-02', n * 2),
        state: 'finished',
        form: 'outpatient',
        purpose: 'workup',
        organization,
      },
    ]);
  }
  return said.map(([kind, data], n) => {
    const fact = factOf(kind, { id: String(n), version: 1, patient: patientOf('1'), organization: HOSPITAL, ...data });
    return {
      key: factKeyOf({ source: 'urn:bench', kind, businessId: String(n) }),
      source: 'urn:bench',
      messageId: `m${n}`,
      acceptedSeq: n,
      fact,
    };
  });
}
