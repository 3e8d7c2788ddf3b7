import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { InboundResource } from '../../src/model/fhir-content.js';
import { messageOfDeletion, messageOfResource } from '../../src/receive/resource-message.js';
import { contentHash } from '../../src/support/ids.js';
import { NOW } from './canonical-events.js';
import { FHIR_JSON, openFhirDoor, type Body, type FhirDoorUnderTest } from './open-fhir-door.js';

let door: FhirDoorUnderTest;
let now = NOW;
beforeEach(async () => {
  now = NOW;
  door = await openFhirDoor(() => now);
});
afterEach(() => door.close());

const REFERRAL = {
  resourceType: 'ServiceRequest',
  id: 'r1',
  meta: { versionId: '3', lastUpdated: '2026-03-20T12:59:00.5+01:00' },
  status: 'active',
};
const bundle = (type: unknown, ...entry: unknown[]) => ({ resourceType: 'Bundle', type, entry });

describe('a resource', () => {
  test('is kept as it came, with its version as identity, and answered with the id of its message', async () => {
    const answer = await door.post(REFERRAL);
    expect([answer.status, answer.messageId]).toEqual([202, 'm0']);
    expect(answer.headers.get('content-type')).toBe('application/fhir+json; charset=utf-8');
    expect(answer.issues).toEqual([
      { severity: 'information', code: 'informational', diagnostics: expect.any(String) },
    ]);
    const content = { entries: [{ place: 'ServiceRequest', resource: REFERRAL }] };
    expect(door.kept).toEqual([
      {
        source: 'epr',
        messageKey: 'ServiceRequest/r1/_history/3',
        kind: 'fhir/ServiceRequest',
        receivedAt: NOW,
        statedAt: '2026-03-20T11:59:00.500Z',
        content,
        contentHash: contentHash(content),
      },
    ]);
    expect(door.wakeUps()).toBe(1);
    expect(door.polled).toEqual([]);
  });

  test('that comes again has the same message, and wakes nobody', async () => {
    await door.post(REFERRAL);
    const again = await door.post(REFERRAL);
    expect([again.status, again.messageId, door.kept.length, door.wakeUps()]).toEqual([202, 'm0', 1, 1]);
  });

  test('of the same version with other content (a restored server) is a message of its own', async () => {
    await door.post(REFERRAL);
    const other = { ...REFERRAL, status: 'revoked' };
    expect((await door.post(other)).messageId).toBe('m1');
    expect((await door.post(other)).messageId).toBe('m1');
    expect(door.kept[1]!.messageKey).toBe(`ServiceRequest/r1/_history/3#${door.kept[1]!.contentHash}`);
    expect(door.wakeUps()).toBe(2);
  });

  test('without a version has the hash of its content in its identity', async () => {
    const { meta: _meta, ...unversioned } = REFERRAL;
    await door.post(unversioned);
    await door.post({ resourceType: 'ServiceRequest', status: 'active' });
    await door.post({ ...REFERRAL, meta: { versionId: 'no id of FHIR' } });
    const hashes = door.kept.map((message) => message.contentHash);
    expect(door.kept.map(({ messageKey }) => messageKey)).toEqual([
      `ServiceRequest/r1#${hashes[0]!}`,
      `ServiceRequest#${hashes[1]!}`,
      `ServiceRequest/r1#${hashes[2]!}`,
    ]);
  });

  test.each([
    ['2026-03-20T12:05:00Z', '2026-03-20T12:05:00.000Z'],
    ['2026-03-20T12:05:00.001Z', undefined],
    ['2026-03-20T11:00:00', undefined],
    ['2026-03-20', undefined],
    ['2026-02-30T11:00:00Z', undefined],
    [undefined, undefined],
  ])('last updated %s is stated at %s', async (lastUpdated, statedAt) => {
    await door.post({ ...REFERRAL, meta: { lastUpdated } });
    expect(door.kept[0]!.statedAt).toBe(statedAt);
    expect('statedAt' in door.kept[0]!).toBe(statedAt !== undefined);
  });

  test('of a type that only looks like one of FHIR is kept: a pack may know it', async () => {
    expect((await door.post({ resourceType: 'SubscriptionTopic' })).status).toBe(202);
    expect(door.kept[0]!.kind).toBe('fhir/SubscriptionTopic');
  });

  test.each<[string, unknown, string | undefined]>([
    ['a list', [REFERRAL], undefined],
    ['null', null, undefined],
    ['a text', 'ServiceRequest', undefined],
    ['no type', {}, 'resourceType'],
    ['a type that is no text', { resourceType: 1 }, 'resourceType'],
    ['a type that is no name', { resourceType: 'Service Request' }, 'resourceType'],
    ['an id that is none', { resourceType: 'Patient', id: 'a/b' }, 'id'],
    ['an id that is no text', { resourceType: 'Patient', id: 7 }, 'id'],
    ['a meta that is none', { resourceType: 'Patient', meta: [] }, 'meta'],
    ['a version that is no text', { resourceType: 'Patient', meta: { versionId: 1 } }, 'meta.versionId'],
    ['a source that is no text', { resourceType: 'Patient', meta: { source: {} } }, 'meta.source'],
    ['a Bundle of no type', { resourceType: 'Bundle' }, 'Bundle.type'],
    ['a Bundle of an unknown type', bundle('constructor'), 'Bundle.type'],
  ])('that is %s is refused', async (_title, body, expression) => {
    const answer = await door.post(body);
    expect(answer.status).toBe(400);
    expect(answer.headers.get('content-type')).toBe('application/fhir+json; charset=utf-8');
    expect(answer.issues).toHaveLength(1);
    expect(answer.issues[0]!.severity).toBe('error');
    expect(answer.issues[0]!.expression).toEqual(expression === undefined ? undefined : [expression]);
    expect(answer.messageId).toBeNull();
    expect(door.kept).toEqual([]);
  });
});

