import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { addDays } from '../../src/support/dates.js';
import { identify } from '../../src/derive/identities.js';
import { addWarnings, looksOn, warningStates, warningsToPost } from '../../src/derive/warnings.js';
import type { Episode } from '../../src/model/pathway.js';
import type { Warned } from '../../src/model/warning.js';
import { attendance, decision, derived, mappings, referral, type StoryEvent } from './history.js';
import { histories } from './histories.js';

const [definition] = mappings.definitions;
if (definition === undefined) throw new Error('There is a definition');

const received = (on: string) => referral({ id: 'r', receivedAt: on, mark: 'C01' });
const booked = (id: string, on: string) => attendance({ id, startedAt: on, state: 'planned' });

function episodesOf(events: readonly StoryEvent[]): Episode[] {
  let n = 0;
  const { pathways } = identify({
    known: [],
    pathways: derived(events).pathways,
    acceptedSeq: new Map(),
    newId: () => `id ${n++}`,
    givenNow: 1,
  });
  return pathways.flatMap(({ episodes }) => episodes);
}

/** Scans every day from `from` to `to` and returns what was warned of. */
function scanned(events: readonly StoryEvent[], from: string, to: string, before: readonly Warned[] = []): Warned[] {
  const episodes = episodesOf(events);
  let warned = [...before];
  for (let day = from; day <= to; day = addDays(day, 1)) {
    const today = day;
    warned = addWarnings(
      warned,
      episodes.flatMap((episode) => warningsToPost(episode, warned, definition!, today)),
    );
  }
  return warned;
}

function openWarnings(events: readonly StoryEvent[], warned: readonly Warned[]): string[] {
  return warningStates(episodesOf(events), warned, definition!)
    .filter(({ status }) => status === 'ready')
    .map(({ warned: { kind, level } }) => `${kind} ${level}`)
    .sort();
}

describe('the level of a warning', () => {
  test.each([
    ['2026-03-06', []],
    ['2026-03-07', ['first-attendance approaching']],
    ['2026-03-09', ['first-attendance approaching']],
    ['2026-03-10', ['first-attendance overdue']],
  ])('on %s a referral received on the 2nd is %j', (day, expected) => {
    expect(openWarnings([received('2026-03-02')], scanned([received('2026-03-02')], day, day))).toEqual(expected);
  });

  test('a higher level supersedes the lower', () => {
    const events = [received('2026-03-02')];
    const states = warningStates(episodesOf(events), scanned(events, '2026-03-02', '2026-03-12'), definition);
    expect(states.map(({ warned: { level }, status, ended }) => `${level} ${status} ${ended ?? ''}`.trim())).toEqual([
      'approaching cancelled superseded',
      'overdue ready',
    ]);
  });

  test('a booking in time keeps it from approaching, also when its day has passed and nobody said yet what came of it', () => {
    const events = [received('2026-03-02'), booked('a', '2026-03-08')];
    expect(openWarnings(events, scanned(events, '2026-03-07', '2026-03-09'))).toEqual([]);
    expect(openWarnings(events, scanned(events, '2026-03-07', '2026-03-10'))).toEqual(['first-attendance overdue']);
  });

  test('a booking that passed does not hold one behind the due day', () => {
    const events = [received('2026-03-02'), booked('a', '2026-03-04'), booked('b', '2026-03-20')];
    expect(openWarnings(events, scanned(events, '2026-03-04', '2026-03-04'))).toEqual([]);
    expect(openWarnings(events, scanned(events, '2026-03-04', '2026-03-05'))).toEqual([
      'first-attendance booked-too-late',
    ]);
  });

  test('of a referral received tomorrow, by its sender’s clock, a late booking is told by the next scan', () => {
    const events = [received('2026-03-03'), booked('a', '2026-03-20')];
    const [episode] = episodesOf(events);
    expect(looksOn(episode!, [], definition).get('first-attendance')).toBe('2026-03-02');
  });

  test('a booking behind the due day is told at once, and gone when one in time comes', () => {
    const late = [received('2026-03-02'), booked('a', '2026-03-20')];
    const warned = scanned(late, '2026-03-03', '2026-03-03');
    expect(openWarnings(late, warned)).toEqual(['first-attendance booked-too-late']);
    expect(openWarnings([...late, booked('b', '2026-03-05')], warned)).toEqual([]);
  });

  test('of two deadlines of one milestone the one due first is warned of', () => {
    const events = [received('2026-02-01'), attendance({ id: 'a', startedAt: '2026-02-05' })];
    expect(openWarnings(events, scanned(events, '2026-03-03', '2026-03-03'))).toEqual(['workup overdue']);
  });

  test('what is met is completed, what the end took along is cancelled', () => {
    const events = [received('2026-03-02')];
    const warned = scanned(events, '2026-03-10', '2026-03-10');
    const met = [...events, attendance({ id: 'a', startedAt: '2026-03-11' })];
    const ended = [...events, decision({ id: 'd', decidedAt: '2026-03-11', outcome: 'no-disease' })];
    const end = (all: readonly StoryEvent[]) => warningStates(episodesOf(all), warned, definition)[0];
    expect(end(met)).toMatchObject({ status: 'completed' });
    expect(end(ended)).toMatchObject({ status: 'cancelled', ended: 'deadline-ended' });
  });
});

describe('for any history', () => {
  const days = fc.integer({ min: 0, max: 60 }).map((n) => addDays('2026-03-02', n));

  test('scanning again on the same day says nothing new', () => {
    fc.assert(
      fc.property(histories, days, (events, day) => {
        const warned = scanned(events, day, day);
        expect(episodesOf(events).flatMap((episode) => warningsToPost(episode, warned, definition, day))).toEqual([]);
      }),
      { numRuns: 300 },
    );
  });

  test('a scan that was missed is made up for: the open warnings are those of a scan every day', () => {
    fc.assert(
      fc.property(histories, days, (events, day) => {
        const daily = openWarnings(events, scanned(events, '2026-03-01', day));
        const once = openWarnings(events, scanned(events, day, day));
        expect(once).toEqual(daily);
      }),
      { numRuns: 300 },
    );
  });

  test('the index says when to look: before that day a scan has nothing to say, on it it has', () => {
    fc.assert(
      fc.property(histories, (events) => {
        for (const episode of episodesOf(events)) {
          const looks = [...looksOn(episode, [], definition).values()].sort();
          const first = looks[0];
          if (first === undefined) continue;
          expect(warningsToPost(episode, [], definition, first).length).toBeGreaterThan(0);
          if (first > episode.startedOn) {
            expect(warningsToPost(episode, [], definition, addDays(first, -1))).toEqual([]);
          }
        }
      }),
      { numRuns: 300 },
    );
  });

  test('at most one warning of a milestone is open', () => {
    fc.assert(
      fc.property(histories, days, (events, day) => {
        const warned = scanned(events, '2026-03-01', day);
        const ready = warningStates(episodesOf(events), warned, definition).filter(({ status }) => status === 'ready');
        const milestones = ready.map(
          ({ warned: { episodeId, kind } }) =>
            `${episodeId} ${kind === 'first-attendance' ? 'attendance' : 'decision'}`,
        );
        expect(new Set(milestones).size).toBe(milestones.length);
      }),
      { numRuns: 300 },
    );
  });
});
