import { describe, expect, test } from '@jest/globals';
import type { ReferralFact } from '../../src/model/facts.js';
import { openPack } from '../../src/map/open-pack.js';
import { withPathwayOfUnit } from '../../src/map/unit-pathway.js';

const RESH = 'urn:oid:2.16.578.1.12.4.1.4.102';
const NUMBER = 'urn:oid:2.16.578.1.12.4.1.4.101';

describe('a unit that works up one pathway', () => {
  const settings = { units: [{ identifier: { system: RESH, value: '4204087' }, pathway: 'C01' }] };
  const referral = {
    kind: 'referral',
    status: 'active',
    mark: 'unspecified',
    unit: { identifier: { system: RESH, value: '4204087' } },
    organization: { identifier: { system: NUMBER, value: '983975240' } },
  } as ReferralFact;

  test('makes a mark that names none a mark for it, and the explanation says so', () => {
    expect(withPathwayOfUnit(referral, settings)).toMatchObject({ mark: 'C01', notes: ['pathway-of-the-unit'] });
  });

  test('changes no mark that names one, nothing that was assessed, and nothing elsewhere', () => {
    const elsewhere = { ...referral, unit: { identifier: { system: RESH, value: '1' } } };
    const assessed = { ...referral, assessment: { pathway: 'none', on: '2026-03-04' } };
    for (const fact of [{ ...referral, mark: 'A26' }, assessed, elsewhere])
      expect(withPathwayOfUnit(fact, settings)).toBe(fact);
  });
});

describe('what a manifest says', () => {
  const rows = (manifest: object, expression: string) =>
    openPack({
      folder: 'nightly',
      manifest: {
        name: 'nightly',
        version: '1',
        takes: { door: 'csv', tables: [{ name: 'contacts', columns: ['start'], key: ['start'] }] },
        facts: { expression: 'a.jsonata' },
        ...manifest,
      },
      expressions: new Map([['a.jsonata', expression]]),
      conceptMaps: [],
    });
  const evaluate = (pack: ReturnType<typeof rows>, row: Record<string, string>) =>
    pack.door === 'csv'
      ? pack.canonicalOf({ table: 'contacts', row, source: 's', version: 'v', settings: {} })
      : Promise.reject(new Error('a pack for rows'));
  const CLOCK = '{ "type": "t", "data": { "at": $instant(row.start, "DD.MM.YYYY HH:mm") } }';

  test.each([
    ['Europe/Oslo', {}, '2026-07-01T08:00:00.000Z'],
    ['the zone that it names', { timeZone: 'Atlantic/Reykjavik' }, '2026-07-01T10:00:00.000Z'],
  ])('wall clocks are those of %s', async (_zone, manifest, at) => {
    const evaluation = await evaluate(rows(manifest, CLOCK), { start: '01.07.2026 10:00' });
    expect(evaluation).toMatchObject({ events: [{ data: { at } }] });
  });

  test('what is required and missing is a fault at its place', async () => {
    const evaluation = await evaluate(rows({ required: { contacts: ['/start'] } }, CLOCK), {});
    expect(evaluation).toMatchObject({
      faults: [{ code: 'mapping', path: '/row/start', file: 'nightly/manifest.json' }],
    });
  });

  test('what an expression returns that is no event has no place in the message', async () => {
    const evaluation = await evaluate(rows({}, '"text"'), {});
    expect(evaluation).toMatchObject({ faults: [{ path: '', message: expect.stringMatching(/must return/) }] });
  });
});
