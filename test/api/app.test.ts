import { afterEach, describe, expect, test } from '@jest/globals';
import type { RequestHandler } from 'express';
import { event } from '../receive/canonical-events.js';
import { openApp, type AppUnderTest } from './app.js';

let app: AppUnderTest;
afterEach(() => app.close());

/** An embedded FHIR server that reads its body itself. */
const echoing: RequestHandler = (request, response) => {
  const chunks: Buffer[] = [];
  request.on('data', (chunk: Buffer) => chunks.push(chunk));
  request.on('end', () => response.json({ url: request.url, body: Buffer.concat(chunks).toString() }));
};

function get(path: string, headers: Record<string, string> = {}): Promise<Response> {
  return fetch(`${app.base}${path}`, { headers });
}

describe('the token', () => {
  const token = 'a-secret.token~';

  test('every route but health needs it', async () => {
    app = await openApp({}, { token, fhirRoutes: echoing });
    for (const path of [
      '/messages',
      '/pathways?patient=a|b',
      '/metrics',
      '/openapi.json',
      '/nowhere',
      '/Health/live',
      '/health',
    ]) {
      const answer = await get(path);
      expect([path, answer.status, answer.headers.get('www-authenticate')]).toEqual([path, 401, 'Bearer']);
      expect(answer.headers.get('content-type')).toMatch('application/problem+json');
    }
    expect((await get('/health/live')).status).toBe(200);
    expect((await get('/health/ready')).status).toBe(200);
    expect((await get('/health/../messages')).status).not.toBe(200);
    expect(app.calls).toEqual([['readiness']]);
  });

  test('an event without it is not even read', async () => {
    app = await openApp({}, { token });
    const answer = await fetch(`${app.base}/inbox/events`, { method: 'POST', body: '{"' });
    expect(answer.status).toBe(401);
    expect(app.calls).toEqual([]);
  });

  test('FHIR without it is answered with an OperationOutcome', async () => {
    app = await openApp({}, { token, fhirRoutes: echoing });
    const answer = await get('/fhir/Patient');
    expect(answer.status).toBe(401);
    expect(await answer.json()).toMatchObject({ resourceType: 'OperationOutcome', issue: [{ code: 'login' }] });
  });

  test.each([
    'Bearer',
    'Bearer wrong',
    `Basic ${token}`,
    token,
    `Bearer ${token}x`,
    `Bearer ${token.slice(0, -1)}`,
    `Bearer ${token} x`,
  ])('%s does not open', async (authorization) => {
    app = await openApp({}, { token });
    expect((await get('/messages', { authorization })).status).toBe(401);
  });

  test.each([`Bearer ${token}`, `bearer  ${token}`])('%s opens', async (authorization) => {
    app = await openApp({}, { token });
    expect((await get('/messages', { authorization })).status).toBe(200);
  });
});

describe('headers and logs', () => {
  test('no cache keeps an answer, nothing is sniffed, and nobody learns what serves it', async () => {
    app = await openApp();
    const { headers } = await get('/messages');
    expect(headers.get('cache-control')).toBe('no-store');
    expect(headers.get('x-content-type-options')).toBe('nosniff');
    expect(headers.get('content-security-policy')).toBe("default-src 'none'");
    expect(headers.has('x-powered-by')).toBe(false);
  });

  test('a request is one line with its route as a pattern: no query, no id, no name', async () => {
    app = await openApp({}, { fhirRoutes: echoing });
    await get('/pathways?patient=urn:x%7C17915710069');
    await get('/messages/17915710069');
    await get('/fhir/Patient/17915710069?name=Reise');
    await get('/17915710069');
    await fetch(`${app.base}/inbox/events`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(event('abort')),
    });
    await new Promise((done) => setTimeout(done, 20));
    expect(app.handled.map(({ method, route, status }) => `${method} ${route} ${status}`)).toEqual([
      'GET /pathways 200',
      'GET /messages/:id 404',
      'GET /fhir/:type/:id 200',
      'GET unmatched 404',
      'POST /inbox/events 202',
    ]);
    expect(app.logged).toHaveLength(5);
    expect(app.logged.join('')).not.toMatch(/17915710069|Reise|urn:x/);
    expect(JSON.parse(app.logged[0]!)).toMatchObject({
      msg: 'request',
      method: 'GET',
      route: '/pathways',
      status: 200,
    });
  });

  test('who goes away before the answer is logged as such', async () => {
    let wait: () => void = () => undefined;
    app = await openApp({ scan: () => new Promise((resolve) => (wait = () => resolve({}))) });
    const gone = new AbortController();
    const asked = fetch(`${app.base}/scan`, { method: 'POST', signal: gone.signal });
    await new Promise((done) => setTimeout(done, 50));
    gone.abort();
    await expect(asked).rejects.toThrow();
    await new Promise((done) => setTimeout(done, 50));
    wait();
    expect(app.handled).toEqual([expect.objectContaining({ route: '/scan', status: 499 })]);
  });
});

test('the FHIR server gets its bodies unread, below its own base', async () => {
  app = await openApp({}, { fhirRoutes: echoing });
  const answer = await fetch(`${app.base}/fhir/Patient?x=1`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: '{"resourceType":"Patient"}',
  });
  expect(await answer.json()).toEqual({ url: '/Patient?x=1', body: '{"resourceType":"Patient"}' });
});

test('an error of the FHIR server is answered as one of FHIR', async () => {
  app = await openApp({}, { fhirRoutes: () => Promise.reject(new Error('17915710069')) });
  const answer = await get('/fhir/Patient');
  const text = await answer.text();
  expect(answer.status).toBe(500);
  expect(text).toContain('OperationOutcome');
  expect(text + app.logged.join('')).not.toContain('1791');
});
