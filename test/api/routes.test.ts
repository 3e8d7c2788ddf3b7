import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { MESSAGE, openApp, type AppUnderTest } from './app.js';

let app: AppUnderTest;
beforeEach(async () => {
  app = await openApp();
});
afterEach(() => app.close());

interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  readonly json: unknown;
}

async function ask(path: string, init: RequestInit = {}): Promise<Answer> {
  const answer = await fetch(`${app.base}${path}`, init);
  const text = await answer.text();
  const isJson = text !== '' && (answer.headers.get('content-type')?.includes('json') ?? false);
  return {
    status: answer.status,
    headers: answer.headers,
    text,
    json: isJson ? (JSON.parse(text) as unknown) : undefined,
  };
}

function form(body: string, type = 'application/x-www-form-urlencoded'): RequestInit {
  return { method: 'POST', headers: { 'content-type': type }, body };
}

describe('messages', () => {
  test('are listed fifty at a time, with the address of the next page', async () => {
    const answer = await ask('/messages');
    expect(answer.json).toEqual({ messages: [MESSAGE], next: '/messages?_count=50&cursor=page%2B2%2F%3D' });
    expect(app.calls).toEqual([['listMessages', { count: 50 }]]);
  });

  test('are found by status and source, and the next page asks the same', async () => {
    const answer = await ask('/messages?status=waiting&source=urn:a%26b&_count=500&cursor=x');
    expect(app.calls).toEqual([['listMessages', { status: 'waiting', source: 'urn:a&b', count: 500, cursor: 'x' }]]);
    const { next } = answer.json as { next: string };
    await ask(next);
    expect(app.calls[1]).toEqual([
      'listMessages',
      { status: 'waiting', source: 'urn:a&b', count: 500, cursor: 'page+2/=' },
    ]);
  });

  test('the last page has no next', async () => {
    await app.close();
    app = await openApp({ listMessages: () => Promise.resolve({ messages: [] }) });
    expect((await ask('/messages')).json).toEqual({ messages: [] });
  });

  test.each([
    ['status=lost', '/status'],
    ['status=', '/status'],
    ['_count=0', '/_count'],
    ['_count=501', '/_count'],
    ['_count=ten', '/_count'],
    ['_count=1e2', '/_count'],
    ['_count=5&_count=6', '/_count'],
    ['source=', '/source'],
    ['source=a%00b', '/source'],
    ['cursor=a%20b', '/cursor'],
    ['patient=17915710069', ''],
    ['17915710069', ''],
  ])('?%s is refused', async (query, path) => {
    const answer = await ask(`/messages?${query}`);
    expect(answer.status).toBe(400);
    expect(answer.headers.get('content-type')).toMatch('application/problem+json');
    expect(answer.json).toMatchObject({ status: 400, title: 'Bad Request', errors: [{ path }] });
    expect(answer.text).not.toContain('1791');
    expect(app.calls).toEqual([]);
  });

  test('all wrong parameters are told at once', async () => {
    const { json } = await ask('/messages?status=x&_count=x');
    expect(json).toMatchObject({ errors: [{ path: '/status' }, { path: '/_count' }] });
  });

  test('a cursor that the store does not know is refused', async () => {
    await app.close();
    const invalid = Object.assign(new Error('cursor'), { name: 'InvalidCursor' });
    app = await openApp({ listMessages: () => Promise.reject(invalid) });
    const answer = await ask('/messages?cursor=x');
    expect([answer.status, answer.json]).toEqual([
      400,
      expect.objectContaining({ errors: [expect.objectContaining({ path: '/cursor' })] }),
    ]);
  });

  test('one is shown by its id, or there is none', async () => {
    expect((await ask('/messages/m1')).json).toEqual(MESSAGE);
    const none = await ask('/messages/17915710069');
    expect(none.status).toBe(404);
    expect(none.json).toEqual({
      type: 'about:blank',
      title: 'Not Found',
      status: 404,
      detail: 'There is no such message.',
      errors: [],
    });
  });

  test('all that a pack mapped since a day are replayed', async () => {
    const answer = await ask('/messages/replay?pack=dips&since=2026-03-04', { method: 'POST' });
    expect([answer.status, answer.json]).toEqual([202, { count: 3 }]);
    const wrong = await ask('/messages/replay?since=march', { method: 'POST' });
    expect(wrong.status).toBe(400);
    const { errors } = wrong.json as { errors: { path: string }[] };
    expect(errors.map(({ path }) => path)).toEqual(['/pack', '/since']);
  });

  test('one is replayed', async () => {
    const answer = await ask('/messages/m1/replay', { method: 'POST' });
    expect([answer.status, answer.json]).toEqual([202, { id: 'm1', status: 'received' }]);
    expect((await ask('/messages/m2/replay', { method: 'POST' })).status).toBe(404);
  });
});

