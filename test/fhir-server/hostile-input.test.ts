import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { request } from 'node:http';
import { gzipSync } from 'node:zlib';
import { idsIn, type Answer } from '../servers/client.js';
import { patient, startFhirServer, task, type RunningServer } from './running-server.js';

let fhir: RunningServer;
const failures: unknown[] = [];
beforeAll(async () => {
  const nothing = () => undefined;
  fhir = await startFhirServer({
    info: nothing,
    warn: nothing,
    error: (event, fields) => failures.push({ event, ...fields }),
  });
});
afterAll(async () => {
  await fhir.stop();
  expect(failures).toEqual([]);
});

const issuesOf = ({ body }: Answer) =>
  body['issue'] as unknown as { code: string; diagnostics: string; expression?: string[] }[];

describe('a body that is meant to hurt', () => {
  const MOST_MS = 5_000;
  const list = (length: number, item: string) => `[${`${item},`.repeat(length - 1)}${item}]`;

  test.each<[string, string, number]>([
    ['a million faults', `{"resourceType":"Patient","name":${list(1_000_000, '7')}}`, 422],
    ['a million faults, each with its own check', `{"resourceType":"Patient","name":${list(1_000_000, '{}')}}`, 422],
    ['a hundred thousand levels', `{"resourceType":"Patient","extension":${'['.repeat(100_000)}`, 400],
    [
      'a code of nine million words',
      `{"resourceType":"Patient","communication":[{"language":{"coding":[{"code":"${'a '.repeat(9_000_000)}"}]}}]}`,
      422,
    ],
    ['a date of many digits', `{"resourceType":"Patient","birthDate":"${'2'.repeat(10_000_000)}"}`, 422],
    [
      'base64 with a fault at its end',
      `{"resourceType":"Patient","photo":[{"data":"${'A'.repeat(15_000_000)}中"}]}`,
      422,
    ],
    [
      'an address with a space at its end',
      `{"resourceType":"Patient","implicitRules":"${'a'.repeat(15_000_000)}中 "}`,
      422,
    ],
  ])('%s is refused at once', async (_what, body, status) => {
    const before = performance.now();
    const answer = await fhir.call('POST', '/Patient', body);
    expect([answer.status, answer.body['resourceType']]).toEqual([status, 'OperationOutcome']);
    expect(issuesOf(answer).length).toBeLessThanOrEqual(50);
    expect(performance.now() - before).toBeLessThan(MOST_MS);
  });

  test('one that unpacks to more than 20 MB is refused', async () => {
    const status = await new Promise<number | undefined>((resolve, reject) => {
      const headers = { 'content-type': 'application/fhir+json', 'content-encoding': 'gzip' };
      const sent = request(`${fhir.base}/Patient`, { method: 'POST', headers }, (response) => {
        response.resume();
        resolve(response.statusCode);
      });
      sent.on('error', reject).end(gzipSync(Buffer.alloc(50_000_000, ' ')));
    });
    expect(status).toBe(413);
  });

  test('a client that hangs up in the middle disturbs nobody', async () => {
    await new Promise<void>((resolve) => {
      const headers = { 'content-type': 'application/fhir+json', 'content-length': '1000' };
      const half = request(`${fhir.base}/Patient`, { method: 'POST', headers });
      half.on('error', () => resolve()).write('{"resourceType":');
      setTimeout(() => half.destroy(), 50);
    });
    expect((await fhir.call('GET', '/metadata')).status).toBe(200);
  });

  test('faults of a value are told once, though two checks find them', async () => {
    const answer = await fhir.call(
      'POST',
      '/Patient',
      patient(undefined, { gender: 'M', active: 'x', birthDate: 'y' }),
    );
    expect(issuesOf(answer).map(({ expression }) => expression)).toEqual(
      expect.arrayContaining([['Patient.gender'], ['Patient.active'], ['Patient.birthDate']]),
    );
    expect(issuesOf(answer)).toHaveLength(3);
  });

  test.each([' x', 'x ', 'a  b', 'a\tb', '\u00a0', ''])('«%s» is no code', async (status) => {
    expect((await fhir.call('PUT', '/Task/code', task('code', { status }))).status).toBe(422);
    const coding = { coding: [{ system: 'urn:x', code: status }] };
    expect((await fhir.call('PUT', '/Task/code', task('code', { code: coding }))).status).toBe(422);
  });

  test('words parted by single spaces are a code', async () => {
    const code = { coding: [{ system: 'urn:x', code: 'two words and æ' }] };
    expect((await fhir.call('PUT', '/Task/code', task('code', { code }))).status).toBe(201);
  });
});

