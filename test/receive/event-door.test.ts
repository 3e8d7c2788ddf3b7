import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { contentHash } from '../../src/support/ids.js';
import { event, FULL_DATA, KINDS, NOW } from './canonical-events.js';
import { openDoor, type DoorUnderTest } from './door.js';

let door: DoorUnderTest;
beforeEach(async () => {
  door = await openDoor();
});
afterEach(() => door.close());

const CLOUD_EVENT = { 'content-type': 'application/cloudevents+json' };
const CLOUD_BATCH = { 'content-type': 'application/cloudevents-batch+json' };
const LENIENT = { prefer: 'handling=lenient' };

describe('events that are as they should be', () => {
  test('one event is kept with its identity, receipt and content, and answered with its id', async () => {
    const answer = await door.post(event('referral'), CLOUD_EVENT);
    expect(answer.status).toBe(202);
    expect(answer.json).toEqual({ messages: [{ id: 'm0', status: 'received' }] });
    expect(door.kept).toEqual([
      {
        source: 'https://epr.example/test',
        messageKey: 'event-referral',
        kind: 'no.pakkeforlop.referral.v1',
        receivedAt: NOW,
        statedAt: '2026-03-20T10:00:00.000Z',
        content: FULL_DATA['referral'],
        contentHash: contentHash(FULL_DATA['referral']),
      },
    ]);
    expect(door.wakeUps()).toBe(1);
  });

  test('an event that does not say when it was written has no such instant', async () => {
    await door.post(event('abort', {}, { time: undefined }));
    expect(door.kept[0]).not.toHaveProperty('statedAt');
  });

  test('the same event again is a duplicate with the same id, and wakes nobody', async () => {
    await door.post(event('abort'));
    const again = await door.post(event('abort', {}, { time: '2026-03-20T12:00:00Z' }));
    expect(again.status).toBe(202);
    expect(again.json).toEqual({ messages: [{ id: 'm0', status: 'duplicate' }] });
    expect(door.wakeUps()).toBe(1);
  });

  test.each([
    ['application/cloudevents-batch+json', CLOUD_BATCH],
    ['application/json', {}],
    ['application/json; charset=utf-8', { 'content-type': 'application/json; charset=utf-8' }],
    ['Application/JSON;charset="UTF-8"', { 'content-type': 'Application/JSON;charset="UTF-8"' }],
  ])('a batch as %s is answered in the order sent', async (_type, headers) => {
    const answer = await door.post(
      KINDS.map((kind) => event(kind)),
      headers,
    );
    expect(answer.status).toBe(202);
    expect(answer.json.messages).toEqual(KINDS.map((_, index) => ({ id: `m${index}`, status: 'received' })));
    expect(door.kept.map(({ messageKey }) => messageKey)).toEqual(KINDS.map((kind) => `event-${kind}`));
  });

  test('an empty batch is nothing, and that is fine', async () => {
    const answer = await door.post([], CLOUD_BATCH);
    expect([answer.status, answer.json]).toEqual([202, { messages: [] }]);
    expect(door.wakeUps()).toBe(0);
  });

  test('a thousand events are a batch, one more are too many', async () => {
    const many = Array.from({ length: 1001 }, (_, index) => event('abort', {}, { id: `e${index}` }));
    expect((await door.post(many)).status).toBe(400);
    expect(door.kept).toHaveLength(0);
    expect((await door.post(many.slice(1))).status).toBe(202);
    expect(door.kept).toHaveLength(1000);
  });

  test('the same event twice in one batch is one message and its duplicate', async () => {
    const answer = await door.post([event('abort'), event('referral'), event('abort')]);
    expect(answer.json.messages).toEqual([
      { id: 'm0', status: 'received' },
      { id: 'm1', status: 'received' },
      { id: 'm0', status: 'duplicate' },
    ]);
  });

  test('a body may be compressed, and may begin with a byte order mark', async () => {
    const packed = gzipSync(JSON.stringify(event('abort')));
    expect((await door.post(packed, { 'content-encoding': 'gzip' })).status).toBe(202);
    expect((await door.post(`\ufeff${JSON.stringify(event('decision'))}`)).status).toBe(202);
  });
});

