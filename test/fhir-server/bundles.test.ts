import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type Json } from '../servers/client.js';
import { identified, patient, startFhirServer, task, type RunningServer } from './running-server.js';

let fhir: RunningServer;
beforeAll(async () => {
  fhir = await startFhirServer();
});
afterAll(() => fhir.stop());

const entry = (method: string, url: string, resource?: object, more: object = {}, fullUrl?: string) => ({
  ...(fullUrl === undefined ? {} : { fullUrl }),
  ...(resource === undefined ? {} : { resource }),
  request: { method, url, ...more },
});
const transaction = (...entries: object[]) =>
  fhir.call('POST', '', { resourceType: 'Bundle', type: 'transaction', entry: entries });
const responses = (body: Json) =>
  (body['entry'] as unknown as { response: Record<string, string> }[]).map(({ response }) => response);

describe('what a batch reads', () => {
  const read = async (url: string, more: object = {}) => {
    const { body } = await fhir.call('POST', '', {
      resourceType: 'Bundle',
      type: 'batch',
      entry: [entry('GET', url, undefined, more)],
    });
    return [responses(body)[0]!['status'], body['entry']![0]!['resource']] as const;
  };

  test('is left out where it was not changed since', async () => {
    const { body } = await fhir.call('PUT', '/Patient/since', patient('since'));
    const { lastUpdated } = body['meta'] as unknown as { lastUpdated: string };
    const before = new Date(Date.parse(lastUpdated) - 1).toISOString();
    expect(await read('Patient/since', { ifModifiedSince: lastUpdated })).toEqual(['304 Not Modified', undefined]);
    expect((await read('Patient/since', { ifModifiedSince: before }))[0]).toBe('200 OK');
    const toTheSecond = lastUpdated.replace(/\.\d+/, '');
    expect((await read('Patient/since', { ifModifiedSince: toTheSecond }))[0]).toBe('304 Not Modified');
    expect((await read('Patient/since', { ifModifiedSince: lastUpdated, ifNoneMatch: 'W/"2"' }))[0]).toBe('200 OK');
  });

  test('may be a history', async () => {
    await fhir.call('PUT', '/Patient/told', patient('told'));
    const [status, history] = await read('Patient/told/_history');
    expect([status, history!['type'], history!['total']]).toEqual(['200 OK', 'history', 1]);
    expect((await read('Patient/_history?_count=1'))[1]!['entry']).toHaveLength(1);
    expect((await read('Patient/never/_history'))[0]).toBe('404');
  });
});