describe('what a rest-hook sends', () => {
  test('a PUT to the address of the resource is like a POST of it', async () => {
    const answer = await door.send('PUT', 'epr/ServiceRequest/r1?_format=json', JSON.stringify(REFERRAL));
    expect([answer.status, answer.messageId]).toEqual([202, 'm0']);
    expect((await door.post(REFERRAL)).messageId).toBe('m0');
  });

  test.each([
    ['epr/ServiceRequest/r2', REFERRAL],
    ['epr/Patient/r1', REFERRAL],
    ['epr/ServiceRequest/r1', { resourceType: 'ServiceRequest' }],
    ['epr/ServiceRequest/r1', {}],
    ['epr/service/a_b', REFERRAL],
  ])('a PUT to %s of another resource is refused', async (path, body) => {
    expect((await door.send('PUT', path, JSON.stringify(body))).status).toBe(400);
    expect(door.kept).toEqual([]);
  });

  test('a PUT without a body is refused', async () => {
    expect((await door.send('PUT', 'epr/ServiceRequest/r1')).status).toBe(400);
  });

  test('a DELETE is a deletion, each a message of its own', async () => {
    const answer = await door.send('DELETE', 'epr/ServiceRequest/r1', undefined, {});
    expect([answer.status, answer.messageId]).toEqual([202, 'm0']);
    now = '2026-03-20T12:00:01.000Z';
    await door.send('DELETE', 'epr/ServiceRequest/r1', undefined, {});
    const content = { entries: [{ place: 'ServiceRequest', deleted: { type: 'ServiceRequest', id: 'r1' } }] };
    expect(door.kept[0]).toEqual({
      source: 'epr',
      messageKey: `ServiceRequest/r1#deleted@${NOW}`,
      kind: 'fhir/ServiceRequest',
      receivedAt: NOW,
      content,
      contentHash: contentHash(content),
    });
    expect(door.kept[1]!.messageKey).toBe(`ServiceRequest/r1#deleted@${now}`);
    expect(door.wakeUps()).toBe(2);
  });

  test.each(['epr/request/r1', 'epr/ServiceRequest/a_b', 'epr/ServiceRequest/%20'])(
    'a DELETE of %s names nothing',
    async (path) => {
      expect((await door.send('DELETE', path, undefined, {})).status).toBe(400);
    },
  );

  test.each<[string, Body | undefined, Record<string, string>]>([
    ['no body and no type', undefined, {}],
    ['no body, as FHIR JSON', undefined, FHIR_JSON],
    ['an empty form', '', { 'content-type': 'application/x-www-form-urlencoded' }],
    ['an empty body in UTF-16', '', { 'content-type': 'text/plain; charset=utf-16' }],
  ])('a POST with %s says that something changed: the source is polled', async (_title, body, headers) => {
    const answer = await door.send('POST', 'epr', body, headers);
    expect([answer.status, answer.messageId]).toEqual([202, null]);
    expect(answer.issues.map(({ severity }) => severity)).toEqual(['information']);
    expect(door.polled).toEqual(['epr']);
    expect([door.kept, door.wakeUps()]).toEqual([[], 0]);
  });
});

