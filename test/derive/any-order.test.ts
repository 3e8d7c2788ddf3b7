import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { addDays } from '../../src/support/dates.js';
import type { Derivation } from '../../src/model/pathway.js';
import { histories } from './histories.js';
import { derivedFrom, standingOf, type StoryEvent } from './history.js';

/** What does not depend on arrival: everything but the order in which lists are given. */
function comparable({ pathways, questions, outcomes }: Derivation): unknown {
  const byKey = <T extends { factKey: string }>(items: readonly T[]) =>
    [...items].sort((a, b) => (a.factKey < b.factKey ? -1 : 1));
  return { pathways, questions: byKey(questions), outcomes: byKey(outcomes) };
}

describe('for any history of a patient', () => {
  test('any order of arrival gives the same pathways, questions and explanations', () => {
    fc.assert(
      fc.property(
        histories.chain((events) =>
          fc.tuple(fc.constant(events), fc.shuffledSubarray(events, { minLength: events.length })),
        ),
        ([events, shuffled]) => {
          const keep = (each: StoryEvent) => standingOf(each);
          expect(comparable(derivedFrom(shuffled.map(keep)))).toEqual(comparable(derivedFrom(events.map(keep))));
        },
      ),
      { numRuns: 1500 },
    );
  });

  test('each episode begins with one start code, and has each code at most once, in order', () => {
    fc.assert(
      fc.property(histories, (events) => {
        const episodes = derivedFrom(events.map((each) => standingOf(each))).pathways.flatMap((each) => each.episodes);
        for (const { registrations, startedOn, endedOn } of episodes) {
          const letters = registrations.map(({ event }) => event).join('');
          expect(letters).toMatch(/^AS?[OCX]?$/);
          expect(registrations[0]?.on).toBe(startedOn);
          for (const { on, explanation, basis } of registrations) {
            expect(on >= startedOn && (endedOn === undefined || on <= endedOn)).toBe(true);
            expect(explanation.basis.length).toBeGreaterThan(0);
            expect(basis.messageId).not.toBe('');
          }
        }
      }),
      { numRuns: 1000 },
    );
  });

  test('deadlines are 7, 21 and 28 days long, and over in one way only', () => {
    fc.assert(
      fc.property(histories, (events) => {
        const episodes = derivedFrom(events.map((each) => standingOf(each))).pathways.flatMap((each) => each.episodes);
        for (const { deadlines, endedOn } of episodes) {
          for (const { kind, start, dueOn, metOn, endedOn: over } of deadlines) {
            expect(dueOn).toBe(addDays(start, { 'first-attendance': 7, workup: 21, pathway: 28 }[kind]));
            expect(metOn !== undefined && over !== undefined).toBe(false);
            if (endedOn !== undefined) expect(metOn ?? over).toBeDefined();
          }
        }
      }),
      { numRuns: 1000 },
    );
  });

  test('every fact has an outcome, and what waits has a question', () => {
    fc.assert(
      fc.property(histories, (events) => {
        const { outcomes, questions } = derivedFrom(events.map((each) => standingOf(each)));
        expect(outcomes.map(({ factKey }) => factKey).sort()).toEqual(
          events.map((each) => standingOf(each).key).sort(),
        );
        const waiting = outcomes.filter(({ effect }) => effect === 'waits').map(({ factKey }) => factKey);
        expect([...new Set(questions.map(({ factKey }) => factKey))].sort()).toEqual(waiting.sort());
      }),
      { numRuns: 500 },
    );
  });
});