describe('texts of any length', () => {
  test('are kept, found by how they begin, and do not slow down what is written after them', async () => {
    const long = `urn:x:${'a'.repeat(5_000_000)}`;
    const sent = patient('long', {
      identifier: [{ system: long, value: 'v' }],
      name: [{ text: `Å${'b'.repeat(1_000_000)}` }],
    });
    expect((await fhir.call('PUT', '/Patient/long', sent)).status).toBe(201);
    const read = await fhir.call('GET', '/Patient/long');
    expect(read.text).toContain(long);
    const form = { 'content-type': 'application/x-www-form-urlencoded' };
    const search = `identifier=${encodeURIComponent(`${long}|v`)}&name=Åb`;
    expect(idsIn(await fhir.call('POST', '/Patient/_search', search, form))).toEqual(['long']);
    expect(idsIn(await fhir.call('POST', '/Patient/_search', `identifier=${long.slice(0, 600)}b|v`, form))).toEqual([
      'long',
    ]);
    expect(idsIn(await fhir.call('GET', '/Patient?identifier=urn:x:a|v'))).toEqual([]);
    const before = performance.now();
    for (let n = 0; n < 200; n++)
      await fhir.call(
        'PUT',
        `/Patient/after-${n}`,
        patient(`after-${n}`, { identifier: [{ system: 'urn:x:b', value: `${n}` }] }),
      );
    expect(performance.now() - before).toBeLessThan(5_000);
  });
});

describe('what a refusal never says', () => {
  const SECRET = '13116900216';

  test.each<[string, string, string, unknown]>([
    ['a wrong code', 'POST', '/Patient', { resourceType: 'Patient', gender: SECRET }],
    ['an element that does not exist', 'POST', '/Patient', { resourceType: 'Patient', [`x${SECRET}`]: 1 }],
    ['another type', 'POST', '/Patient', { resourceType: SECRET }],
    ['a body that is no JSON', 'POST', '/Patient', `{"resourceType":"Patient","x":${SECRET}oops}`],
    ['a reference that leads nowhere', 'PUT', '/Task/t', task('t', { for: { reference: `Patient/${SECRET}` } })],
    ['another id', 'PUT', '/Patient/a', patient(SECRET)],
    ['an id', 'GET', `/Patient/${SECRET}`, undefined],
    ['a type', 'GET', `/x${SECRET}`, undefined],
    ['a date', 'GET', `/Patient?birthdate=${SECRET}`, undefined],
    ['a modifier', 'GET', `/Patient?name:${SECRET}=1`, undefined],
    ['a chain', 'GET', `/Task?patient.identifier=${SECRET}&patient.${SECRET}=1`, undefined],
    ['a sort', 'GET', `/Patient?_sort=${SECRET}`, undefined],
    ['a count', 'GET', `/Patient?_count=${SECRET}x`, undefined],
    ['a place in the pages', 'GET', `/Patient?_cursor=${SECRET}`, undefined],
    ['an include', 'GET', `/Patient?_include=Patient:${SECRET}`, undefined],
    ['a time', 'GET', `/_history?_since=${SECRET}`, undefined],
    ['a form', 'POST', `/$${SECRET}`, patient()],
  ])('is %s', async (_what, method, path, body) => {
    const answer = await fhir.call(method, path, body);
    expect([answer.status >= 400 && answer.status < 500, answer.body['resourceType']]).toEqual([
      true,
      'OperationOutcome',
    ]);
    expect(answer.text).not.toContain(SECRET);
  });
});

describe('what is easily overlooked', () => {
  test('two entries of a transaction with one fullUrl are refused: a reference to it would be to either', async () => {
    const entry = [1, 2].map(() => ({
      fullUrl: 'urn:uuid:00000000-0000-4000-8000-000000000001',
      resource: patient(),
      request: { method: 'POST', url: 'Patient' },
    }));
    const answer = await fhir.call('POST', '/', { resourceType: 'Bundle', type: 'transaction', entry });
    expect(answer.status).toBe(400);
    expect(issuesOf(answer)[0]?.expression?.join()).toContain('Bundle.entry[1]');
  });

  test('a logical reference that does not say its type is found by the parameter of one type too', async () => {
    const identifier = { system: 'urn:x', value: 'logical' };
    await fhir.call('PUT', '/Task/untyped', task('untyped', { for: { identifier } }));
    await fhir.call('PUT', '/Task/typed', task('typed', { for: { identifier, type: 'Patient' } }));
    await fhir.call('PUT', '/Task/other', task('other', { for: { identifier, type: 'Group' } }));
    expect(idsIn(await fhir.call('GET', '/Task?patient:identifier=urn:x|logical'))).toEqual(['untyped', 'typed']);
  });

  test('a profile is found with and without its version', async () => {
    await fhir.call('PUT', '/Patient/profiled', patient('profiled', { meta: { profile: ['https://x.example/p|2'] } }));
    for (const profile of ['https://x.example/p', 'https://x.example/p|2'])
      expect(idsIn(await fhir.call('GET', `/Patient?_profile=${profile}`))).toEqual(['profiled']);
    expect(idsIn(await fhir.call('GET', '/Patient?_profile=https://x.example/p|1'))).toEqual([]);
  });
});
