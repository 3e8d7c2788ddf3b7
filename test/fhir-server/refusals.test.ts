import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { openFhirServer } from '../../src/fhir-server/fhir-server.js';
import { readDefinitions } from '../../src/fhir-server/definitions.js';
import { asRefusal } from '../../src/fhir-server/fhir-error.js';
import { createGroupCommit } from '../../src/fhir-server/group-commit.js';
import { FhirFileInUse, openDatabase } from '../../src/fhir-server/open-database.js';
import { createResourceStore } from '../../src/fhir-server/resource-store.js';
import { silentLog } from '../../src/support/log.js';
import { openSqlite } from '../../src/support/sqlite.js';
import { type Answer } from '../servers/client.js';
import { patient, startFhirServer, task, tickingClock, type RunningServer } from './running-server.js';

let fhir: RunningServer;
beforeAll(async () => {
  fhir = await startFhirServer();
});
afterAll(() => fhir.stop());

const JSON_TYPE = { 'content-type': 'application/fhir+json' };
const faults = ({ status, body }: Answer) => [
  status,
  ...(body['issue'] as unknown as { expression?: string[] }[]).map(({ expression }) => expression?.[0]),
];

describe('a resource that is not as R4 says', () => {
  test.each<[string, object, string]>([
    ['an element that does not exist', { nonsense: 1 }, 'Patient.nonsense'],
    ['a code that is not one of the binding', { gender: 'f' }, 'Patient.gender'],
    ['a single where there is a list', { name: { family: 'x' } }, 'Patient.name'],
    ['a list where there is a single', { birthDate: ['1970'] }, 'Patient.birthDate'],
    ['an empty list', { name: [] }, 'Patient.name'],
    ['an empty object', { maritalStatus: {} }, 'Patient.maritalStatus'],
    ['a day that does not exist', { birthDate: '2026-02-30' }, 'Patient.birthDate'],
    ['an instant without an offset', { deceasedDateTime: '2026-02-03T10:00:00' }, 'Patient.deceasedDateTime'],
    ['two forms of a choice', { deceasedBoolean: true, deceasedDateTime: '2026' }, 'Patient.deceased[x]'],
    ['a number for a text', { name: [{ family: 7 }] }, 'Patient.name[0].family'],
    ['a required element that is missing', { link: [{ type: 'refer' }] }, 'Patient.link[0].other'],
    ['a required code that is missing', { link: [{ other: { display: 'x' } }] }, 'Patient.link[0].type'],
    ['a fault in an extension', { extension: [{ url: 'u', valueCode: 1 }] }, 'Patient.extension[0].valueCode'],
    ['a fault in a contained resource', { contained: [patient('c', { gender: 'x' })] }, 'Patient.contained[0].gender'],
    ['an extension of a primitive that is none', { _birthDate: 'x' }, 'Patient._birthDate'],
  ])('%s: one fault, at its place', async (_what, more, place) => {
    expect(faults(await fhir.call('POST', '/Patient', patient(undefined, more)))).toEqual([422, place]);
  });

  test('each fault is an issue, up to fifty', async () => {
    const answer = await fhir.call('PUT', '/Task/x', { resourceType: 'Task', id: 'x' });
    expect(faults(answer)).toEqual([422, 'Task.status', 'Task.intent']);
    const many = patient(undefined, { name: Array.from({ length: 80 }, () => ({ family: 1 })) });
    expect(faults(await fhir.call('POST', '/Patient', many))).toHaveLength(51);
  });

  test('what R4 allows is taken: an extension instead of a required value, null beside its reason, NBSP', async () => {
    const extension = [{ url: 'http://hl7.org/fhir/StructureDefinition/data-absent-reason', valueCode: 'unknown' }];
    const { status: _status, ...without } = task('absent');
    expect((await fhir.call('PUT', '/Task/absent', { ...without, _status: { extension } })).status).toBe(201);
    const named = { name: [{ family: 'A\u00a0B', given: ['C', null], _given: [null, { extension }] }] };
    expect((await fhir.call('POST', '/Patient', patient(undefined, named))).status).toBe(201);
  });

  test('its values are never told', async () => {
    const secret = '17057012345';
    const answer = await fhir.call('POST', '/Patient', patient(undefined, { birthDate: secret, gender: secret }));
    expect(answer.status).toBe(422);
    expect(answer.text).not.toContain(secret);
  });
});

