import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { readDefinitions } from '../../src/fhir-server/definitions.js';
import { renewIndex } from '../../src/fhir-server/index-tables.js';
import { openDatabase } from '../../src/fhir-server/open-database.js';
import { openSqlite } from '../../src/support/sqlite.js';
import { idsIn } from '../servers/client.js';
import { identified, patient, startFhirServer, task, type RunningServer } from './running-server.js';

const R4_ALONE = {};
let fhir: RunningServer;
beforeAll(async () => {
  fhir = await startFhirServer();
});
afterAll(() => fhir.stop());

const code = (system: string, value: string) => ({ coding: [{ system, code: value }] });
const dueOn = (end: string) => ({ restriction: { period: { end } } });
const TASKS = [
  task('warned', { reasonCode: code('urn:kinds', 'first-attendance'), ...dueOn('2026-03-09') }),
  task('asked', { reasonCode: code('urn:reasons', 'unknown-mark'), ...dueOn('2026-03-20') }),
  task('ended', { status: 'cancelled', statusReason: code('urn:ends', 'superseded') }),
];
const find = async (query: string) => idsIn(await fhir.call('GET', `/${query}`)).sort();
const write = async () => {
  for (const each of [...TASKS, patient('kari', identified('1'))]) {
    const { status, text } = await fhir.call('PUT', `/${each.resourceType}/${each.id ?? ''}`, each);
    if (status >= 300) throw new Error(text);
  }
};

describe('a Task is found', () => {
  beforeAll(write);

  test.each<[string, string[]]>([
    ['Task?reason=first-attendance', ['warned']],
    ['Task?reason=urn:reasons|', ['asked']],
    ['Task?reason:missing=true', ['ended']],
    ['Task?status-reason=urn:ends|superseded', ['ended']],
    ['Task?due=2026-03-09', ['warned']],
    ['Task?due=lt2026-03-20', ['warned']],
    ['Task?due=ge2026-03-10', ['asked']],
    ['Task?due=le2026-03-20&status=requested&_sort=-due', ['asked', 'warned']],
  ])('by %s', async (query, expected) => {
    expect(await find(query)).toEqual(expected);
  });

  test('by what the server says that it is found by', async () => {
    const { body } = await fhir.call('GET', '/metadata');
    const resources = body['rest']![0]!['resource'] as unknown as { type: string; searchParam: object[] }[];
    const of = (name: string) => `https://fhir.pakkeforlop.example/SearchParameter/task-${name}`;
    expect(resources.find(({ type }) => type === 'Task')?.searchParam).toEqual(
      expect.arrayContaining([
        { name: 'reason', definition: of('reason'), type: 'token' },
        { name: 'status-reason', definition: of('status-reason'), type: 'token' },
        { name: 'due', definition: of('due'), type: 'date' },
      ]),
    );
  });
});

describe('a file that was made', () => {
  beforeEach(async () => {
    await fhir.reopen(R4_ALONE);
    await fhir.call('DELETE', '/Task/warned');
    await write();
  });

  test('with other search parameters is indexed anew: by those of today all is found, by those of then nothing is asked', async () => {
    expect((await fhir.call('GET', '/Task?reason=first-attendance')).status).toBe(400);
    await fhir.call('DELETE', '/Task/asked');
    await fhir.reopen();
    expect(await find('Task?reason:missing=false')).toEqual(['warned']);
    expect(await find('Task?status=requested')).toEqual(['warned']);
    expect(await find('Patient?identifier=urn:test:id|1')).toEqual(['kari']);
  });

  test('before files said what they were indexed by is indexed anew', async () => {
    await fhir.reopen();
    await fhir.call('GET', '/metadata');
    const file = openSqlite(fhir.file, { busyTimeoutMs: 1_000 });
    file.exec('DELETE FROM ix_token; DROP TABLE indexed_by');
    file.close();
    await fhir.reopen();
    expect(await find('Task?reason=first-attendance')).toEqual(['warned']);
  });

  test('with the same ones is left as it is', async () => {
    await fhir.reopen();
    expect(await find('Task?reason=first-attendance')).toEqual(['warned']);
    const file = openSqlite(fhir.file, { busyTimeoutMs: 1_000 });
    file.exec('DELETE FROM ix_token');
    file.close();
    await fhir.reopen();
    expect(await find('Task?reason=first-attendance')).toEqual([]);
    await fhir.reopen(R4_ALONE);
    expect(await find('Patient?identifier=urn:test:id|1')).toEqual(['kari']);
  });

  test('and cannot be indexed to the end stays as it was', () => {
    const database = openDatabase(`${fhir.file}.half`);
    const definitions = readDefinitions('profiles/r4');
    renewIndex(database, definitions, '');
    database.run(`INSERT INTO resource (type, id, vid, updated, deleted) VALUES ('Patient', 'a', 1, 0, 0)`);
    database.run(
      `INSERT INTO version (rid, type, vid, method, updated, body) VALUES (1, 'Patient', 1, 'PUT', 0, 'half')`,
    );
    database.run(`INSERT INTO ix_token (rid, param, code, system) VALUES (1, 'Patient.gender', 'male', '*')`);
    const others = readDefinitions('profiles/r4', 'profiles/built');
    expect(() => renewIndex(database, others, '')).toThrow(SyntaxError);
    expect(database.all('SELECT code FROM ix_token')).toEqual([{ code: 'male' }]);
    expect(() => renewIndex(database, definitions, '')).not.toThrow();
    database.close();
  });
});

test('a search parameter of a kind that is not kept is refused, and not left out', () => {
  const dir = mkdtempSync(join(tmpdir(), 'searches-'));
  const of = (more: object) => {
    const resource = { url: 'urn:x', code: 'x', base: ['Task'], type: 'quantity', expression: 'Task.x', ...more };
    writeFileSync(join(dir, 'SearchParameter-x.json'), JSON.stringify(resource));
    return () => readDefinitions('profiles/r4', dir).parametersOf('Task');
  };
  expect(of({})).toThrow('search parameter not kept: urn:x');
  expect(of({ type: 'token', expression: undefined })).toThrow('search parameter not kept: urn:x');
  expect(of({ type: 'token', expression: 'Task.input.count()' })).toThrow('not understood');
  expect(of({ base: ['Media'] })).not.toThrow();
  rmSync(dir, { recursive: true });
});