describe('a Bundle', () => {
  const patient = { resourceType: 'Patient', id: 'p1' };

  test.each([
    'transaction',
    'batch',
    'message',
    'collection',
    'searchset',
    'history',
    'document',
    'transaction-response',
    'subscription-notification',
  ])('of type %s is one message of its resources, each with its place', async (type) => {
    const body = bundle(type, { fullUrl: 'urn:uuid:1', resource: patient }, { resource: REFERRAL });
    const answer = await door.post(body);
    expect([answer.status, answer.messageId, answer.issues.length]).toEqual([202, 'm0', 1]);
    expect(door.kept).toHaveLength(1);
    expect(door.kept[0]).toMatchObject({ messageKey: `Bundle#${contentHash(body)}`, kind: 'fhir/Bundle' });
    expect(door.entries()).toEqual([
      { place: 'Bundle.entry[0].resource', fullUrl: 'urn:uuid:1', resource: patient },
      { place: 'Bundle.entry[1].resource', resource: REFERRAL },
    ]);
    expect(door.kept[0]!.contentHash).toBe(contentHash(door.kept[0]!.content));
  });

  test('that comes again has the same message, whatever the order of its fields, its id and its version', async () => {
    const body = { ...bundle('batch', { resource: patient }), id: 'b1', meta: { versionId: '1' } };
    await door.post(body);
    const again = await door.post(Object.fromEntries(Object.entries(body).reverse()));
    expect([again.messageId, door.kept.length, door.wakeUps()]).toEqual(['m0', 1, 1]);
    expect((await door.post({ ...body, id: 'b2' })).messageId).toBe('m1');
  });

  test('may be put to its own address', async () => {
    const body = { ...bundle('collection', { resource: patient }), id: 'b1' };
    expect((await door.send('PUT', 'epr/Bundle/b1', JSON.stringify(body))).status).toBe(202);
    expect(door.entries()).toHaveLength(1);
  });

  test('says what of it is broken, and the rest counts', async () => {
    const answer = await door.post(
      bundle(
        'collection',
        null,
        'Reise',
        {},
        { resource: {} },
        { resource: { resourceType: 'Reise' } },
        { resource: { resourceType: 'Patient', id: 'Test Reise' } },
        { resource: { resourceType: 'Patient', meta: { lastUpdated: 1 } } },
        { fullUrl: 17, resource: patient },
      ),
    );
    expect([answer.status, answer.messageId]).toEqual([202, 'm0']);
    expect(answer.issues.map(({ severity, code, expression }) => [severity, code, expression?.[0]])).toEqual([
      ['information', 'informational', undefined],
      ['warning', 'structure', 'Bundle.entry[0]'],
      ['warning', 'structure', 'Bundle.entry[1]'],
      ['warning', 'structure', 'Bundle.entry[2]'],
      ['warning', 'required', 'Bundle.entry[3]'],
      ['warning', 'not-supported', 'Bundle.entry[4]'],
      ['warning', 'value', 'Bundle.entry[5]'],
      ['warning', 'value', 'Bundle.entry[6]'],
    ]);
    expect(answer.text).not.toContain('Reise');
    expect(door.entries()).toEqual([{ place: 'Bundle.entry[7].resource', resource: patient }]);
  });

  test('with nothing good in it is kept without entries', async () => {
    for (const body of [bundle('batch'), bundle('batch', {}), { ...bundle('batch'), entry: {} }]) {
      expect((await door.post(body)).status).toBe(202);
      expect(door.entries()).toEqual([]);
    }
    expect(door.kept).toHaveLength(3);
    expect(door.polled).toEqual([]);
  });

  test('with a million broken entries is answered in little, and the last says how many more there are', async () => {
    const answer = await door.post({ ...bundle('batch'), entry: Array.from({ length: 1_000_000 }, () => 1) });
    expect(answer.status).toBe(202);
    expect(answer.issues).toHaveLength(1002);
    expect(answer.issues.at(-1)!.diagnostics).toBe('999000 more were left out');
  });

  test('of a search: what the server says about the search is no entry', async () => {
    const outcome = { resourceType: 'OperationOutcome' };
    const answer = await door.post(
      bundle(
        'searchset',
        { resource: patient, search: { mode: 'match' } },
        { resource: patient, search: { mode: 'outcome' } },
        { resource: outcome },
      ),
    );
    expect(answer.issues).toHaveLength(1);
    expect(door.entries().map(({ place }) => place)).toEqual(['Bundle.entry[0].resource']);
  });

  test.each(['transaction', 'batch', 'history'])('of type %s deletes what is deleted in it', async (type) => {
    const remove = (url: string, more = {}) => ({ ...more, request: { method: 'DELETE', url } });
    const answer = await door.post(
      bundle(
        type,
        remove('Patient/p1'),
        remove('https://epr.example/fhir/Patient/p2/_history/4', { resource: { resourceType: 'Patient', id: 'p2' } }),
        remove('Patient', { fullUrl: 'https://epr.example/fhir/Patient/p3' }),
        remove('Patient?identifier=17915710069'),
        remove('Reise/p4'),
      ),
    );
    expect(door.entries()).toEqual([
      { place: 'Bundle.entry[0]', deleted: { type: 'Patient', id: 'p1' } },
      { place: 'Bundle.entry[1]', deleted: { type: 'Patient', id: 'p2' } },
      {
        place: 'Bundle.entry[2]',
        fullUrl: 'https://epr.example/fhir/Patient/p3',
        deleted: { type: 'Patient', id: 'p3' },
      },
    ]);
    expect(answer.issues.slice(1).map(({ expression }) => expression?.[0])).toEqual([
      'Bundle.entry[3]',
      'Bundle.entry[4]',
    ]);
    expect(answer.text).not.toMatch(/1791|Reise/);
  });

  test('of another type does not delete', async () => {
    await door.post(bundle('collection', { resource: patient, request: { method: 'DELETE', url: 'Patient/p1' } }));
    expect(door.entries().map(({ place }) => place)).toEqual(['Bundle.entry[0].resource']);
  });

  test('a deletion that was undone later is none: a history has its newest first, a batch its newest last', async () => {
    const put = { resource: patient };
    const remove = { request: { method: 'DELETE', url: 'Patient/p1' } };
    const places = async (type: string, ...entries: unknown[]) => {
      await door.post(bundle(type, ...entries));
      return door.entries().map(({ place }) => place);
    };
    expect(await places('history', put, remove)).toEqual(['Bundle.entry[0].resource']);
    expect(await places('history', remove, put)).toEqual(['Bundle.entry[0]', 'Bundle.entry[1].resource']);
    expect(await places('batch', put, remove)).toEqual(['Bundle.entry[0].resource', 'Bundle.entry[1]']);
    expect(await places('batch', remove, put)).toEqual(['Bundle.entry[1].resource']);
  });
});