describe('a transaction', () => {
  test('with an entry that may only create is refused whole where something stands', async () => {
    await fhir.call('PUT', '/Patient/stands', patient('stands'));
    const create = (id: string) => entry('PUT', `Patient/${id}`, patient(id, { active: true }), { ifNoneMatch: '*' });
    expect((await transaction(create('beside'), create('stands'))).status).toBe(412);
    expect((await fhir.call('GET', '/Patient/beside')).status).toBe(404);
    expect((await transaction(create('beside'))).status).toBe(200);
  });

  test('writes all its entries and answers in their order, with places and versions', async () => {
    const { status, body } = await transaction(
      entry('GET', 'Patient/t1'),
      entry('PUT', 'Patient/t1', patient('t1')),
      entry('POST', 'Task', task('x', { for: { reference: 'Patient/t1' } })),
    );
    expect(status).toBe(200);
    expect(body['type']).toBe('transaction-response');
    const [read, put, post] = responses(body);
    expect([read!['status'], put!['status'], post!['status']]).toEqual(['200 OK', '201 Created', '201 Created']);
    expect(body['entry']![0]!['resource']).toMatchObject({ id: 't1' });
    expect(put).toMatchObject({ location: `${fhir.base}/Patient/t1/_history/1`, etag: 'W/"1"' });
    expect(put!['lastModified']).toMatch(/^2026-03-01T08:00:0/);
  });

  test('resolves urn:uuid in any order, circular references too, and leaves equal text of identifiers alone', async () => {
    const [a, b] = ['urn:uuid:11111111-1111-4111-8111-111111111111', 'urn:uuid:22222222-2222-4222-8222-222222222222'];
    const { status, body } = await transaction(
      entry('POST', 'Task', task('a', { partOf: [{ reference: b }], identifier: [{ value: a }] }), {}, a),
      entry('POST', 'Task', task('b', { partOf: [{ reference: a }] }), {}, b),
    );
    expect(status).toBe(200);
    const ids = responses(body).map(({ location }) => /Task\/([^/]+)/.exec(location!)![1]!);
    const first = (await fhir.call('GET', `/Task/${ids[0]!}`)).body;
    expect(first['partOf']![0]!['reference']).toBe(`Task/${ids[1]!}`);
    expect(first['identifier']![0]!['value']).toBe(a);
    expect((await fhir.call('GET', `/Task?part-of=${ids[0]!}`)).body['total']).toBe(1);
  });

  test('a conditional reference becomes the one that fits, or the whole is refused', async () => {
    await fhir.call('PUT', '/Patient/cr', patient('cr', identified('cr')));
    const put = (value: string) =>
      transaction(
        entry('PUT', 'Task/cr', task('cr', { for: { reference: `Patient?identifier=urn:test:id|${value}` } })),
      );
    expect((await put('cr')).status).toBe(200);
    expect((await fhir.call('GET', '/Task/cr')).body['for']).toEqual({ reference: 'Patient/cr' });
    expect((await put('nobody')).status).toBe(412);
  });

  test('one entry that fails leaves nothing of the others, and is named', async () => {
    const { status, body } = await transaction(
      entry('PUT', 'Patient/n1', patient('n1')),
      entry('PUT', 'Patient/n2', patient('n2', { gender: 'nonsense' })),
    );
    expect(status).toBe(422);
    expect(body['issue']![0]!['expression']).toEqual(['Bundle.entry[1]', 'Patient.gender']);
    expect((await fhir.call('GET', '/Patient/n1')).status).toBe(404);
    expect((await fhir.call('GET', '/Patient?_id=n1')).body['total']).toBe(0);
    expect((await fhir.call('GET', '/Patient/n1/_history')).status).toBe(404);
  });

  test('one reference that leads nowhere leaves nothing, and names its entry', async () => {
    const { status, body } = await transaction(
      entry('PUT', 'Patient/d1', patient('d1')),
      entry('PUT', 'Task/d1', task('d1', { for: { reference: 'urn:uuid:33333333-3333-4333-8333-333333333333' } })),
    );
    expect([status, body['issue']![0]!['expression']]).toEqual([422, ['Bundle.entry[1]', 'Task.for']]);
    expect((await fhir.call('GET', '/Patient/d1')).status).toBe(404);
  });

  test('ifMatch and ifNoneExist are looked at', async () => {
    await fhir.call('PUT', '/Patient/im', patient('im', identified('im')));
    const stale = await transaction(
      entry('PUT', 'Patient/im2', patient('im2')),
      entry('PUT', 'Patient/im', patient('im', { active: true }), { ifMatch: 'W/"7"' }),
    );
    expect([stale.status, stale.body['issue']![0]!['expression']]).toEqual([412, ['Bundle.entry[1]']]);
    expect((await fhir.call('GET', '/Patient/im2')).status).toBe(404);
    const existing = await transaction(
      entry('POST', 'Patient', patient(undefined, identified('im')), { ifNoneExist: 'identifier=im' }, 'urn:uuid:im'),
      entry('PUT', 'Task/im', task('im', { for: { reference: 'urn:uuid:im' } })),
    );
    expect(responses(existing.body)[0]!['status']).toBe('200 OK');
    expect((await fhir.call('GET', '/Task/im')).body['for']).toEqual({ reference: 'Patient/im' });
  });

  test('deletes go first: a resource and what refers to it may go together', async () => {
    await fhir.call('PUT', '/Patient/both', patient('both'));
    await fhir.call('PUT', '/Task/both', task('both', { for: { reference: 'Patient/both' } }));
    const { status, body } = await transaction(entry('DELETE', 'Patient/both'), entry('DELETE', 'Task/both'));
    expect(status).toBe(200);
    expect(responses(body).map((each) => each['status'])).toEqual(['204 No Content', '204 No Content']);
  });

  test('two entries about one resource are refused', async () => {
    const twice = await transaction(
      entry('PUT', 'Patient/tw', patient('tw')),
      entry('PUT', 'Patient/tw', patient('tw', { active: true })),
    );
    expect(twice.status).toBe(400);
  });

  test('two entries with one condition are refused: they would make two resources', async () => {
    const post = () =>
      entry('POST', 'Patient', patient(undefined, identified('twin')), { ifNoneExist: 'identifier=twin' });
    const { status, body } = await transaction(post(), post());
    expect([status, body['issue']![0]!['expression']]).toEqual([400, ['Bundle.entry[1]']]);
  });

  test('many at once, each about its own, are all written', async () => {
    const answers = await Promise.all(
      Array.from({ length: 40 }, (_, n) =>
        transaction(
          entry('PUT', `Patient/m${n}`, patient(`m${n}`)),
          entry('PUT', `Task/m${n}`, task(`m${n}`, { for: { reference: `Patient/${n === 7 ? 'nobody' : `m${n}`}` } })),
        ),
      ),
    );
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(39);
    expect(answers[7]!.status).toBe(422);
    expect((await fhir.call('GET', '/Patient/m7')).status).toBe(404);
    expect((await fhir.call('GET', '/Task?_count=0&patient:missing=false')).body['total']).toBeGreaterThanOrEqual(39);
  });

  test('sent again, it changes nothing', async () => {
    const send = () => transaction(entry('PUT', 'Patient/again', patient('again')));
    await send();
    const { body } = await send();
    expect(responses(body)[0]).toMatchObject({ status: '200 OK', etag: 'W/"1"' });
  });
});