describe('a request that is not one', () => {
  const post = (body: string, headers: Record<string, string> = JSON_TYPE) =>
    fhir.call('POST', '/Patient', body, headers);
  const deep = (levels: number) => `${'{"extension":['.repeat(levels)}${']}'.repeat(levels)}`;

  test.each<[string, number, () => Promise<Answer>]>([
    ['text that is no JSON', 400, () => post('{"resourceType":')],
    ['no body', 400, () => post('', JSON_TYPE)],
    ['null', 400, () => post('null')],
    ['a list', 400, () => post('[]')],
    ['another type than that of the URL', 400, () => post('{"resourceType":"Task"}')],
    ['another id than that of the URL', 400, () => fhir.call('PUT', '/Patient/a', patient('b'))],
    ['an id that FHIR does not allow', 400, () => fhir.call('PUT', '/Patient/a_b', patient('a_b'))],
    ['U+0000', 400, () => post('{"resourceType":"Patient","language":"a\\u0000"}')],
    ['a lone surrogate', 400, () => post('{"resourceType":"Patient","language":"\\ud800"}')],
    ['U+0000 in the name of an element', 400, () => post('{"resourceType":"Patient","a\\u0000":1}')],
    ['a number beyond a double', 400, () => post('{"resourceType":"Patient","multipleBirthInteger":1e999}')],
    ['more than a hundred levels', 400, () => post(deep(60))],
    ['a URL that is none', 400, () => fhir.call('GET', '/Patient/%E0%A4%A')],
    ['a type that is not served', 404, () => fhir.call('GET', '/Observation/1')],
    ['a type that is none', 404, () => fhir.call('GET', '/constructor')],
    ['an operation', 404, () => fhir.call('POST', '/Patient/$validate', patient())],
    [
      'If-None-Match with a version on a write',
      400,
      () => fhir.call('PUT', '/Patient/a', patient('a'), { 'if-none-match': 'W/"1"' }),
    ],
    ['If-None-Match on a create', 400, () => fhir.call('POST', '/Patient', patient('a'), { 'if-none-match': '*' })],
    ['PATCH', 405, () => fhir.call('PATCH', '/Patient/a', [], { 'content-type': 'application/json-patch+json' })],
    ['POST to a resource', 405, () => fhir.call('POST', '/Patient/a', patient('a'))],
    ['DELETE of everything', 405, () => fhir.call('DELETE', '/')],
    ['XML wanted', 406, () => fhir.call('GET', '/Patient', undefined, { accept: 'application/fhir+xml' })],
    ['XML wanted by the URL', 406, () => fhir.call('GET', '/Patient?_format=xml')],
    ['XML sent', 415, () => post('<Patient/>', { 'content-type': 'application/fhir+xml' })],
    ['another charset', 415, () => post('{}', { 'content-type': 'application/json; charset=latin1' })],
    ['a body of more than 20 MB', 413, () => post(`{"a":"${'x'.repeat(21 * 1024 * 1024)}"}`)],
  ])('%s: %i with an OperationOutcome', async (_what, status, send) => {
    const answer = await send();
    expect([answer.status, answer.body['resourceType']]).toEqual([status, 'OperationOutcome']);
    expect(answer.headers.get('content-type')).toBe('application/fhir+json; charset=utf-8');
  });

  test('nothing of all that was kept', async () => {
    expect((await fhir.call('GET', '/Patient?language:missing=false')).body['total']).toBe(0);
  });

  test('a name like that of a prototype is an element that does not exist', async () => {
    expect((await post('{"resourceType":"Patient","__proto__":{"gender":"male"}}')).status).toBe(422);
  });
});