describe('bodies that cannot be read', () => {
  test.each(['text/plain', 'application/fhir+xml', 'application/fhir+json; charset=latin1', 'constructor'])(
    '%s is not taken',
    async (type) => {
      for (const [method, path] of [['POST', 'epr'] as const, ['PUT', 'epr/ServiceRequest/r1'] as const]) {
        const answer = await door.send(method, path, JSON.stringify(REFERRAL), { 'content-type': type });
        expect([answer.status, answer.issues[0]?.code]).toEqual([415, 'not-supported']);
        expect(answer.headers.get('accept')).toBe('application/fhir+json, application/json');
      }
    },
  );

  test.each(['application/json', 'application/json; charset=utf-8', 'Application/FHIR+JSON;charset="UTF-8"'])(
    '%s is taken',
    async (type) => {
      const answer = await door.send('POST', 'epr', JSON.stringify(REFERRAL), { 'content-type': type });
      expect(answer.status).toBe(202);
    },
  );

  test('an unknown content coding is not taken, a known one is', async () => {
    const send = (body: Body, coding: string) =>
      door.send('POST', 'epr', body, { ...FHIR_JSON, 'content-encoding': coding });
    expect((await send('x', 'zip')).status).toBe(415);
    expect((await send('not gzip', 'gzip')).status).toBe(400);
    expect((await send(gzipSync(JSON.stringify(REFERRAL)), 'gzip')).status).toBe(202);
  });

  test.each<[string, Body]>([
    ['no JSON', '{"id": "17915710069'],
    ['a blank', ' '],
    ['bytes that are not UTF-8', Buffer.from([0x22, 0xff, 0xfe, 0x22])],
    ['objects nested a hundred thousand deep', '{"a":'.repeat(100_000) + '1' + '}'.repeat(100_000)],
    ['65 levels', '['.repeat(65) + ']'.repeat(65)],
    ['U+0000', '{"resourceType":"Patient","name":[{"family":"1791\\u0000"}]}'],
    ['half a character', '{"resourceType":"Patient","name":[{"family":"1791\\ud800"}]}'],
    ['half a character in a name', '{"resourceType":"Patient","1791\\udc00":1}'],
    ['a number beyond a double', '{"resourceType":"Observation","valueInteger":1e1791}'],
  ])('%s', async (_title, body) => {
    const answer = await door.send('POST', 'epr', body);
    expect(answer.status).toBe(400);
    expect(answer.issues).toHaveLength(1);
    expect(answer.text).not.toMatch(/1791|family/);
    expect(door.kept).toEqual([]);
  });

  test('text of a Bundle that no store keeps is told by entry, and nothing is stored', async () => {
    const answer = await door.post(
      bundle('batch', { resource: REFERRAL }, { resource: { resourceType: 'Patient', note: 'a\0b' } }),
    );
    expect(answer.status).toBe(400);
    expect(answer.issues[0]).toMatchObject({ code: 'value', expression: ['Bundle.entry[1]'] });
    expect(door.kept).toEqual([]);
  });

  test('over 5 MB is too much, said in advance, in pieces or packed', async () => {
    const big = JSON.stringify({ ...REFERRAL, note: 'x'.repeat(5 * 1024 * 1024) });
    const pieces = new ReadableStream<Uint8Array>({
      start(controller) {
        for (let at = 0; at < big.length; at += 100_000) controller.enqueue(Buffer.from(big.slice(at, at + 100_000)));
        controller.close();
      },
    });
    const packed = await door.send('POST', 'epr', gzipSync(big), { ...FHIR_JSON, 'content-encoding': 'gzip' });
    for (const answer of [await door.send('POST', 'epr', big), await door.send('POST', 'epr', pieces), packed])
      expect([answer.status, answer.issues[0]?.code]).toEqual([413, 'too-long']);
    expect(door.kept).toEqual([]);
  });
});

