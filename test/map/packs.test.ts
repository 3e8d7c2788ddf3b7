import { cpSync, mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { loadMappings, type Mappings } from '../../src/load-mappings.js';
import { mapMessage } from '../../src/map/map-message.js';
import { KnownPlaces } from '../../src/map/organization-table.js';
import { translate } from '../../src/map/concept-map.js';
import { createEventChecks } from '../../src/receive/event-checks.js';
import { readEventSchemas } from '../../src/receive/read-event-schemas.js';

const checks = createEventChecks(readEventSchemas('profiles/events'));
const checkData = (type: string, data: unknown) => {
  const checked = checks.check({ specversion: '1.0', id: 'x', source: 'x', type, data }, '2026-12-31');
  return 'faults' in checked
    ? checked.faults.map(({ path, message }) => ({ path: path.replace(/^\/data/, ''), message }))
    : [];
};

const FORM = {
  resourceType: 'ConceptMap',
  group: [
    {
      source: 'urn:epr:form',
      target: 'form',
      element: [
        { code: 'P', target: [{ code: 'outpatient' }] },
        { code: 'D', target: [{ code: 'admission' }] },
      ],
    },
  ],
};

const VISIT = `{
  "type": "no.pakkeforlop.attendance.v1",
  "data": {
    "id": visit.number, "version": visit.changes,
    "patient": { "identifier": [{ "system": "urn:epr:patient", "value": visit.patient }] },
    "organization": { "identifier": { "system": "urn:oid:2.16.578.1.12.4.1.4.101", "value": visit.hospital } },
    "startedAt": visit.day, "state": "finished", "purpose": "workup",
    "form": $translate("urn:epr:form", visit.form)
  }
}`;

const VISIT_CONTENT = {
  visit: { number: 'v1', changes: 3, patient: 'person-7', hospital: '983975240', day: '2026-03-04', form: 'P' },
};

/** A MAPPINGS_DIR with the bundled files and one hospital's pack. */
function mappingsWith(expression: string, conceptMap: unknown = FORM): string {
  const dir = mkdtempSync(join(tmpdir(), 'mappings-'));
  cpSync('mappings', dir, { recursive: true, filter: (file) => !file.endsWith('examples') });
  const pack = join(dir, 'hospital');
  mkdirSync(join(pack, 'concept-maps'), { recursive: true });
  const manifest = {
    name: 'hospital',
    version: '2',
    takes: { door: 'events', kinds: ['com.hospital.visit.v1'] },
    facts: { expression: 'visit.jsonata' },
  };
  writeFileSync(join(pack, 'manifest.json'), JSON.stringify(manifest));
  writeFileSync(join(pack, 'visit.jsonata'), expression);
  writeFileSync(join(pack, 'concept-maps', 'form.json'), JSON.stringify(conceptMap));
  return dir;
}

const mapped = (message: { kind: string; content: unknown }, mappings: Pick<Mappings, 'packs' | 'organizations'>) =>
  mapMessage(
    { source: 'urn:epr', receivedAt: '2026-03-20T12:00:00.000Z', seq: 1, ...message },
    { packs: mappings.packs, places: new KnownPlaces(mappings.organizations), packNameOf: (name) => name, checkData },
  );
const mapVisit = (expression: string, content: unknown = VISIT_CONTENT) =>
  mapped({ kind: 'com.hospital.visit.v1', content }, loadMappings(mappingsWith(expression), 'profiles/mappings'));

describe('a hospital’s own pack', () => {
  test('is only another folder', async () => {
    const visit = await mapVisit(VISIT);
    expect(visit).toMatchObject({ pack: 'hospital', packVersion: '2', reasons: [], holds: [] });
    expect(visit.facts.map(({ fact }) => fact)).toMatchObject([
      { kind: 'attendance', businessId: 'v1', form: 'outpatient', startedOn: '2026-03-04', place: 'hospital' },
    ]);
  });

  test('a code without a target is an error, not a guess', async () => {
    const { reasons } = await mapVisit(VISIT, { visit: { ...VISIT_CONTENT.visit, form: 'Z' } });
    expect(reasons.map(({ code }) => code)).toEqual(['unmapped-code']);
  });

  test('a path that finds nothing where something is required is an error with its place', async () => {
    const { reasons } = await mapVisit(VISIT.replace('visit.day', 'visit.date'));
    expect(reasons.map(({ code, path }) => `${code} ${path}`)).toEqual(['mapping /visit/date']);
    expect(reasons[0]?.message).toBe('startedAt is required (hospital/visit.jsonata line 7 column 18)');
  });

  test('an expression that fails says file, line and column, and no value of the message', async () => {
    const { reasons } = await mapVisit(VISIT.replace('visit.changes', '$number("x" & visit.patient)'));
    const [reason] = reasons;
    expect(reason?.message).toBe(
      'a value cannot be turned into what the function gives (JSONata D3030) (hospital/visit.jsonata line 4 column 36)',
    );
    expect(reason?.message).not.toContain('person-7');
  });

  test('an expression that runs away is stopped', async () => {
    const { reasons } = await mapVisit('($f := function($n) { $f($n + 1) + 1 }; $f(1))');
    expect(reasons[0]?.code).toBe('mapping');
  });

  test('a regular expression takes linear time', async () => {
    const hostile = { visit: { ...VISIT_CONTENT.visit, number: `${'a'.repeat(40_000)}!` } };
    const began = performance.now();
    await mapVisit(VISIT.replace('visit.number', '($contains(visit.number, /^(a+)+$/) ? "yes" : "no")'), hostile);
    expect(performance.now() - began).toBeLessThan(3_000);
  });
});

describe('a pack with an expression for each kind', () => {
  const kinds = ['com.hospital.visit.v1', 'com.hospital.stay.v1'];
  const stay = VISIT.replace('$translate("urn:epr:form", visit.form)', '"admission"');
  const withEach = (expressions: Record<string, string>) => {
    const dir = mappingsWith(VISIT);
    const takes = { door: 'events', kinds };
    const manifest = { name: 'hospital', version: '3', takes, facts: { expressions } };
    writeFileSync(join(dir, 'hospital', 'manifest.json'), JSON.stringify(manifest));
    writeFileSync(join(dir, 'hospital', 'stay.jsonata'), stay);
    return dir;
  };
  const load = (expressions: Record<string, string>) => loadMappings(withEach(expressions), 'profiles/mappings');
  const [visitKind = '', stayKind = ''] = kinds;

  test('reads each kind by its own', async () => {
    const mappings = load({ [visitKind]: 'visit.jsonata', [stayKind]: 'stay.jsonata' });
    const found = await Promise.all(kinds.map((kind) => mapped({ kind, content: VISIT_CONTENT }, mappings)));
    expect(found.flatMap(({ facts }) => facts.map(({ fact }) => fact))).toMatchObject([
      { form: 'outpatient' },
      { form: 'admission' },
    ]);
  });

  test('is refused where one is missing, or one is of a kind that it does not take', () => {
    expect(() => load({ [visitKind]: 'visit.jsonata' })).toThrow(
      /hospital\/manifest\.json line 1 column \d+: \/facts\/expressions expected .*stay\.v1/,
    );
    const extra = { [visitKind]: 'visit.jsonata', [stayKind]: 'stay.jsonata', other: 'stay.jsonata' };
    expect(() => load(extra)).toThrow(
      /hospital\/manifest\.json line 1 column \d+: \/facts\/expressions\/other expected/,
    );
    expect(() => load({ [visitKind]: 'gone.jsonata', [stayKind]: 'stay.jsonata' })).toThrow(
      /hospital\/manifest\.json line 1 column \d+: .* there is no gone\.jsonata/,
    );
  });
});

/** A MAPPINGS_DIR with another table of organisations. */
function mappingsOf(table: unknown): string {
  const dir = mappingsWith(VISIT);
  writeFileSync(join(dir, 'organizations.json'), JSON.stringify(table));
  return dir;
}

const HOSPITAL = { identifier: { system: 'urn:oid:2.16.578.1.12.4.1.4.101', value: '983975240' } };

describe('mappings that are wrong are refused whole, with file and place', () => {
  test.each([
    ['an expression that is no JSONata', () => mappingsWith('{ "type": '), /visit\.jsonata line 1 column \d+/],
    [
      'a ConceptMap without groups',
      () => mappingsWith(VISIT, { resourceType: 'ConceptMap' }),
      /form\.json line 1 column 1: \/group is required/,
    ],
    [
      'a kind of event that another pack takes too',
      () => {
        const dir = mappingsWith(VISIT);
        cpSync(join(dir, 'hospital'), join(dir, 'other'), { recursive: true });
        const file = join(dir, 'other', 'manifest.json');
        writeFileSync(file, readFileSync(file, 'utf8').replace('"name":"hospital"', '"name":"other"'));
        return dir;
      },
      /other\/manifest\.json line 1 column \d+: \/takes\/kinds expected what no other pack takes: com\.hospital\.visit\.v1/,
    ],
    [
      'a number that is no number of anything',
      () => mappingsOf({ hospitals: [{ identifier: { system: 'RESH', value: '4204086' } }] }),
      /organizations\.json line 1 column 39: \/hospitals\/0\/identifier\/system must match/,
    ],
    [
      'a number that means two places',
      () => mappingsOf({ hospitals: [{ ...HOSPITAL, units: [HOSPITAL] }] }),
      /organizations\.json line 1 column \d+: \/hospitals\/0\/units\/0\/identifier\/value expected each number once: urn:oid:2\.16\.578\.1\.12\.4\.1\.4\.101\|983975240/,
    ],
    [
      'a folder without definitions',
      () => mkdtempSync(join(tmpdir(), 'empty-')),
      /expected a folder with the definitions/,
    ],
  ])('%s', (_what, dir, message) => {
    expect(() => loadMappings(dir(), 'profiles/mappings')).toThrow(message);
  });
});

test('a ConceptMap may pass on what it does not name, or put one code in its place', () => {
  const group = { source: 's', target: 't', element: [] };
  expect(translate([{ id: 'a', group: [{ ...group, unmapped: { mode: 'provided' } }] }], 's', 'x')).toBe('x');
  expect(translate([{ id: 'a', group: [{ ...group, unmapped: { mode: 'fixed', code: 'y' } }] }], 's', 'x')).toBe('y');
  expect(translate([{ id: 'a', group: [group] }], 's', 'x')).toBeUndefined();
});

test('a code may stand for something else in each code system', () => {
  const [form, purpose] = ['form', 'purpose'].map((target) => ({
    id: target,
    group: [{ source: 's', target, element: [{ code: 'x', target: [{ code: `as-${target}` }] }] }],
  }));
  expect(translate([form!, purpose!], 's', 'x', 'purpose')).toBe('as-purpose');
  expect(translate([form!], 's', 'x', 'purpose')).toBeUndefined();
});

test('a day in an expression is the Norwegian one; a year or a month alone is none', async () => {
  const dayOf = async (day: string) =>
    (await mapVisit(VISIT.replace('visit.day', '$dayOf(visit.day)'), { visit: { ...VISIT_CONTENT.visit, day } })) as {
      facts: readonly { fact: object }[];
      reasons: readonly { message: string }[];
    };
  expect((await dayOf('2026-03-04T23:30:00Z')).facts).toMatchObject([{ fact: { startedAt: '2026-03-05' } }]);
  expect((await dayOf('2026-03')).reasons).toMatchObject([
    { path: '/visit/day', message: 'startedAt is required (hospital/visit.jsonata line 7 column 18)' },
  ]);
  expect((await dayOf('in March')).reasons).toMatchObject([{ message: /must be a day/ }]);
});

test('a kind that no pack takes is rejected', async () => {
  const { reasons } = await mapped(
    { kind: 'org.unknown', content: {} },
    { packs: [], organizations: { hospitals: [] } },
  );
  expect(reasons).toMatchObject([{ code: 'no-pack' }]);
});