describe('pathways', () => {
  const patient = { system: 'urn:oid:2.16.578.1.12.4.1.4.1', value: '17915710069' };
  const query = `patient=${encodeURIComponent(`${patient.system}|${patient.value}`)}`;

  test('of a patient are found by a number, in the address or in a form', async () => {
    expect((await ask(`/pathways?${query}`)).json).toEqual({ pathways: [{ id: 'p1', episodes: [] }] });
    expect((await ask('/pathways/_search', form(query))).json).toEqual({ pathways: [{ id: 'p1', episodes: [] }] });
    expect(app.calls).toEqual([
      ['pathwaysOf', patient],
      ['pathwaysOf', patient],
    ]);
  });

  test.each([
    '',
    'patient=17915710069',
    'patient=|17915710069',
    'patient=urn:x|',
    `${query}&${query}`,
    `${query}&since=1`,
  ])('%s is refused', async (parameters) => {
    for (const answer of [await ask(`/pathways?${parameters}`), await ask('/pathways/_search', form(parameters))]) {
      expect(answer.status).toBe(400);
      expect(answer.text).not.toContain('1791');
    }
    expect(app.calls).toEqual([]);
  });

  test('a search that is no form is refused, and so is one with a query', async () => {
    expect((await ask('/pathways/_search', form('{}', 'application/json'))).status).toBe(415);
    expect((await ask('/pathways/_search', { method: 'POST' })).status).toBe(415);
    expect((await ask(`/pathways/_search?${query}`, form(query))).status).toBe(400);
    expect((await ask('/pathways/_search', form(`patient=${'x'.repeat(20_000)}`))).status).toBe(413);
  });

  test('one is shown by its id, or there is none', async () => {
    expect((await ask('/pathways/p1')).json).toEqual({ id: 'p1', episodes: [] });
    expect((await ask('/pathways/p2')).status).toBe(404);
  });

  test('one is explained as a document, or as text for people', async () => {
    expect((await ask('/pathways/p1/explanation')).json).toEqual({ id: 'p1', registrations: [] });
    const text = await ask('/pathways/p1/explanation', { headers: { accept: 'text/plain' } });
    expect(text.headers.get('content-type')).toBe('text/plain; charset=utf-8');
    expect(text.text).toBe('C01A because the referral was received.\n');
    expect((await ask('/pathways/p1/explanation', { headers: { accept: 'image/png' } })).status).toBe(406);
    expect((await ask('/pathways/p2/explanation')).status).toBe(404);
  });
});