describe('bodies that cannot be read', () => {
  test.each([
    ['text/plain', {}],
    ['application/xml', {}],
    ['application/fhir+json', {}],
    ['application/json; charset=iso-8859-1', {}],
    ['application/cloudevents+json; charset="utf-16"', {}],
    ['constructor', {}],
  ])('%s is not taken', async (type) => {
    const answer = await door.post(event('abort'), { 'content-type': type });
    expect(answer.status).toBe(415);
    expect(answer.headers.get('content-type')).toMatch('application/problem+json');
    expect(answer.headers.get('accept')).toContain('application/cloudevents+json');
  });

  test('an unknown content coding is not taken', async () => {
    expect((await door.post('x', { 'content-encoding': 'zip' })).status).toBe(415);
  });

  test.each<[string, string | Uint8Array]>([
    ['no JSON', '{"id": "17915710069'],
    ['nothing', ''],
    ['JSON twice', '{}{}'],
    ['bytes that are not UTF-8', Buffer.from([0x22, 0xff, 0xfe, 0x22])],
    ['half a character', Buffer.from([0x22, 0xc3, 0x22])],
    ['objects nested a hundred thousand deep', '{"a":'.repeat(100_000) + '1' + '}'.repeat(100_000)],
    ['lists nested five million deep', '['.repeat(5_000_000)],
  ])('%s', async (_title, body) => {
    for (const headers of [{}, LENIENT]) {
      const answer = await door.post(body, headers);
      expect(answer.status).toBe(400);
      expect(answer.json.errors).toHaveLength(1);
      expect(answer.text).not.toContain('1791');
      expect(answer.headers.has('preference-applied')).toBe(false);
    }
  });

  test('gzip that is none', async () => {
    expect((await door.post('not gzip', { 'content-encoding': 'gzip' })).status).toBe(400);
  });

  test('64 levels are not too deep, 65 are; brackets in text are no levels', async () => {
    // The envelope and data are two, the extension holds the others.
    const nested = (levels: number): unknown => (levels === 0 ? {} : { in: nested(levels - 1) });
    const withExtension = (levels: number) => ({
      ...event('abort'),
      data: { ...FULL_DATA['abort'], extension: nested(levels) },
    });
    expect((await door.post(withExtension(61))).status).toBe(202);
    expect((await door.post(withExtension(62))).status).toBe(400);
    const brackets = { ...FULL_DATA['abort'], extension: { note: `\\"${'[{'.repeat(100)}` } };
    expect((await door.post({ ...event('abort', {}, { id: 'other' }), data: brackets })).status).toBe(202);
  });

  test('a batch is not one event, and one event is no batch', async () => {
    expect((await door.post([event('abort')], CLOUD_EVENT)).status).toBe(400);
    expect((await door.post(event('abort'), CLOUD_BATCH)).status).toBe(400);
  });

  test('over 5 MB is too much, said in advance, in pieces or packed', async () => {
    const big = JSON.stringify({ ...event('abort'), subject: 'x'.repeat(5 * 1024 * 1024) });
    const pieces = new ReadableStream<Uint8Array>({
      start(controller) {
        for (let at = 0; at < big.length; at += 100_000) controller.enqueue(Buffer.from(big.slice(at, at + 100_000)));
        controller.close();
      },
    });
    expect((await door.post(big)).status).toBe(413);
    expect((await door.post(pieces)).status).toBe(413);
    expect((await door.post(gzipSync(big), { 'content-encoding': 'gzip' })).status).toBe(413);
    expect(door.kept).toHaveLength(0);
  });

  test('events are sent with POST', async () => {
    const answer = await fetch(`${door.base}/inbox/events`);
    expect([answer.status, answer.headers.get('allow')]).toEqual([405, 'POST']);
  });
});

