import { describe, expect, test } from '@jest/globals';
import { composeUnmapped } from '../../src/compose/unmapped.js';
import { abort, attendance, decision, mappings, referral, type StoryEvent } from '../derive/history.js';
import { NOW, PatientTold } from './patient-told.js';
import { narrativeIn, told } from './read-narrative.js';

const patient = (...events: readonly StoryEvent[]) => new PatientTold().tell(...events);
const marked = referral({ id: 'r', receivedAt: '2026-01-20', mark: 'C01' });
const seen = attendance({ id: 'a', startedAt: '2026-01-23T09:00:00+01:00' });
const decided = decision({ id: 'd', decidedAt: '2026-02-05', outcome: 'organ-cancer' });
const PATHWAY = { nb: 'Diagnostisk pakkeforløp (C01)', en: 'Diagnostic pathway (C01)' };

describe('an episode in words', () => {
  test('says since when it is, at whom, what is registered and by when the rest is due', () => {
    const [episode] = patient(marked, seen).episodes;
    expect(told(episode, 'nb')).toEqual([
      `Episode i forløpet: ${PATHWAY.nb}`,
      'Startet 20. januar 2026.',
      'Ansvarlig sykehus: organisasjonsnummer 983975240.',
      'Registrert:',
      'C01A Start pakkeforløp/mottatt henvisning: 20. januar 2026',
      'C01S Start utredning (første fremmøte): 23. januar 2026',
      'Frister:',
      'Første fremmøte innen 7 dager fra mottatt henvisning: frist 27. januar 2026, oppfylt 23. januar 2026',
      'Utredning avsluttet innen 21 dager fra første fremmøte: frist 13. februar 2026',
      'Utredning avsluttet innen 28 dager fra mottatt henvisning: frist 17. februar 2026',
    ]);
    expect(told(episode, 'en')).toEqual([
      `Episode of the pathway: ${PATHWAY.en}`,
      'Started 20 January 2026.',
      'Responsible hospital: organisation number 983975240.',
      'Registered:',
      'C01A Start of the pathway, referral received: 20 January 2026',
      'C01S Start of the work-up (first attendance): 23 January 2026',
      'Deadlines:',
      "First attendance within 7 days of the referral's receipt: due 27 January 2026, met 23 January 2026",
      'Work-up finished within 21 days of the first attendance: due 13 February 2026',
      "Work-up finished within 28 days of the referral's receipt: due 17 February 2026",
    ]);
  });

  test('that is over says when it ended, and which deadlines ended unmet', () => {
    const lines = told(
      patient(marked, seen, abort({ id: 'x', decidedAt: '2026-02-02', reason: 'patient-wish', referralId: 'r' }))
        .episodes[0],
      'en',
    );
    expect(lines).toContain('Started 20 January 2026, ended 2 February 2026.');
    expect(lines).toContain('C01X Pathway aborted: 2 February 2026');
    expect(lines).toContain(
      'Work-up finished within 21 days of the first attendance: due 13 February 2026, ended unmet 2 February 2026',
    );
  });

  test('says where a contract specialist worked the patient up', () => {
    const at = attendance({ id: 'a', startedAt: '2026-01-23', place: 'contract-specialist' });
    const [episode] = patient(marked, at).episodes;
    expect(told(episode, 'nb')).toContain(
      'C01A Start pakkeforløp/mottatt henvisning: 20. januar 2026 (Pasienten er helt eller delvis utredet hos avtalespesialist)',
    );
    expect(told(episode, 'en').join()).toContain('(Worked up fully or partly at a contract specialist)');
  });

  test('says what the checks found: those of the register by their number', () => {
    const again = referral({ id: 'r2', receivedAt: '2026-01-21', mark: 'C01' });
    const [episode] = patient(marked, again, decided).episodes;
    expect(told(episode, 'en').slice(-3)).toEqual([
      'Findings:',
      'NPR 119: Clinical decision without a first attendance before it',
      'More than one referral in the same pathway',
    ]);
  });

  test('whose start was taken back says first that it is a mistake', () => {
    const { episodes } = patient(marked).tell(referral({ id: 'r', version: 2, status: 'withdrawn' }));
    expect(told(episodes[0], 'nb').slice(0, 2)).toEqual([
      `Episode i forløpet: ${PATHWAY.nb}`,
      'Feilført: episoden gjelder ikke. Det som står under, skal ikke brukes.',
    ]);
    expect(told(episodes[0], 'en')[1]).toMatch(/^Entered in error/);
  });

  test('rests on extensions too, and says so', () => {
    expect(narrativeIn(patient(marked).episodes[0]).status).toBe('extensions');
  });
});

