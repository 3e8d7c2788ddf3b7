import { describe, expect, test } from '@jest/globals';
import type { HeldFact, StandingFact } from '../../src/model/facts.js';
import { abort, attendance, decision, organization, referral } from '../derive/history.js';
import { PatientTold } from './patient-told.js';

const marked = referral({ id: 'r', receivedAt: '2026-03-02', mark: 'C01' });
const unspecified = referral({ id: 'r', receivedAt: '2026-03-02', mark: 'unspecified' });
const patient = () => new PatientTold();

describe('what a person puts on a milestone', () => {
  test('is the first attendance, on the day that is said', () => {
    const told = patient().tell(marked).answer('first-attendance', { attendedOn: '2026-03-05' });
    expect(told.registrations).toEqual(['C01A 2026-03-02', 'C01S 2026-03-05']);
    expect(told.tasks).toContain('first-attendance completed');
  });

  test('without a day of its own counts from the end of the work, by the Norwegian calendar', () => {
    const told = patient()
      .tell(marked)
      .answer('first-attendance', { place: 'hospital', endedAt: '2026-03-04T23:30:00Z' });
    expect(told.registrations).toContain('C01S 2026-03-05');
  });

  test('at a contract specialist adds premiss A', () => {
    const told = patient()
      .tell(marked)
      .answer('first-attendance', { attendedOn: '2026-03-05', place: 'contract-specialist' });
    const premiss = JSON.stringify(told.episodes[0]?.extension?.[0]);
    expect(premiss).toContain('urn:oid:2.16.578.1.12.4.1.1.8380');
  });

  test.each([
    ['C01CK', 'finished'],
    ['C01CI', 'finished'],
    ['C01X', 'active'],
  ])('is the decision %s, and the episode is %s after it', (outcome, status) => {
    const told = patient()
      .tell(marked, attendance({ id: 'a', startedAt: '2026-03-04' }))
      .answer('clinical-decision', { outcome, decidedOn: '2026-03-10' });
    expect(told.episodes.map((episode) => episode.status)).toEqual([status]);
  });

  test('an abort is one with its reason; without, somebody is asked for it', () => {
    const told = patient().tell(marked);
    told.answer('clinical-decision', { outcome: 'C01X', decidedOn: '2026-03-10', abortReason: 'patient-wish' });
    expect(told.registrations).toContain('C01X 2026-03-10');
    const asked = patient().tell(marked).answer('clinical-decision', { outcome: 'C01X', decidedOn: '2026-03-10' });
    expect(asked.registrations).not.toContain('C01X 2026-03-10');
    expect(asked.waiting).toContain('abort-reason');
  });

  test('without any day waits, and a Task about it says so until the day is there', () => {
    const told = patient().tell(marked).answer('clinical-decision', { outcome: 'C01CI' });
    expect(told.waiting).toEqual(['answer-without-day']);
    expect(told.tasks).toContain('triage answer-without-day ready');
    told.answer('clinical-decision', { outcome: 'C01CI', decidedOn: '2026-03-10' });
    expect(told.waiting).toEqual([]);
    expect(told.registrations).toContain('C01CI 2026-03-10');
    expect(told.tasks.filter((task) => task.includes('answer-without-day'))).not.toContain(
      'triage answer-without-day ready',
    );
  });

  test('on a day that has not come when it is answered waits, until the day is put right', () => {
    const told = patient().tell(marked).answer('first-attendance', { attendedOn: '2027-03-05' });
    expect(told.registrations).toEqual(['C01A 2026-03-02']);
    expect(told.waiting).toEqual(['answer-without-day']);
    told.answer('first-attendance', { attendedOn: '2026-03-05' });
    expect(told.registrations).toContain('C01S 2026-03-05');
    expect(told.waiting).toEqual([]);
  });

  test('that is no code of the pathway is asked about, and decides nothing', () => {
    const told = patient().tell(marked).answer('clinical-decision', { outcome: 'A26CK', decidedOn: '2026-03-10' });
    expect(told.registrations).toEqual(['C01A 2026-03-02']);
    expect(told.waiting).toEqual(['answer-without-day']);
  });

  test('stands beside what the EPR says: the earlier attendance is the first', () => {
    const told = patient().tell(marked).answer('first-attendance', { attendedOn: '2026-03-06' });
    told.tell(attendance({ id: 'a', startedAt: '2026-03-04' }));
    expect(told.registrations).toContain('C01S 2026-03-04');
  });
});