describe('events that are not as they should be', () => {
  test('all faults of a batch are told at once, each with its index and path, and nothing is stored', async () => {
    const answer = await door.post([
      event('abort'),
      event('referral', { receivedAt: '2026-03-02T10:00' }),
      event('decision', { outcome: undefined, organPathway: 'lung' }),
      'an event',
    ]);
    expect(answer.status).toBe(400);
    expect(answer.json.errors?.map(({ path }) => path)).toEqual([
      '/1/data/receivedAt',
      '/2/data/outcome',
      '/2/data/organPathway',
      '/3',
    ]);
    expect(door.kept).toHaveLength(0);
    expect(door.wakeUps()).toBe(0);
  });

  test('of one event the paths begin at its root', async () => {
    const answer = await door.post(event('referral', { receivedAt: 'today' }), LENIENT);
    expect(answer.status).toBe(400);
    expect(answer.json.errors).toEqual([
      { path: '/data/receivedAt', message: 'must be a day YYYY-MM-DD or an instant with an offset' },
    ]);
  });

  test('no more than two hundred faults are listed, and the last says how many were left out', async () => {
    const symptoms = Array.from({ length: 1000 }, () => '');
    const one = await door.post(event('referral', { content: { symptoms } }));
    expect(one.json.errors).toHaveLength(201);
    expect(one.json.errors?.at(-1)?.message).toBe('800 more were left out');
    const many = await door.post(Array.from({ length: 1000 }, () => ({})));
    expect(many.json.errors).toHaveLength(201);
  });

  test('lenient: the good ones are stored, the others answered in their place', async () => {
    await door.post(event('transfer'));
    const batch = [
      event('abort'),
      event('referral', { mark: 'c01' }),
      event('transfer', { scope: 'advice' }),
      event('decision'),
    ];
    for (const prefer of ['handling=lenient', 'respond-async, Handling="Lenient"; x=1']) {
      const answer = await door.post(batch, { prefer });
      expect(answer.status).toBe(202);
      expect(answer.headers.get('preference-applied')).toBe('handling=lenient');
      const status = prefer === 'handling=lenient' ? 'received' : 'duplicate';
      expect(answer.json.messages).toEqual([
        { id: 'm1', status },
        { status: 'refused', errors: [{ path: '/1/data/mark', message: expect.stringContaining('9173') }] },
        { status: 'refused', errors: [{ path: '/2', message: expect.stringContaining('other data') }] },
        { id: 'm2', status },
      ]);
    }
  });

  test('lenient: a batch of nothing good is answered, and the store is left alone', async () => {
    door.fail(new Error('not to be asked'));
    const answer = await door.post([{}, 1], LENIENT);
    expect(answer.status).toBe(202);
    expect(answer.json.messages?.map(({ status }) => status)).toEqual(['refused', 'refused']);
  });

  test('any other preference is none', async () => {
    expect((await door.post([{}], { prefer: 'handling=strict' })).status).toBe(400);
  });
});

describe('the same source and id with other data', () => {
  test('as one event', async () => {
    await door.post(event('abort'));
    const answer = await door.post(event('abort', { version: 2 }));
    expect(answer.status).toBe(409);
    expect(answer.json.errors).toEqual([{ path: '', message: expect.stringContaining('other data') }]);
  });

  test('in a batch: nothing of it is stored', async () => {
    await door.post(event('abort'));
    const answer = await door.post([event('referral'), event('abort', { version: 2 })]);
    expect(answer.status).toBe(409);
    expect(answer.json.errors?.map(({ path }) => path)).toEqual(['/1']);
    expect(door.kept).toHaveLength(1);
    expect(door.wakeUps()).toBe(1);
  });

  test('within one batch: nothing of it is stored; lenient, the first one is', async () => {
    const batch = [event('abort'), event('abort', { version: 2 })];
    const strict = await door.post(batch);
    expect(strict.status).toBe(409);
    expect(strict.json.errors?.map(({ path }) => path)).toEqual(['/1']);
    expect(door.kept).toHaveLength(0);
    const lenient = await door.post(batch, LENIENT);
    expect(lenient.json.messages?.map(({ status }) => status)).toEqual(['received', 'refused']);
    expect(door.kept).toHaveLength(1);
  });

  test('the same id of another source is another event', async () => {
    const answer = await door.post([event('abort'), event('abort', { version: 2 }, { source: 'urn:other' })]);
    expect(answer.json.messages?.map(({ status }) => status)).toEqual(['received', 'received']);
  });
});

test('a store that cannot be written is answered 503, to be tried again', async () => {
  const unavailable = new Error('disk full at a place');
  unavailable.name = 'StoreUnavailable';
  door.fail(unavailable);
  const answer = await door.post(event('abort'));
  expect([answer.status, answer.headers.get('retry-after')]).toEqual([503, '1']);
  expect(answer.text).not.toContain('disk');
  expect((await door.post(event('abort'))).status).toBe(202);
});
