import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import {
  addDays,
  ageOn,
  dayFrom,
  dayOf,
  daysBetween,
  isDay,
  instantFrom,
  isInstant,
  isTimeZone,
  isWhen,
  nanosecondsOf,
  osloDayOf,
  osloMidnight,
} from '../../src/support/dates.js';

const anyDay = fc
  .date({ min: new Date('1990-01-01T00:00:00Z'), max: new Date('2090-12-31T00:00:00Z'), noInvalidDate: true })
  .map((date) => date.toISOString().slice(0, 10));

/** Norwegian wall time by another road than the code's: the offset is +1, and +2 between the last Sundays of March and October. */
function osloDayByHand(instant: Date): string {
  const lastSunday = (month: number) => {
    const last = new Date(Date.UTC(instant.getUTCFullYear(), month + 1, 0, 1));
    return last.getTime() - last.getUTCDay() * 86_400_000;
  };
  const summer = instant.getTime() >= lastSunday(2) && instant.getTime() < lastSunday(9);
  return new Date(instant.getTime() + (summer ? 2 : 1) * 3_600_000).toISOString().slice(0, 10);
}

describe('the Norwegian calendar day of an instant', () => {
  test('is the next day late in a summer evening in UTC', () => {
    expect(osloDayOf('2026-06-30T22:30:00Z')).toBe('2026-07-01');
    expect(osloDayOf('2026-06-30T21:59:59Z')).toBe('2026-06-30');
  });

  test('is right on both days on which the clock is changed', () => {
    expect(osloDayOf('2026-03-28T23:30:00Z')).toBe('2026-03-29');
    expect(osloDayOf('2026-03-29T21:59:00Z')).toBe('2026-03-29');
    expect(osloDayOf('2026-03-29T22:00:00Z')).toBe('2026-03-30');
    expect(osloDayOf('2026-10-24T22:00:00Z')).toBe('2026-10-25');
    expect(osloDayOf('2026-10-25T22:59:00Z')).toBe('2026-10-25');
    expect(osloDayOf('2026-10-25T23:00:00Z')).toBe('2026-10-26');
  });

  test('is the one that the rule of summer time gives, for any instant of this century', () => {
    const instants = fc.date({
      min: new Date('2000-01-01T00:00:00Z'),
      max: new Date('2037-12-31T00:00:00Z'),
      noInvalidDate: true,
    });
    fc.assert(fc.property(instants, (instant) => osloDayOf(instant.toISOString()) === osloDayByHand(instant)));
  });

  test('is what a plain day already is', () => {
    expect(dayOf('2026-03-29')).toBe('2026-03-29');
    expect(dayOf('2026-03-28T23:30:00+00:00')).toBe('2026-03-29');
  });
});

describe('day arithmetic', () => {
  test('goes back the way it came', () => {
    fc.assert(
      fc.property(anyDay, fc.integer({ min: -400, max: 400 }), (day, days) => {
        const other = addDays(day, days);
        return daysBetween(day, other) === days && addDays(other, -days) === day && other > day === days > 0;
      }),
    );
  });

  test('counts the days around a change of the clock like all others', () => {
    expect(addDays('2026-03-28', 2)).toBe('2026-03-30');
    expect(addDays('2026-10-24', 2)).toBe('2026-10-26');
    expect(daysBetween('2026-03-01', '2026-03-29')).toBe(28);
    expect(daysBetween('2026-10-01', '2026-10-29')).toBe(28);
  });

  test('a Norwegian midnight belongs to its day, and the moment before to the day before', () => {
    fc.assert(
      fc.property(anyDay, (day) => {
        const midnight = osloMidnight(day);
        const before = new Date(Date.parse(midnight) - 1).toISOString();
        return osloDayOf(midnight) === day && osloDayOf(before) === addDays(day, -1);
      }),
    );
  });
});