describe('operating it', () => {
  test('the scan runs now', async () => {
    const answer = await ask('/scan', { method: 'POST' });
    expect([answer.status, answer.json]).toEqual([200, { on: '2026-03-20', examined: 3, posted: 1, closed: 0 }]);
  });

  test('health, metrics', async () => {
    expect((await ask('/health/live')).json).toEqual({ status: 'live' });
    expect((await ask('/health/ready')).json).toEqual({ ready: true, checks: { store: 'ok' } });
    expect((await ask('/metrics')).text).toBe('a 1\n');
    expect((await ask('/openapi.json')).json).toHaveProperty('openapi', '3.1.0');
  });

  test('not ready is 503 with what was looked at', async () => {
    await app.close();
    app = await openApp({
      readiness: () => Promise.resolve({ ready: false, checks: { store: 'ok', fhir: 'failed' } }),
    });
    const answer = await ask('/health/ready');
    expect([answer.status, answer.json]).toEqual([503, { ready: false, checks: { store: 'ok', fhir: 'failed' } }]);
  });

  test('a store that cannot be used is answered 503, to be tried again', async () => {
    await app.close();
    const unavailable = Object.assign(new Error('at a secret place'), { name: 'StoreUnavailable' });
    app = await openApp({ message: () => Promise.reject(unavailable) });
    const answer = await ask('/messages/m1');
    expect([answer.status, answer.headers.get('retry-after')]).toEqual([503, '1']);
    expect(answer.text).not.toContain('secret');
  });

  test('an unknown error says no more than «unexpected», in the answer and in the log', async () => {
    await app.close();
    app = await openApp({ scan: () => Promise.reject(new TypeError('patient 17915710069')) });
    const answer = await ask('/scan', { method: 'POST' });
    expect([answer.status, answer.json]).toEqual([500, expect.objectContaining({ detail: 'unexpected', errors: [] })]);
    expect(app.logged.join('')).toContain('TypeError');
    expect(app.logged.join('') + answer.text).not.toContain('1791');
  });
});

describe('methods and routes that there are not', () => {
  test.each([
    ['DELETE', '/messages', 'GET, HEAD'],
    ['PUT', '/messages/m1', 'GET, HEAD'],
    ['GET', '/messages/m1/replay', 'POST'],
    ['POST', '/pathways', 'GET, HEAD'],
    ['DELETE', '/pathways/p1', 'GET, HEAD'],
    ['POST', '/pathways/p1/explanation', 'GET, HEAD'],
    ['GET', '/scan', 'POST'],
    ['POST', '/health/live', 'GET, HEAD'],
    ['POST', '/metrics', 'GET, HEAD'],
    ['PATCH', '/openapi.json', 'GET, HEAD'],
    ['GET', '/inbox/events', 'POST'],
  ])('%s %s is 405, and says what it takes', async (method, path, allow) => {
    const answer = await ask(path, { method });
    expect([answer.status, answer.headers.get('allow')]).toEqual([405, allow]);
    expect(answer.headers.get('content-type')).toMatch('application/problem+json');
    expect(app.calls).toEqual([]);
  });

  test('OPTIONS asks what a path takes', async () => {
    const answer = await ask('/scan', { method: 'OPTIONS' });
    expect([answer.status, answer.headers.get('allow')]).toEqual([204, 'POST']);
    expect(app.calls).toEqual([]);
  });

  test('HEAD is a GET without its body', async () => {
    const answer = await ask('/messages/m1', { method: 'HEAD' });
    expect([answer.status, answer.text]).toEqual([200, '']);
  });

  test.each(['/', '/message', '/Messages', '/messages/', '/health', '/%', '/messages/%ff', '/inbox'])(
    '%s',
    async (path) => {
      const answer = await ask(path);
      expect([400, 404]).toContain(answer.status);
      expect(answer.headers.get('content-type')).toMatch('application/problem+json');
    },
  );

  test('where FHIR is spoken, the answer is an OperationOutcome', async () => {
    for (const path of ['/fhir/Patient?identifier=17915710069', '/inbox/fhir/x', '/fhir?a=1']) {
      const answer = await ask(path);
      expect(answer.status).toBe(404);
      expect(answer.headers.get('content-type')).toMatch('application/fhir+json');
      expect(answer.json).toMatchObject({
        resourceType: 'OperationOutcome',
        issue: [{ severity: 'error', code: 'not-found' }],
      });
      expect(answer.text).not.toContain('1791');
    }
  });
});
