import fc from 'fast-check';
import { addDays } from '../../src/support/dates.js';
import { abort, attendance, decision, referral, suspicion, transfer, type StoryEvent } from './history.js';

const day = fc.integer({ min: 0, max: 20 }).map((n) => addDays('2026-03-02', n));
const at = fc.constantFrom('hf1', 'hf2', 'centre');
const pathwayId = fc.constantFrom(undefined, undefined, 'p', 'q');
const referralId = fc.constantFrom(undefined, undefined, 'r1', 'r2', 'unseen');
const pathway = fc.constantFrom(undefined, 'C01', 'A26');
const deceased = fc
  .option(day, { freq: 15, nil: undefined })
  .map((deceasedOn) => (deceasedOn === undefined ? {} : { deceasedOn }));
const carried = fc.array(
  fc.record({
    code: fc.constantFrom('C01A', 'C01AA', 'C01S', 'C01O', 'C01CK', 'A03A', 'nonsense'),
    on: fc.option(day, { nil: undefined }),
  }),
  { maxLength: 3 },
);

const referrals = fc.record({
  id: fc.constantFrom('r1', 'r2', 'r3'),
  at,
  receivedAt: day,
  purpose: fc.constantFrom('workup', 'workup', 'onward', 'advice'),
  mark: fc.constantFrom('C01', 'C01', 'C01', undefined, 'unspecified', 'A26'),
  assessment: fc.constantFrom(
    undefined,
    undefined,
    { pathway: 'C01', on: '2026-03-05' },
    { pathway: 'none', on: '2026-03-05' },
  ),
  earlier: carried,
  pathwayId,
  patient: deceased,
});

/** Any events of one patient; two with one id are two versions of which one stands, so each id is kept once. */
export const histories: fc.Arbitrary<StoryEvent[]> = fc.uniqueArray(
  fc.oneof(
    referrals.map(referral),
    fc
      .record({ id: fc.constantFrom('s1', 's2'), at, documentedAt: day, basis: fc.constant('suspicion'), pathwayId })
      .map(suspicion),
    fc
      .record({
        id: fc.constantFrom('a1', 'a2', 'a3'),
        at,
        startedAt: day,
        state: fc.constantFrom('finished', 'arrived', 'planned', 'missed'),
        form: fc.constantFrom('outpatient', 'imaging', 'telephone'),
        place: fc.constantFrom('hospital', 'contract-specialist'),
        purpose: fc.constantFrom('workup', 'workup', undefined, 'other'),
        pathwayId,
        referralId,
      })
      .map(attendance),
    fc
      .record({
        id: fc.constantFrom('t1', 't2'),
        at,
        sentAt: day,
        to: at,
        scope: fc.constantFrom('responsibility', 'advice'),
        pathwayId,
        referralId,
        pathway,
      })
      .map(transfer),
    fc
      .record({
        id: fc.constantFrom('d1', 'd2'),
        at,
        decidedAt: day,
        outcome: fc.constantFrom('organ-cancer', 'unknown-primary', 'no-disease'),
        pathwayId,
        referralId,
        pathway,
      })
      .map(decision),
    fc
      .record({
        id: fc.constantFrom('x1', 'x2'),
        at,
        decidedAt: day,
        reason: fc.constantFrom('patient-wish', 'death', 'other'),
        pathwayId,
        referralId,
        pathway,
      })
      .map(abort),
  ),
  { maxLength: 10, selector: ({ kind, said }) => `${kind} ${said.id}` },
);
