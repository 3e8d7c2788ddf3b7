import { afterEach, describe, expect, test } from '@jest/globals';
import nock from 'nock';
import { createReader, lookUp } from '../../src/write/fhir-reader.js';
import { FhirTarget } from '../../src/write/fhir-target.js';
import { NATIONAL_ID, NOW, patient, pending } from './rows.js';

const BASE = 'http://127.0.0.1:9/fhir';
const access = { baseUrl: () => BASE, token: 'secret', timeoutMs: 300, clock: { now: () => NOW } };
const server = () => nock('http://127.0.0.1:9').defaultReplyHeaders({ 'content-type': 'application/fhir+json' });
const reader = createReader(access);
const encounter = (id: string) => ({ resourceType: 'Encounter', id });
const found = (ids: readonly string[], next?: string) => ({
  resourceType: 'Bundle',
  type: 'searchset',
  ...(next === undefined ? {} : { link: [{ relation: 'next', url: next }] }),
  entry: ids.map((id) => ({ resource: encounter(id) })),
});
const outcome = { resourceType: 'OperationOutcome', issue: [{ severity: 'error', code: 'not-supported' }] };

async function changes(since?: string): Promise<string[]> {
  const told: string[] = [];
  for await (const page of reader.changedSince('Encounter', since)) {
    if ('failure' in page) {
      const { expired, unsupported, failure } = page;
      told.push(`${failure.code}${expired ? ' expired' : ''}${unsupported ? ' unsupported' : ''}`);
    } else told.push(...page.resources.map(({ id = '' }) => id));
  }
  return told;
}

afterEach(() => {
  const left = nock.pendingMocks();
  nock.cleanAll();
  expect(left).toEqual([]);
});

describe('what changed on a server', () => {
  test('is asked for from an instant on, the oldest first, past every cache, and read page by page', async () => {
    server()
      .get('/fhir/Encounter')
      .query({ _count: '200', _sort: '_lastUpdated', _lastUpdated: `ge${NOW}` })
      .matchHeader('cache-control', 'no-cache')
      .matchHeader('authorization', 'Bearer secret')
      .reply(200, found(['a', 'b'], `${BASE}?_getpages=1`));
    server()
      .get('/fhir?_getpages=1')
      .matchHeader('authorization', 'Bearer secret')
      .reply(200, found(['c']));
    expect(await changes(NOW)).toEqual(['a', 'b', 'c']);
  });

  test.each([
    ['another host', 'http://elsewhere.example/fhir?page=2'],
    ['another port', 'http://127.0.0.1:10/fhir?page=2'],
    ['another scheme', 'https://127.0.0.1:9/fhir?page=2'],
  ])('a page on %s is never asked for, so that no token goes there', async (_what, url) => {
    server()
      .get(/^\/fhir\/Encounter/)
      .reply(200, found(['a'], url));
    expect(await changes()).toEqual(['a', 'foreign-link']);
  });

  test('pages that link in a circle are left at the first that was there before', async () => {
    server()
      .get(/^\/fhir\/Encounter/)
      .reply(200, found(['a'], `${BASE}?page=2`));
    server()
      .get('/fhir?page=2')
      .reply(200, found(['b'], `${BASE}?page=3`));
    server()
      .get('/fhir?page=3')
      .reply(200, found(['c'], `${BASE}?page=2`));
    expect(await changes()).toEqual(['a', 'b', 'c', 'endless']);
  });

  test.each([
    ['an entry that is null', { entry: [null, { resource: encounter('a') }] }, ['a']],
    ['entries that are no list', { entry: { resource: encounter('a') } }, []],
    ['a link that is null', { link: [null], entry: [{ resource: encounter('a') }] }, ['a']],
    ['links that are no list', { link: 'next', entry: [{ resource: encounter('a') }] }, ['a']],
  ])('a page with %s gives what else is in it', async (_what, more, ids) => {
    server()
      .get(/^\/fhir\/Encounter/)
      .reply(200, { resourceType: 'Bundle', type: 'searchset', ...more });
    expect(await changes()).toEqual(ids);
  });

  test.each([404, 410])('a page that expired (%i) says so', async (status) => {
    server()
      .get(/^\/fhir\/Encounter/)
      .reply(200, found(['a'], `${BASE}?page=2`));
    server().get('/fhir?page=2').reply(status, outcome);
    expect((await changes()).at(-1)).toMatch(/ expired$/);
  });

  test('a server that cannot search like that says so', async () => {
    server()
      .get(/^\/fhir\/Encounter/)
      .reply(400, outcome);
    expect(await changes()).toEqual(['not-supported unsupported']);
  });

  test.each([
    ['a page of HTML', 200, '<html>Sign in</html>', 'not-fhir'],
    ['a wrong token', 401, outcome, 'unauthorized'],
    ['a server that fails', 503, outcome, 'http-503'],
    ['something else than a Bundle', 200, encounter('a'), 'not-fhir'],
  ])('%s is a failure, and no sign that the server could not do it', async (_what, status, body, code) => {
    server()
      .get(/^\/fhir\/Encounter/)
      .reply(status, body);
    expect(await changes()).toEqual([code]);
  });
});