describe('what is a day, an instant, neither', () => {
  test.each(['2026-02-30', '2026-13-01', '26-01-01', '2026-1-1', '0026-01-01', '2026-01-01T00:00:00Z', ''])(
    '%s is no day',
    (text) => {
      expect(isDay(text)).toBe(false);
    },
  );

  test.each(['2026-03-02T10:12:00', '2026-03-02T24:00:00Z', '2026-02-30T10:00:00Z', '2026-03-02 10:12Z', '2026-03-02'])(
    '%s is no instant',
    (text) => {
      expect(isInstant(text)).toBe(false);
    },
  );

  test.each(['2026-03-02T10:12:00+01:00', '2026-03-02T10:12Z', '2026-03-02T10:12:00.123456789-05:00'])(
    '%s is an instant',
    (text) => {
      expect(isInstant(text)).toBe(true);
      expect(isWhen(text)).toBe(true);
    },
  );
});

test('somebody born on 6 March is 18 on 6 March, not on the 5th', () => {
  expect(ageOn('2008-03-06', '2026-03-05')).toBe(17);
  expect(ageOn('2008-03-06', '2026-03-06')).toBe(18);
  expect(ageOn('2008-02-29', '2026-02-28')).toBe(17);
  expect(ageOn('2008-02-29', '2026-03-01')).toBe(18);
});

test('versions that are instants are told apart by the nanosecond', () => {
  const earlier = nanosecondsOf('2026-03-02T10:12:00.000000001+01:00');
  const later = nanosecondsOf('2026-03-02T09:12:00.000000002Z');
  expect(later - earlier).toBe(1n);
});

describe('dates as other systems write them', () => {
  test('are read to the letter: what is no day in that format is none', () => {
    expect(dayFrom('02.03.2026', 'DD.MM.YYYY')).toBe('2026-03-02');
    for (const text of ['2.3.2026', '30.02.2026', '02.03.26', '2026-03-02', '02.03.2026 ', '02.03.9999'])
      expect([text, dayFrom(text, 'DD.MM.YYYY')]).toEqual([text, undefined]);
  });

  test('and wall clock times are those of their zone, in winter and in summer', () => {
    const oslo = (text: string) => instantFrom(text, 'DD.MM.YYYY HH:mm', 'Europe/Oslo');
    expect(oslo('02.03.2026 00:30')).toBe('2026-03-01T23:30:00.000Z');
    expect(oslo('02.07.2026 00:30')).toBe('2026-07-01T22:30:00.000Z');
    expect(instantFrom('02.03.2026 00:30', 'DD.MM.YYYY HH:mm', 'UTC')).toBe('2026-03-02T00:30:00.000Z');
  });

  test('of an hour that comes twice it is the first, one that is left out is none', () => {
    const oslo = (text: string) => instantFrom(text, 'YYYY-MM-DD HH:mm', 'Europe/Oslo');
    expect(oslo('2026-10-25 02:30')).toBe('2026-10-25T00:30:00.000Z');
    expect(oslo('2026-03-29 02:30')).toBeUndefined();
    expect(oslo('2026-03-29 03:00')).toBe('2026-03-29T01:00:00.000Z');
  });

  test('an instant that is written as the clock shows it is read as itself, but for the hour that comes twice', () => {
    const instants = fc.date({ min: new Date('1990-01-01'), max: new Date('2037-12-31'), noInvalidDate: true });
    fc.assert(
      fc.property(instants, fc.constantFrom('Europe/Oslo', 'America/New_York', 'UTC'), (date, timeZone) => {
        const minute = new Date(Math.floor(date.getTime() / 60_000) * 60_000);
        const shown = new Intl.DateTimeFormat('sv-SE', { timeZone, dateStyle: 'short', timeStyle: 'short' }).format(
          minute,
        );
        const read = Date.parse(instantFrom(shown, 'YYYY-MM-DD HH:mm', timeZone) ?? '');
        expect([0, 3_600_000]).toContain(minute.getTime() - read);
      }),
    );
  });

  test('a zone is one that there is', () => {
    expect(isTimeZone('Europe/Oslo')).toBe(true);
    expect(isTimeZone('Europe/Bergen')).toBe(false);
  });
});
