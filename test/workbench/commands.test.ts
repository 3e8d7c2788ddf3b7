import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { command } from '../cli/commands.js';

let dir: string;
beforeAll(() => {
  dir = mkdtempSync(join(tmpdir(), 'mappings-'));
  cpSync('mappings', dir, { recursive: true });
});
afterAll(() => rmSync(dir, { recursive: true, force: true }));

const run = (...args: string[]) => command(...args, '--mappings', dir);
const edit = (file: string, from: string, to: string) => {
  const text = readFileSync(join(dir, file), 'utf8');
  expect(text.split(from)).toHaveLength(2);
  writeFileSync(join(dir, file), text.replace(from, to));
};
const visit = (pack: string, end: string) => join(dir, pack, `examples/a-visit-that-was-held.input.${end}`);

describe.each([
  ['fhir', 'json'],
  ['csv', 'csv'],
  ['events', 'json'],
])('a new pack for the door %s', (door, end) => {
  const pack = `new-${door}`;

  test('maps its example, every line and row of it reached', async () => {
    expect(await run('new-mapping', pack, '--door', door)).toMatchObject({ exitCode: 0 });
    const tested = await run('test-mappings', '--pack', pack, '--coverage');
    expect(tested.out).toContain(`${pack}: 1 of 1 examples as expected`);
    expect(tested.out).toContain('100 % of lines');
    expect(tested).toMatchObject({ exitCode: 0, error: '' });
  });

  test('says of each field which part of which file made it, and from what', async () => {
    const { out } = await run('trace', visit(pack, end), '--pack', pack);
    const place = { fhir: 'Encounter.status', csv: '/line/2/row/Status', events: '/status' }[door];
    expect(out).toMatch(
      new RegExp(`state = "finished"\n +${pack}/\\S+ line \\d+ column \\d+: \\$translate.*\n +from ${place}`),
    );
    expect(out).toContain('form = "outpatient"');
    expect(out).toContain('from nothing in the message');
  });
});

test('a name that is taken, or cannot be one, makes no pack', async () => {
  await run('new-mapping', 'taken');
  expect(await run('new-mapping', 'taken')).toMatchObject({
    exitCode: 1,
    error: expect.stringContaining('is there already'),
  });
  expect(await run('new-mapping', 'No Name')).toMatchObject({
    exitCode: 1,
    error: expect.stringContaining('expected a name'),
  });
});

test('what nothing reads of a message is listed', async () => {
  await run('new-mapping', 'unread', '--door', 'csv');
  expect(await run('unused', visit('unread', 'csv'), '--pack', 'unread')).toMatchObject({
    out: '/line/2/row/Rom',
    exitCode: 1,
  });
});

test('what differs is shown with the part of the expression that makes it; with --update it is expected from then on', async () => {
  await run('new-mapping', 'changed', '--door', 'csv');
  edit('changed/visits.jsonata', 'row.Sykehus }', 'row.Hospital }');
  const misspelt = await run('test-mappings', '--pack', 'changed');
  expect(misspelt).toMatchObject({ exitCode: 1, error: expect.stringContaining('Hospital is no column of the table') });
  edit('changed/visits.jsonata', 'row.Hospital }', 'row.Sykehus }');
  edit('changed/visits.jsonata', '"form": "outpatient"', '"form": "video"');
  const other = await run('test-mappings', '--pack', 'changed');
  expect(other.out).toContain('-      "form": "outpatient"');
  expect(other.out).toContain('form: made by changed/visits.jsonata line 14 column 13: "video"');
  expect((await run('test-mappings', '--pack', 'changed', '--update')).exitCode).toBe(0);
  expect((await run('test-mappings', '--pack', 'changed')).exitCode).toBe(0);
});

test('the results are JUnit too', async () => {
  await run('new-mapping', 'junit', '--door', 'fhir');
  const file = join(dir, 'junit.xml');
  edit('junit/encounter.jsonata', '"workup"', '"other"');
  await run('test-mappings', '--pack', 'junit', '--junit', file);
  const xml = readFileSync(file, 'utf8');
  expect(xml).toContain('<testsuite name="junit" tests="1" failures="1"');
  expect(xml).toContain('<failure message="not as expected">');
  expect(xml).toContain('&quot;purpose&quot;: &quot;other&quot;');
});

test('what no example reaches is told by line and by row, and is too little', async () => {
  await run('new-mapping', 'partly', '--door', 'fhir');
  edit('partly/encounter.jsonata', '"purpose": "workup"', '"purpose": resource.priority ? "other" : "workup"');
  const covered = await run('coverage', '--pack', 'partly');
  expect(covered.out).toContain('partly/encounter.jsonata line 15 column 36: "other"');
  expect(covered.exitCode).toBe(1);
  expect((await run('coverage', '--pack', 'partly', '--threshold', '80')).exitCode).toBe(0);
});

test('codes of a list come into a ConceptMap; wrong ones are refused by line, and nothing is written', async () => {
  await run('new-mapping', 'codes', '--door', 'csv');
  const list = join(dir, 'codes.csv');
  const into = ['--pack', 'codes', '--id', 'status', '--source', 'urn:example:status'];
  const target = ['--target', 'https://fhir.pakkeforlop.example/CodeSystem/attendance-state'];
  writeFileSync(
    list,
    '\uFEFFcode;target;display\r\nAvlyst;cancelled;Avlyst av pasienten\r\nUtført;finished;\r\nFlyttet;;\r\n',
  );
  const imported = await run('conceptmap', 'import', list, ...into, ...target);
  expect(imported.out).toContain('1 codes added, 0 changed');
  expect(imported.out).toContain('without a target (messages with them wait): Flyttet');
  const file = join(dir, 'codes/concept-maps/status.json');
  const before = readFileSync(file, 'utf8');
  expect(before).toContain('Avlyst av pasienten');
  expect(before).not.toContain('Flyttet');
  expect((await run('map', visit('codes', 'csv'), '--pack', 'codes')).exitCode).toBe(0);
  writeFileSync(list, 'code,target\nX,finished\nX,planned\n,arrived\n');
  const refused = await run('conceptmap', 'import', list, ...into, ...target);
  expect(refused.error.split('\n')).toEqual(['codes.csv line 3: says X twice', 'codes.csv line 4: expected a code']);
  expect(refused.exitCode).toBe(1);
  expect(readFileSync(file, 'utf8')).toBe(before);
});