describe('a Task in words', () => {
  test('for the first attendance: by when, and how it is completed', () => {
    const task = patient(marked).task('first-attendance');
    expect(told(task, 'nb')).toEqual([
      `Første fremmøte: ${PATHWAY.nb}`,
      'Frist 27. januar 2026.',
      'Pasienten skal møte til utredning innen fristen. Oppgaven fullføres når journalsystemet melder fremmøtet; ellers kan den fullføres her, med dagen pasienten møtte.',
    ]);
    expect(told(task, 'en').slice(0, 2)).toEqual([`First attendance: ${PATHWAY.en}`, 'Due 27 January 2026.']);
    expect(narrativeIn(task).status).toBe('generated');
  });

  test('for the decision: of its two deadlines the earlier', () => {
    const task = patient(marked, seen).task('clinical-decision');
    expect(told(task, 'en').slice(0, 2)).toEqual([`Clinical decision: ${PATHWAY.en}`, 'Due 13 February 2026.']);
  });

  test.each([
    ['2026-01-25T12:00:00.000Z', [], 'fristen nærmer seg', 'Se til at fristen holdes.'],
    [
      '2026-01-21T12:00:00.000Z',
      [attendance({ id: 'b', startedAt: '2026-01-30', state: 'planned' })],
      'time er satt opp etter fristen',
      'Finn en time innen fristen, om det er mulig.',
    ],
    [
      '2026-01-28T12:00:00.000Z',
      [],
      'fristen er passert',
      'Meld det som er gjort, eller sørg for at det skjer så snart som mulig.',
    ],
  ])('that warns on %s says of which deadline, and why', (at, events, level, ask) => {
    const watched = new PatientTold();
    watched.at = at;
    expect(told(watched.tell(marked, ...events).task('deadline-warning first-attendance'), 'nb')).toEqual([
      `Varsel om frist: ${PATHWAY.nb}`,
      'Første fremmøte innen 7 dager fra mottatt henvisning: frist 27. januar 2026',
      `Grunnen til varselet: ${level}.`,
      ask,
    ]);
  });

  test('that asks about a referral asks in both languages, and says how it may be answered', () => {
    const asked = patient(referral({ id: 'r', receivedAt: '2026-01-20', mark: 'unspecified' }));
    expect(told(asked.task('triage unspecified-mark'), 'en')).toEqual([
      'Question that a person must answer',
      'The referral is marked as a cancer pathway, but not which one: which pathway is it about?',
      'Assess the referral in the EPR, or complete the Task with the pathway that it is about.',
    ]);
  });

  test('that asks for the target of a code names pack, code system and code, whatever signs are in them', () => {
    const unmapped = { pack: 'dips', system: 'urn:codes', code: '<A&B> "x"\u0001', unitId: 'unit', isWaitedFor: true };
    const [task] = composeUnmapped({
      ...{ unmapped, known: undefined, hasTarget: false, texts: mappings.texts, at: NOW, newId: () => 'id' },
    });
    expect(told(task?.content, 'nb').slice(2, 6)).toEqual([
      'Det gjelder:',
      'Mappingpakke: dips',
      'Kodeverk: urn:codes',
      'Kode: <A&B> "x"\uFFFD',
    ]);
  });

  test('about a finding says which, and that it is mended in the EPR', () => {
    expect(told(patient(marked, decided).task('registration-finding 119'), 'nb')).toEqual([
      `Funn i registreringen: ${PATHWAY.nb}`,
      'NPR 119: Klinisk beslutning uten forutgående første fremmøte',
      'Rett opplysningene i journalsystemet; oppgaven faller bort når funnet er borte.',
    ]);
  });

  test('of a duty says what is to be done', () => {
    expect(told(patient(marked, seen, decided).task('follow-up organ-pathway'), 'en')).toEqual([
      `Follow-up: ${PATHWAY.en}`,
      'Refer to the organ-specific pathway',
      'Complete the Task when it is done.',
    ]);
  });

  test('whose cause is gone keeps its words, and those of its pathway', () => {
    const told1 = patient(marked);
    const before = narrativeIn(told1.task('first-attendance'));
    const after = told1.tell(referral({ id: 'r', version: 2, status: 'withdrawn' })).task('first-attendance');
    expect(after.status).toBe('cancelled');
    expect(narrativeIn(after)).toEqual(before);
  });
});