describe('addresses', () => {
  test.each([
    ['POST', 'other'],
    ['POST', 'Epr'],
    ['GET', 'other'],
    ['PUT', 'other/ServiceRequest/r1'],
    ['DELETE', 'other/ServiceRequest/r1'],
    ['POST', ''],
    ['POST', 'epr/ServiceRequest'],
  ])('%s %j is not there', async (method, path) => {
    const answer = await door.send(method, path, method === 'POST' ? JSON.stringify(REFERRAL) : undefined);
    expect([answer.status, answer.issues[0]?.code]).toEqual([404, 'not-found']);
    expect([door.kept, door.polled]).toEqual([[], []]);
  });

  test.each([
    ['GET', 'epr', 'POST'],
    ['PUT', 'epr', 'POST'],
    ['GET', 'epr/ServiceRequest/r1', 'PUT, DELETE'],
    ['POST', 'epr/ServiceRequest/r1', 'PUT, DELETE'],
  ])('%s %s is not allowed', async (method, path, allow) => {
    const answer = await door.send(method, path);
    expect([answer.status, answer.headers.get('allow'), answer.issues[0]?.code]).toEqual([405, allow, 'not-supported']);
  });

  test('a slash at the end does not matter, an address that is none does', async () => {
    expect((await door.send('POST', 'epr/', JSON.stringify(REFERRAL))).status).toBe(202);
    expect((await door.send('POST', '%E0%A4%A', JSON.stringify(REFERRAL))).status).toBe(400);
  });
});

describe('the store', () => {
  test('that cannot be written is answered 503, to be tried again', async () => {
    const unavailable = Object.assign(new Error('disk full at a place'), { name: 'StoreUnavailable' });
    for (const send of [() => door.post(REFERRAL), () => door.send('DELETE', 'epr/ServiceRequest/r1', undefined, {})]) {
      door.fail(unavailable);
      const answer = await send();
      expect([answer.status, answer.headers.get('retry-after'), answer.issues[0]?.code]).toEqual([
        503,
        '1',
        'transient',
      ]);
      expect(answer.text).not.toContain('disk');
    }
    expect(door.wakeUps()).toBe(0);
    expect((await door.post(REFERRAL)).status).toBe(202);
  });

  test('that fails otherwise is left to the app', async () => {
    door.fail(new Error('unforeseen'));
    expect((await door.post(REFERRAL)).status).toBe(500);
  });
});

test('other doors make the same messages', async () => {
  await door.post(REFERRAL);
  await door.send('DELETE', 'epr/ServiceRequest/r1', undefined, {});
  expect(messageOfResource('epr', REFERRAL as InboundResource, NOW)).toEqual(door.kept[0]);
  expect(messageOfDeletion('epr', { type: 'ServiceRequest', id: 'r1' }, NOW)).toEqual(door.kept[1]);
});