test.each([
  ['too many questions', 429, {}],
  ['a pause', 503, { 'retry-after': '60' }],
])('a server that answers with %s is asked for no other type', async (_what, status, headers) => {
  server()
    .get(/^\/fhir\/Encounter/)
    .reply(status, outcome, headers);
  for await (const page of reader.changedSince('Encounter')) expect(page).toMatchObject({ unreachable: true });
});

describe('a resource that is read', () => {
  test('is there, or is not, or cannot be read now', async () => {
    server().get('/fhir/Organization/o').reply(200, { resourceType: 'Organization', id: 'o' });
    expect(await reader.read({ type: 'Organization', id: 'o' })).toMatchObject({ resource: { id: 'o' } });
    server().get('/fhir/Organization/o').reply(410, outcome);
    expect(await reader.read({ type: 'Organization', id: 'o' })).toEqual({ resource: undefined });
    server().get('/fhir/Organization/o').reply(503, outcome);
    expect(await reader.read({ type: 'Organization', id: 'o' })).toMatchObject({ failure: { sort: 'transient' } });
  });

  test('by an id that is none is not asked for', async () => {
    expect(await reader.read({ type: 'Patient', id: '../metadata' })).toEqual({ resource: undefined });
  });
});

describe('whoever stands on the server already', () => {
  const target = new FhirTarget(access);
  const look = (more: object = {}) =>
    lookUp(target, [pending(patient(), more)], { now: NOW, attempts: 0, random: () => 0.5 });
  const patients = (...ids: string[]) => ({
    resourceType: 'Bundle',
    type: 'searchset',
    entry: ids.map((id) => ({ resource: { resourceType: 'Patient', id } })),
  });
  const search = () => server().post('/fhir/Patient/_search', { identifier: `urn:test|${NATIONAL_ID}` });

  test('is found by number, which never stands in an address', async () => {
    search().reply(200, patients('theirs'));
    expect([...(await look()).found]).toEqual([['Patient|p1', { id: 'theirs' }]]);
  });

  test('is several, of whom nobody can say which it is', async () => {
    search().reply(200, patients('one', 'two'));
    expect([...(await look()).found]).toEqual([['Patient|p1', 'several']]);
  });

  test('is nobody, or ours, whose answer was lost', async () => {
    search().reply(200, patients());
    expect((await look()).found.size).toBe(0);
    search().reply(200, patients('p1', 'other'));
    expect((await look()).found.size).toBe(0);
  });

  test('is theirs also while another delivery sends it: ours could only have our id, unless the server gives ids', async () => {
    search().reply(200, patients('theirs'));
    expect([...(await look({ sent: [patient()] })).found]).toEqual([['Patient|p1', { id: 'theirs' }]]);
    search().reply(200, patients('given'));
    const row = pending(patient(), { sent: [patient()] });
    const again = { now: NOW, attempts: 0, random: () => 0.5, givesIds: true };
    expect((await lookUp(target, [row], again)).found.size).toBe(0);
  });

  test('is not asked for again once ours was written', async () => {
    expect((await look({ serverVersion: '1' })).found.size).toBe(0);
  });

  test('cannot be told while the server is down: it is asked later', async () => {
    search().reply(503, outcome);
    expect(await look()).toMatchObject({ retryAt: '2026-03-20T12:00:00.500Z', trouble: { code: 'http-503' } });
  });

  test('is nobody to a server that cannot search by number', async () => {
    search().reply(400, outcome);
    expect(await look()).toEqual({ found: new Map() });
  });
});
