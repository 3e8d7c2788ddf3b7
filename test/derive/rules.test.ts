import { describe, expect, test } from '@jest/globals';
import {
  abort,
  attendance,
  decision,
  derived,
  episodesOf,
  findingsOf,
  organization,
  questionsOf,
  referral,
  registrationsOf,
  suspicion,
  transfer,
} from './history.js';

const marked = (more: Record<string, unknown> = {}) =>
  referral({ id: 'r', receivedAt: '2026-03-02', mark: 'C01', ...more });

describe('starts', () => {
  test('the day of receipt counts, whenever it was assessed', () => {
    const assessed = referral({ id: 'r', receivedAt: '2026-03-02', assessment: { pathway: 'C01', on: '2026-03-09' } });
    expect(registrationsOf(derived([assessed]))).toEqual(['C01A 2026-03-02']);
  });

  test.each([
    ['unmarked', {}],
    ['of another pathway', { mark: 'A26' }],
    ['assessed as another pathway', { assessment: { pathway: 'A26', on: '2026-03-03' } }],
    ['for an examination', { mark: 'C01', purpose: 'examination' }],
    ['for advice, with a mark that does not say which', { mark: 'unspecified', purpose: 'advice' }],
  ])('a referral %s has no effect and waits for nothing', (_which, said) => {
    const derivation = derived([referral({ id: 'r', receivedAt: '2026-03-02', ...said })]);
    expect(derivation.pathways).toEqual([]);
    expect(derivation.questions).toEqual([]);
  });

  test('a mark that does not say which pathway asks a person, unless the referral carries the start', () => {
    expect(questionsOf(derived([marked({ mark: 'unspecified' })]))).toEqual(['unspecified-mark']);
    const carried = marked({ mark: 'unspecified', purpose: 'onward', earlier: [{ code: 'C01AA', on: '2026-02-20' }] });
    expect(registrationsOf(derived([carried]))).toEqual(['C01A 2026-03-02']);
    expect(questionsOf(derived([carried]))).toEqual([]);
  });

  test('a start that was assessed as something else is asked about until the episode ends', () => {
    const doubted = marked({ assessment: { pathway: 'none', on: '2026-03-03' } });
    const end = decision({ id: 'd', decidedAt: '2026-03-10', outcome: 'no-disease' });
    expect(questionsOf(derived([doubted]))).toEqual(['assessed-none']);
    expect(questionsOf(derived([doubted, end]))).toEqual([]);
  });

  test('different pathway ids keep two referrals at one hospital apart, one without joins', () => {
    const p = marked({ pathwayId: 'p' });
    const q = referral({ id: 'r2', receivedAt: '2026-03-04', mark: 'C01', pathwayId: 'q' });
    const without = referral({ id: 'r3', receivedAt: '2026-03-05', mark: 'C01' });
    expect(derived([p, q]).pathways).toHaveLength(2);
    expect(derived([p, without]).pathways).toHaveLength(1);
    expect(findingsOf(derived([p, without]))).toEqual(['second-referral']);
  });

  test('a start on the end day joins, one on the day after is a new pathway', () => {
    const end = decision({ id: 'd', decidedAt: '2026-03-10', outcome: 'no-disease' });
    const again = (day: string) => referral({ id: 'r2', receivedAt: day, mark: 'C01' });
    expect(derived([marked(), end, again('2026-03-10')]).pathways).toHaveLength(1);
    expect(derived([marked(), end, again('2026-03-11')]).pathways).toHaveLength(2);
  });

  test('a marked referral at another hospital is another pathway, an onward one the next episode', () => {
    const other = (purpose: string) => referral({ id: 'o', at: 'hf2', receivedAt: '2026-03-06', mark: 'C01', purpose });
    expect(derived([marked(), other('workup')]).pathways).toHaveLength(2);
    const handed = derived([marked(), other('onward')]);
    expect(handed.pathways).toHaveLength(1);
    expect(handed.pathways[0]?.episodes).toHaveLength(2);
  });

  test('a return to the first hospital continues the pathway that it gave away', () => {
    const away = transfer({ id: 't', sentAt: '2026-03-05', to: 'hf2', scope: 'responsibility' });
    const back = referral({ id: 'b', receivedAt: '2026-03-12', mark: 'C01', purpose: 'onward' });
    const { pathways } = derived([marked(), away, back]);
    expect(pathways).toHaveLength(1);
    expect(registrationsOf(derived([marked(), away, back]))).toEqual([
      'C01A 2026-03-02',
      'C01O 2026-03-05',
      'C01A 2026-03-12',
    ]);
  });
});

