import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { dateRange } from '../../src/fhir-server/date-range.js';
import { idsIn } from '../servers/client.js';
import { patient, startFhirServer, type RunningServer } from './running-server.js';

const DAY_MS = 86_400_000;
const pad = (value: number, width = 2) => String(value).padStart(width, '0');

interface Meant {
  readonly text: string;
  /** The first and the last millisecond. */
  readonly first: number;
  readonly last: number;
}

/** Dates in every precision of FHIR that often meet or touch one another, and what they mean by arithmetic on their parts. */
const meant: fc.Arbitrary<Meant> = fc
  .record({
    precision: fc.constantFrom('year', 'month', 'day', 'second', 'millisecond'),
    year: fc.integer({ min: 2024, max: 2026 }),
    month: fc.integer({ min: 1, max: 3 }),
    day: fc.constantFrom(1, 2, 28),
    second: fc.integer({ min: 0, max: 2 }),
    ms: fc.constantFrom(0, 1, 999),
    offsetHours: fc.constantFrom(-5, 0, 1),
  })
  .map(({ precision, year, month, day, second, ms, offsetHours }) => {
    const date = `${year}-${pad(month)}-${pad(day)}`;
    const zone = offsetHours === 0 ? 'Z' : `${offsetHours < 0 ? '-' : '+'}${pad(Math.abs(offsetHours))}:00`;
    const midnight = Date.UTC(year, month - 1, day);
    const instant = midnight + second * 1000 - offsetHours * 3_600_000;
    if (precision === 'year') return { text: `${year}`, first: Date.UTC(year, 0), last: Date.UTC(year + 1, 0) - 1 };
    if (precision === 'month')
      return { text: `${year}-${pad(month)}`, first: Date.UTC(year, month - 1), last: Date.UTC(year, month) - 1 };
    if (precision === 'day') return { text: date, first: midnight, last: midnight + DAY_MS - 1 };
    if (precision === 'second')
      return { text: `${date}T00:00:${pad(second)}${zone}`, first: instant, last: instant + 999 };
    return { text: `${date}T00:00:${pad(second)}.${pad(ms, 3)}${zone}`, first: instant + ms, last: instant + ms };
  });

const contains = (outer: Meant, inner: Meant) => outer.first <= inner.first && inner.last <= outer.last;

/** R4 on each prefix (search.html, 3.1.1.4.4), said of the milliseconds that the searched and the found date mean. */
const fits: Record<string, (searched: Meant, found: Meant) => boolean> = {
  eq: contains,
  ne: (searched, found) => !contains(searched, found),
  gt: (searched, found) => found.last > searched.last,
  lt: (searched, found) => found.first < searched.first,
  ge: (searched, found) => found.last > searched.last || contains(searched, found),
  le: (searched, found) => found.first < searched.first || contains(searched, found),
  sa: (searched, found) => found.first > searched.last,
  eb: (searched, found) => found.last < searched.first,
  ap: (searched, found) => found.first <= searched.last && found.last >= searched.first,
};

let fhir: RunningServer;
beforeAll(async () => {
  fhir = await startFhirServer();
});
afterAll(() => fhir.stop());

describe('a date', () => {
  test('means every millisecond of its precision, in its zone', () => {
    fc.assert(fc.property(meant, ({ text, first, last }) => expect(dateRange(text)).toEqual([first, last + 1])));
  });

  test('may be as precise as it likes', () => {
    const instant = Date.UTC(2026, 0, 1, 10, 0, 0, 123);
    expect(dateRange('2026-01-01T10:00:00.123456789012Z')).toEqual([instant, instant + 1]);
  });

  test.each([
    ...['', '26', '2026-', '2026-1-1', '2026-13', '2026-02-29', 'today', '2026-01-01T'],
    ...['2026-01-01T24:00:00Z', '2026-01-01T10:61:00Z', '2026-01-01T10:00:61Z', '2026-01-01T10:00:00+25:00'],
  ])('is not «%s», neither in a search', async (text) => {
    expect(dateRange(text)).toBeUndefined();
    expect((await fhir.call('GET', `/Patient?birthdate=${encodeURIComponent(text)}`)).status).toBe(400);
  });
});

test('a search by date finds, by every prefix, just what R4 says', async () => {
  const written = fc.sample(meant, { numRuns: 60, seed: 7 });
  const entry = written.map(({ text }, n) => ({
    request: { method: 'PUT', url: `Patient/d${n}` },
    resource: patient(`d${n}`, { deceasedDateTime: text }),
  }));
  const stored = await fhir.call('POST', '/', { resourceType: 'Bundle', type: 'transaction', entry });
  expect(stored.status).toBe(200);
  const search = fc.record({ searched: meant, prefix: fc.constantFrom('', ...Object.keys(fits)) });
  await fc.assert(
    fc.asyncProperty(search, async ({ searched, prefix }) => {
      const isMatch = fits[prefix === '' ? 'eq' : prefix];
      const expected = written.flatMap((found, n) => (isMatch?.(searched, found) === true ? [`d${n}`] : []));
      const value = `${prefix}${encodeURIComponent(searched.text)}`;
      expect(idsIn(await fhir.call('GET', `/Patient?_count=1000&death-date=${value}`))).toEqual(expected);
    }),
    { numRuns: 200 },
  );
});