describe('a batch', () => {
  test('does each entry on its own', async () => {
    const { status, body } = await fhir.call('POST', '', {
      resourceType: 'Bundle',
      type: 'batch',
      entry: [
        entry('PUT', 'Patient/b1', patient('b1')),
        entry('PUT', 'Patient/b2', patient('b2', { gender: 'nonsense' })),
        entry('GET', 'Patient/b404'),
        entry('GET', 'Observation/b404'),
        entry('PATCH', 'Patient/b1'),
        {},
      ],
    });
    expect(status).toBe(200);
    const answered = responses(body).map((each) => each['status']);
    expect(answered).toEqual(['201 Created', '422', '404', '404', '405', '400']);
    expect((await fhir.call('GET', '/Patient/b1')).status).toBe(200);
  });
});

describe('no bundle', () => {
  test.each([
    ['a list', '[]'],
    ['nothing', 'null'],
    ['another resource', patient('x')],
    ['another type', { resourceType: 'Bundle', type: 'document' }],
    ['entries that are no list', { resourceType: 'Bundle', type: 'transaction', entry: {} }],
    ['an entry that is null', { resourceType: 'Bundle', type: 'transaction', entry: [null] }],
    [
      'an entry without a request',
      { resourceType: 'Bundle', type: 'transaction', entry: [{ resource: patient('x') }] },
    ],
    [
      'an entry without its resource',
      { resourceType: 'Bundle', type: 'transaction', entry: [entry('PUT', 'Patient/x')] },
    ],
    ['a search by nothing', { resourceType: 'Bundle', type: 'transaction', entry: [entry('GET', 'Patient?wrong=1')] }],
  ])('%s is refused as 400', async (_what, body) => {
    const answer = await fhir.call('POST', '', body);
    expect([answer.status, answer.body['resourceType']]).toEqual([400, 'OperationOutcome']);
  });
});