describe('what a person answers on a question', () => {
  test('lets an unspecified mark start the pathway, on the day of receipt', () => {
    const told = patient().tell(unspecified).answer('triage unspecified-mark', { assessedPathway: 'C01' });
    expect(told.registrations).toEqual(['C01A 2026-03-02']);
    expect(told.waiting).toEqual([]);
    expect(told.tasks).toContain('triage unspecified-mark completed');
  });

  test('or not, where it is another pathway, or none', () => {
    for (const assessedPathway of ['A26', 'none']) {
      const told = patient().tell(unspecified).answer('triage unspecified-mark', { assessedPathway });
      expect(told.registrations).toEqual([]);
      expect(told.waiting).toEqual([]);
      expect(told.tasks).toContain('triage unspecified-mark completed');
    }
  });

  test('the EPR’s own later word wins over it', () => {
    const told = patient().tell(unspecified).answer('triage unspecified-mark', { assessedPathway: 'none' });
    told.tell(
      referral({
        id: 'r',
        version: 2,
        receivedAt: '2026-03-02',
        mark: 'unspecified',
        assessment: { pathway: 'C01', on: '2026-03-22' },
      }),
    );
    expect(told.registrations).toEqual(['C01A 2026-03-02']);
  });

  test('a start that was assessed as none has no effect once a person agrees, and stays where they say that it is C01', () => {
    const assessed = referral({
      id: 'r',
      receivedAt: '2026-03-02',
      mark: 'C01',
      assessment: { pathway: 'none', on: '2026-03-03' },
    });
    const agreed = patient().tell(assessed).answer('triage assessed-none', { assessedPathway: 'none' });
    expect(agreed.registrations).toEqual([]);
    expect(agreed.episodes.map(({ status }) => status)).toEqual(['entered-in-error']);
    const kept = patient().tell(assessed).answer('triage assessed-none', { assessedPathway: 'C01' });
    expect(kept.registrations).toEqual(['C01A 2026-03-02']);
    expect(kept.waiting).toEqual([]);
    for (const each of [agreed, kept]) expect(each.tasks).toContain('triage assessed-none completed');
  });

  test('says where a decision belongs that no pathway was found for', () => {
    const told = patient().tell(
      marked,
      decision({ id: 'd', at: 'hf2', decidedAt: '2026-03-12', outcome: 'no-disease', pathway: 'C01' }),
    );
    expect(told.waiting).toEqual(['no-pathway']);
    told.at = '2026-03-22T12:00:00.000Z';
    told.refresh();
    const pathwayId = told.episodes[0]?.identifier?.[1]?.value ?? '';
    told.answer('triage no-pathway', { pathwayId });
    expect(told.registrations).toContain('C01CI 2026-03-12');
    expect(told.tasks).toContain('triage no-pathway completed');
  });

  test('gives an abort its reason, or says that it is none', () => {
    const other = abort({ id: 'x', decidedAt: '2026-03-12', reason: 'other', pathway: 'C01' });
    const wished = patient().tell(marked, other).answer('triage abort-reason', { abortReason: 'patient-wish' });
    expect(wished.registrations).toContain('C01X 2026-03-12');
    const none = patient().tell(marked, other).answer('triage abort-reason', { abortReason: 'other' });
    expect(none.registrations).toEqual(['C01A 2026-03-02']);
    for (const each of [wished, none]) {
      expect(each.waiting).toEqual([]);
      expect(each.tasks).toContain('triage abort-reason completed');
    }
  });

  test('that says nothing to the question leaves it open', () => {
    const told = patient().tell(unspecified).answer('triage unspecified-mark', { abortReason: 'death' });
    expect(told.waiting).toEqual(['unspecified-mark']);
    expect(told.tasks).toContain('triage unspecified-mark ready');
  });
});

describe('what could not be understood yet', () => {
  const held = (more: Partial<HeldFact> = {}): StandingFact<HeldFact> => ({
    key: JSON.stringify(['epr', 'Encounter', 'e1']),
    source: 'epr',
    messageId: 'message of e1',
    acceptedSeq: 9,
    fact: {
      kind: 'held',
      status: 'active',
      businessId: 'e1',
      version: 1,
      reason: 'unknown-organization',
      path: 'Encounter',
      resourceType: 'Encounter',
      ...more,
    },
  });

  test('is asked about, of whom and to whom as far as that is known', () => {
    const known = patient().hold(held({ patient: { identifier: [] }, ...{ organization: organization('hf1') } }));
    expect(known.tasks).toEqual(['triage unknown-organization ready']);
    expect(known.task('triage unknown-organization')).toMatchObject({
      for: { reference: 'Patient/patient-resource' },
      owner: { reference: 'Organization/organization-hf1' },
      focus: { identifier: { system: 'https://fhir.pakkeforlop.example/source/epr', value: 'e1' } },
    });
    const unknown = patient().hold(held({ reason: 'unresolved-reference' }));
    const task = unknown.task('triage unresolved-reference');
    expect(task).not.toHaveProperty('for');
    expect(task).not.toHaveProperty('owner');
    expect(unknown.wanted.map(({ type }) => type)).toEqual(['Task']);
  });

  test('is referred to, not copied, where its source lives on the server', () => {
    const told = patient();
    told.livesOnTarget = () => true;
    told.hold(held());
    expect(told.task('triage unknown-organization').focus).toEqual({ reference: 'Encounter/e1' });
  });

  test('is asked about no more once it is understood', () => {
    const told = patient().tell(marked).hold(held());
    told.hold().tell(attendance({ id: 'e1', source: 'epr', startedAt: '2026-03-05' }));
    expect(told.tasks.filter((task) => task.startsWith('triage'))).toEqual(['triage unknown-organization cancelled']);
  });

  test('is nobody’s business at an organisation that somebody else registers for', () => {
    const told = patient();
    told.registersFor = () => false;
    told.hold(held({ organization: organization('hf1') }));
    expect(told.tasks).toEqual([]);
    told.hold(held());
    expect(told.tasks).toEqual(['triage unknown-organization ready']);
  });
});

describe('where the server has several Patients with the number', () => {
  test('nothing is written about any of them, and somebody is asked', () => {
    const told = patient();
    told.onTarget = 'several';
    told.tell(marked);
    expect(told.waiting).toEqual(['several-patients']);
    expect(told.wanted.map(({ type }) => type).sort()).toEqual(['Organization', 'Task']);
    expect(told.task('triage several-patients')).not.toHaveProperty('for');
    told.onTarget = 'found';
    told.refresh();
    expect(told.episodes).toHaveLength(1);
    expect(told.waiting).toEqual([]);
  });
});