describe('the first attendance', () => {
  test.each([
    ['by telephone', { form: 'telephone' }],
    ['by video', { form: 'video' }],
    ['that was cancelled', { state: 'cancelled' }],
    ['that was missed', { state: 'missed' }],
    ['that is only planned', { state: 'planned' }],
    ['for something else', { purpose: 'other' }],
    ['before the start', { startedAt: '2026-03-01' }],
    ['at another hospital, unlinked', { at: 'hf2' }],
  ] as [string, Record<string, unknown>][])('is not one %s', (_which, said) => {
    const derivation = derived([marked(), attendance({ startedAt: '2026-03-04', ...said, id: 'a' })]);
    expect(registrationsOf(derivation)).toEqual(['C01A 2026-03-02']);
  });

  test('is one at another hospital that names the referral', () => {
    const elsewhere = attendance({ id: 'a', at: 'hf2', startedAt: '2026-03-04', referralId: 'r', purpose: undefined });
    expect(registrationsOf(derived([marked(), elsewhere]))).toEqual(['C01A 2026-03-02', 'C01S 2026-03-04']);
  });

  test('may lie on the start day and on the end day', () => {
    const end = decision({ id: 'd', decidedAt: '2026-03-10', outcome: 'organ-cancer' });
    const onDay = (day: string) => derived([marked(), end, attendance({ id: 'a', startedAt: day })]);
    expect(registrationsOf(onDay('2026-03-02'))).toContain('C01S 2026-03-02');
    expect(registrationsOf(onDay('2026-03-10'))).toContain('C01S 2026-03-10');
    expect(findingsOf(onDay('2026-03-10'))).toEqual([]);
    expect(findingsOf(onDay('2026-03-11'))).toEqual(['119']);
  });

  test('what was left out says why', () => {
    const early = attendance({ id: 'early', startedAt: '2026-03-01' });
    const call = attendance({ id: 'call', startedAt: '2026-03-03', form: 'telephone' });
    const first = attendance({ id: 'first', startedAt: '2026-03-04' });
    const second = attendance({ id: 'second', startedAt: '2026-03-05' });
    const [, registration] =
      derived([marked(), early, call, first, second]).pathways[0]?.episodes[0]?.registrations ?? [];
    expect(registration?.explanation.basis.map(({ messageId }) => messageId)).toEqual(['message of first']);
    expect(registration?.explanation.leftOut.map(({ messageId, why }) => `${messageId}: ${why}`).sort()).toEqual([
      'message of call: attendance-not-in-person',
      'message of early: attendance-before-start',
      'message of second: attendance-not-the-first',
    ]);
  });
});