test('a list saved by a spreadsheet on Windows keeps its letters; a target that the field cannot take is refused', async () => {
  await run('new-mapping', 'windows', '--door', 'csv');
  const list = join(dir, 'windows.csv');
  const target = 'https://fhir.pakkeforlop.example/CodeSystem/attendance-state';
  const into = (to: string) => [
    '--pack',
    'windows',
    '--id',
    'status',
    '--source',
    'urn:example:status',
    '--target',
    to,
  ];
  writeFileSync(list, Buffer.from('code;target\r\nÅpen;planned\r\n', 'latin1'));
  expect(await run('conceptmap', 'import', list, ...into(target))).toMatchObject({ exitCode: 0, error: '' });
  expect(readFileSync(join(dir, 'windows/concept-maps/status.json'), 'utf8')).toContain('"Åpen"');
  writeFileSync(list, 'code;target\nX;finnished\n');
  expect((await run('conceptmap', 'import', list, ...into(target))).error).toContain(
    'windows.csv line 2: expected a target of planned, ',
  );
  expect((await run('conceptmap', 'import', list, ...into('state'))).error).toBe(
    'state: expected the URI of a code system',
  );
  const other = await run('conceptmap', 'import', list, ...into('urn:other:states'));
  expect(other.out).toContain(`the same code system has another target there: ${target}`);
});

test('of several facts of one message each field is traced to its own part of the expression', async () => {
  await run('new-mapping', 'several', '--door', 'events');
  const facts = `(
  $object := { "version": changed, "patient": { "identifier": [{ "system": "urn:p", "value": patientNumber }] },
    "organization": { "identifier": { "system": "urn:oid:2.16.578.1.12.4.1.4.101", "value": hospital } } };
  [
    { "type": "no.pakkeforlop.referral.v1", "data": $merge([$object, {
      "id": visit & "-r",
      "receivedAt": $day(begins, "DD.MM.YYYY HH:mm"),
      "status": "active" }]) },
    { "type": "no.pakkeforlop.attendance.v1", "data": $merge([$object, {
      "id": visit,
      "status": "active",
      "startedAt": $instant(begins, "DD.MM.YYYY HH:mm"),
      "state": $translate("urn:example:status", status), "form": "outpatient", "purpose": $settings.purpose }]) }
  ]
)`;
  writeFileSync(join(dir, 'several/visit.jsonata'), facts);
  edit('several/manifest.json', '"facts"', '"settings": { "purpose": "workup" },\n  "facts"');
  const { out, error } = await run('trace', visit('several', 'json'), '--pack', 'several');
  expect(error).toBe('');
  const lines = [...out.matchAll(/^ {2}status = "active"\n +several\/visit\.jsonata line (\d+)/gm)].map(
    ([, line]) => line,
  );
  expect(lines).toEqual(['8', '11']);
  expect(out).toMatch(/purpose = "workup"\n +\S+ line 13 column \d+: \$settings\.purpose/);
});

test('another pack shows what it would change, down to the codes of patients', async () => {
  cpSync(join(dir, 'csv-export'), join(dir, 'next'), { recursive: true });
  edit('next/manifest.json', '"name": "csv-export"', '"name": "next"');
  edit('next/referrals.jsonata', 'row.Merket,', 'row.Merket[$ = "X"],');
  const files = ['referrals-marked-for-the-pathway', 'contacts-by-type'].map((name) =>
    join(dir, 'csv-export/examples', `${name}.input.csv`),
  );
  const { out, error, exitCode } = await run('diff-mappings', 'csv-export', 'next', '--messages', ...files);
  expect(error).toBe('');
  expect(exitCode).toBe(1);
  expect(out).toContain('-      "mark": "C01",');
  expect(out).toMatch(/codes of \S+\|17915710069:\n {2}- C01A on 2026-03-02 at 983975240/);
  expect(out).toContain('codes of 2 patients would change.');
  const same = await run('diff-mappings', 'csv-export', 'csv-export', '--messages', ...files);
  expect(same).toMatchObject({ exitCode: 0, out: expect.stringContaining('0 of 7 messages') });
});

test('a pack that is wrong, or not there, is told by file and place', async () => {
  await run('new-mapping', 'broken', '--door', 'fhir');
  edit('broken/encounter.jsonata', '"id": id,', '"id" id,');
  const wrong = await run('test-mappings', '--pack', 'broken');
  expect(wrong).toMatchObject({
    exitCode: 1,
    error: expect.stringMatching(/broken\/encounter\.jsonata line 8 column \d+: /),
  });
  rmSync(join(dir, 'broken'), { recursive: true });
  expect(await run('map', 'package.json', '--pack', 'nowhere')).toMatchObject({
    exitCode: 1,
    error: expect.stringContaining('there are canonical, '),
  });
  expect(await run('map', join(dir, 'no-such-file'), '--pack', 'dips')).toMatchObject({ exitCode: 2 });
});