describe('the file', () => {
  const open = () =>
    openFhirServer({
      ...{ file: fhir.file, definitionsDir: 'profiles/r4', clock: tickingClock(), log: silentLog },
      baseUrl: () => 'http://127.0.0.1/fhir',
    });

  test('is opened by one at a time', () => {
    expect(open).toThrow(FhirFileInUse);
    expect(open).toThrow('in use by another process');
  });

  test('that somebody else writes to is 503 for a while, and nothing of the write stands', async () => {
    const other = openSqlite(fhir.file, { busyTimeoutMs: 0 });
    other.exec('BEGIN IMMEDIATE');
    const refused = await fhir.call('PUT', '/Patient/busy', patient('busy'));
    other.exec('ROLLBACK');
    other.close();
    expect([refused.status, refused.headers.get('retry-after')]).toEqual([503, '2']);
    expect((await fhir.call('GET', '/Patient/busy')).status).toBe(404);
    expect((await fhir.call('PUT', '/Patient/busy', patient('busy'))).status).toBe(201);
  });

  test('is free again when the process that had it is killed', async () => {
    const file = `${fhir.file}.killed`;
    const script = `import Libsql from 'libsql'; const d = new Libsql(process.argv[1]); d.pragma('journal_mode = delete');
      d.pragma('locking_mode = EXCLUSIVE'); d.exec('BEGIN EXCLUSIVE'); console.log('held'); setInterval(() => 0, 1000);`;
    const child = spawn(process.execPath, ['--input-type=module', '-e', script, `${file}.lock`]);
    await once(child.stdout, 'data');
    const options = { file, definitionsDir: 'profiles/r4', clock: tickingClock(), log: silentLog, baseUrl: () => '' };
    expect(() => openFhirServer(options)).toThrow(FhirFileInUse);
    child.kill('SIGKILL');
    await once(child, 'exit');
    await openFhirServer(options).close();
  });

  test('the definitions are what the generator makes of the package', () => {
    const made = mkdtempSync(join(tmpdir(), 'definitions-'));
    execFileSync(process.execPath, ['profiles/generate-definitions.js', made]);
    for (const name of ['schemas.json', 'search.json', 'targets.json'])
      expect(readFileSync(join('profiles/r4', name)).equals(readFileSync(join(made, name)))).toBe(true);
    rmSync(made, { recursive: true });
  });

  test('that is full refuses all of a group that did not get through, and goes on when there is room', async () => {
    const database = openDatabase(`${fhir.file}.full`);
    const commit = createGroupCommit(database);
    const add = (size: number) => () =>
      database.run(
        `INSERT INTO version (rid, type, vid, method, updated, body) VALUES (1, 'a', ?, '', 0, ?)`,
        size,
        'x'.repeat(size),
      );
    const pages = Number(database.get('PRAGMA page_count')?.['page_count']);
    database.exec(`PRAGMA max_page_count = ${pages + 2}`);
    const refused = await commit.write(add(1_000_000)).catch((error: unknown) => asRefusal(error).status);
    expect(refused).toBe(503);
    expect(database.get('SELECT COUNT(*) AS count FROM version')).toMatchObject({ count: 0 });
    database.exec('PRAGMA max_page_count = 100000');
    await commit.write(add(1_000_001));
    expect(database.get('SELECT COUNT(*) AS count FROM version')).toMatchObject({ count: 1 });
    await commit.close();
    database.close();
  });

  test('of a server that is closing takes no more, and what was taken is done', async () => {
    const options = {
      file: `${fhir.file}.commit`,
      definitionsDir: 'profiles/r4',
      clock: tickingClock(),
      log: silentLog,
    };
    await openFhirServer({ ...options, baseUrl: () => '' }).close();
    const database = openDatabase(options.file);
    const commit = createGroupCommit(database);
    const taken = commit.write(() => 'done');
    const closing = commit.close();
    await expect(commit.write(() => 'late')).rejects.toMatchObject({ status: 503 });
    expect(await taken).toBe('done');
    await closing;
    database.close();
  });
});

test('time that goes back does not take lastUpdated with it', () => {
  const file = `${fhir.file}.clock`;
  const at = (now: string) =>
    createResourceStore({ database, definitions, validate: () => [], clock: { now: () => now }, baseUrl: () => '' });
  const database = openDatabase(file);
  const definitions = readDefinitions('profiles/r4');
  const put = (now: string, id: string) =>
    at(now).put({ links: [], deleted: [] }, { resourceType: 'Patient', id }, { id, method: 'PUT', at: '' }).stored
      .updated;
  const later = put('2026-03-01T10:00:00.000Z', 'a');
  expect(put('2026-03-01T09:00:00.000Z', 'b')).toBe(later);
  database.close();
});