describe('closings', () => {
  test('of one day the decision goes before the transfer, the transfer before the abort', () => {
    const away = transfer({ id: 't', sentAt: '2026-03-10', to: 'hf2', scope: 'responsibility' });
    const stop = abort({ id: 'x', decidedAt: '2026-03-10', reason: 'patient-wish' });
    const end = decision({ id: 'd', decidedAt: '2026-03-10', outcome: 'no-disease' });
    expect(registrationsOf(derived([marked(), stop, away]))).toContain('C01O 2026-03-10');
    expect(findingsOf(derived([marked(), stop, away]))).toEqual(['after-transfer']);
    expect(registrationsOf(derived([marked(), stop, away, end]))).toContain('C01CI 2026-03-10');
  });

  test('after an abort a decision that names the pathway is superfluous', () => {
    const stop = abort({ id: 'x', decidedAt: '2026-03-08', reason: 'patient-wish' });
    const end = decision({ id: 'd', decidedAt: '2026-03-10', outcome: 'no-disease', referralId: 'r' });
    expect(findingsOf(derived([marked(), stop, end]))).toEqual(['114']);
  });

  test('an abort for other reasons ends nothing and is asked about', () => {
    const stop = abort({ id: 'x', decidedAt: '2026-03-08', reason: 'other' });
    expect(registrationsOf(derived([marked(), stop]))).toEqual(['C01A 2026-03-02']);
    expect(questionsOf(derived([marked(), stop]))).toEqual(['abort-reason']);
  });

  test('a decision before the referral it names was received waits', () => {
    const end = decision({ id: 'd', decidedAt: '2026-03-01', outcome: 'no-disease', referralId: 'r' });
    expect(questionsOf(derived([marked(), end]))).toEqual(['no-pathway']);
  });

  test('a decision for a referral that starts nothing has no effect', () => {
    const end = decision({ id: 'd', decidedAt: '2026-03-05', outcome: 'no-disease', referralId: 'r', pathway: 'C01' });
    const derivation = derived([marked({ mark: undefined }), end]);
    expect(derivation.questions).toEqual([]);
    expect(derivation.outcomes.find(({ factKey }) => factKey.includes('decision'))?.explanation.rule).toBe(
      'referral-is-no-start',
    );
  });

  test('an attendance for a referral that nobody told of says so, and the episode at the hospital lists it', () => {
    const seen = attendance({ id: 'a', startedAt: '2026-03-05', referralId: 'unknown' });
    const { outcomes, pathways } = derived([marked(), seen]);
    const outcome = outcomes.find(({ factKey }) => factKey.includes('attendance'));
    expect(outcome?.explanation.rule).toBe('attendance-of-unknown-id');
    const considered = JSON.stringify(pathways[0]?.episodes[0]?.deadlines);
    expect(considered).toContain('attendance-of-unknown-id');
  });

  test('two open episodes at one hospital: what names neither waits, an attendance too', () => {
    const two = [
      marked({ pathwayId: 'p' }),
      referral({ id: 'r2', receivedAt: '2026-03-03', mark: 'C01', pathwayId: 'q' }),
    ];
    const seen = attendance({ id: 'a', startedAt: '2026-03-05' });
    const end = decision({ id: 'd', decidedAt: '2026-03-06', outcome: 'no-disease' });
    expect(questionsOf(derived([...two, seen, end]))).toEqual(['several-pathways', 'several-pathways']);
  });

  test('two open episodes of one pathway, none of them here: a decision that names it ends the last', () => {
    const handedOver = referral({ id: 'o', at: 'hf2', receivedAt: '2026-03-06', mark: 'C01', purpose: 'onward' });
    const end = decision({ id: 'd', at: 'centre', decidedAt: '2026-03-10', outcome: 'no-disease', referralId: 'r' });
    const [first, second] = derived([marked(), handedOver, end]).pathways[0]?.episodes ?? [];
    expect([first?.endedOn, second?.endedOn]).toEqual([undefined, '2026-03-10']);
  });

  test('a death ends what is open on that day, and is otherwise nothing', () => {
    const died = marked({ patient: { deceasedOn: '2026-03-09' } });
    expect(registrationsOf(derived([died]))).toEqual(['C01A 2026-03-02', 'C01X 2026-03-09']);
    const end = decision({ id: 'd', decidedAt: '2026-03-09', outcome: 'no-disease' });
    expect(registrationsOf(derived([died, end]))).toEqual(['C01A 2026-03-02', 'C01CI 2026-03-09']);
    expect(findingsOf(derived([died, end]))).toEqual([]);
  });
});

describe('a handover', () => {
  const sent = (at: 'hf1' | 'hf2', to: 'hf1' | 'hf2', day = '2026-03-09') =>
    transfer({ id: 't', at, to, sentAt: day, scope: 'responsibility' });
  const taken = (day: string) => referral({ id: 'o', at: 'hf2', receivedAt: day, mark: 'C01', purpose: 'onward' });

  test('to the hospital itself, between its units, moves nothing', () => {
    const derivation = derived([marked(), sent('hf1', 'hf1')]);
    expect(registrationsOf(derivation)).toEqual(['C01A 2026-03-02']);
    expect(derivation.outcomes.map(({ explanation }) => explanation.rule)).toContain('transfer-within-the-hospital');
  });

  test('is continued by the onward referral, also where a suspicion is documented on the day it was received', () => {
    const suspected = suspicion({ id: 's', at: 'hf2', documentedAt: '2026-03-10', basis: 'suspicion' });
    const { pathways } = derived([marked(), sent('hf1', 'hf2'), taken('2026-03-10'), suspected]);
    expect(pathways).toHaveLength(1);
    expect(pathways[0]?.episodes[1]?.deadlines[0]).toMatchObject({ start: '2026-03-02', dueOn: '2026-03-09' });
  });

  test('of which the next hospital sees the patient on the same day met nothing at the hospital before', () => {
    const seen = attendance({ id: 'a', at: 'hf2', startedAt: '2026-03-09' });
    expect(episodesOf(derived([marked(), sent('hf1', 'hf2'), taken('2026-03-09'), seen]))).toEqual([
      'hf1 finished | C01A 2026-03-02, C01O 2026-03-09 | first-attendance 2026-03-09 ended 2026-03-09, pathway 2026-03-30 ended 2026-03-09',
      'hf2 active | C01A 2026-03-09, C01S 2026-03-09 | first-attendance 2026-03-09 met 2026-03-09, workup 2026-03-30 open, pathway 2026-03-30 open',
    ]);
  });

  test('on the day that its own hospital saw the patient met the deadline there', () => {
    const seen = attendance({ id: 'a', startedAt: '2026-03-09' });
    expect(episodesOf(derived([marked(), seen, sent('hf1', 'hf2'), taken('2026-03-09')]))[0]).toContain(
      'first-attendance 2026-03-09 met 2026-03-09',
    );
  });
});

describe('what an onward referral carries', () => {
  const onward = (earlier: unknown[]) =>
    referral({ id: 'o', at: 'hf2', receivedAt: '2026-03-13', mark: 'C01', purpose: 'onward', earlier });

  test('gives the clock its days', () => {
    const carried = onward([
      { code: 'C01A', on: '2026-03-02' },
      { code: 'C01S', on: '2026-03-06' },
    ]);
    expect(episodesOf(derived([carried]))).toEqual([
      'hf2 waitlist | C01A 2026-03-13 | first-attendance 2026-03-09 met 2026-03-06, workup 2026-03-27 open, pathway 2026-03-30 open',
    ]);
  });

  test('an attendance carried without a day is found, and meets nothing', () => {
    const derivation = derived([onward([{ code: 'C01A', on: '2026-03-02' }, { code: 'C01S' }])]);
    expect(episodesOf(derivation)).toEqual([
      'hf2 waitlist | C01A 2026-03-13 | first-attendance 2026-03-09 open, pathway 2026-03-30 open | 107',
    ]);
  });

  test.each([
    ['a code that does not exist', { code: 'C01Z', on: '2026-03-02' }, '101'],
    ['a code of a pathway that has expired', { code: 'A03A', on: '2026-03-02' }, '120'],
    ['a code before any start', { code: 'C01S', on: '2026-03-02' }, '106'],
    ['a decision after which the start here comes', { code: 'C01CI', on: '2026-03-14' }, undefined],
  ])('%s', (_what, carried, finding) => {
    expect(findingsOf(derived([onward([carried])]))).toEqual(finding === undefined ? [] : [finding]);
  });

  test('after a carried decision everything here is superfluous, and an attendance wrong', () => {
    const carried = [
      { code: 'C01A', on: '2026-03-01', organization: organization('hf1') },
      { code: 'C01CI', on: '2026-03-10', organization: organization('hf1') },
    ];
    const seen = attendance({ id: 'a', at: 'hf2', startedAt: '2026-03-15' });
    expect(findingsOf(derived([onward(carried), seen]))).toEqual(['111', '112']);
  });
});

test('a suspicion about another pathway starts nothing', () => {
  expect(
    derived([suspicion({ id: 's', documentedAt: '2026-03-02', basis: 'suspicion', pathway: 'A26' })]).pathways,
  ).toEqual([]);
});
