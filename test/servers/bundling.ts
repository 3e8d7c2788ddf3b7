import { randomUUID } from 'node:crypto';
import { describe, expect, test } from '@jest/globals';
import type { Json } from './client.js';
import { identified, patient, SYSTEM, task, type Ground } from './ground.js';

interface Response {
  readonly status: string;
  readonly etag?: string;
  readonly location?: string;
}

export const entry = (method: string, url: string, resource?: object, more: object = {}, fullUrl?: string) => ({
  ...(fullUrl === undefined ? {} : { fullUrl }),
  ...(resource === undefined ? {} : { resource }),
  request: { method, url, ...more },
});

const responsesIn = (body: Json) =>
  (body['entry'] as unknown as { response: Response }[]).map(({ response }) => response);
const statusesIn = (body: Json) => responsesIn(body).map(({ status }) => Number(status.slice(0, 3)));

/** Transactions and batches. */
export function bundles({ call, own, here }: Ground): void {
  const send = (type: string, entries: readonly object[]) =>
    call('POST', '', { resourceType: 'Bundle', type, entry: entries });
  const transaction = (...entries: object[]) => send('transaction', entries);
  const putPatient = (id: string, more: object = {}, request: object = {}) =>
    entry('PUT', `Patient/${id}`, patient(id, more), request);

  describe('a transaction', () => {
    test('writes all its entries and answers in their order, with versions', async () => {
      const { status, body } = await transaction(
        entry('POST', 'Task', task(undefined, { for: { reference: `Patient/${own('ordered')}` } })),
        putPatient(own('ordered')),
      );
      expect([status, body['type']]).toEqual([200, 'transaction-response']);
      expect(statusesIn(body)).toEqual([201, 201]);
      const [posted, put] = responsesIn(body);
      expect(posted?.location).toMatch(/Task\/[^/]+\/_history\/1$/);
      expect(put?.etag?.replace(/^W\/|"/g, '')).toMatch(/^"?1"?$/);
    });

    test('resolves urn:uuid in any order, in a circle too', async () => {
      const [a, b] = [`urn:uuid:${randomUUID()}`, `urn:uuid:${randomUUID()}`];
      const { status, body } = await transaction(
        entry('POST', 'Task', task(undefined, { partOf: [{ reference: b }] }), {}, a),
        entry('POST', 'Task', task(undefined, { partOf: [{ reference: a }] }), {}, b),
      );
      expect(status).toBe(200);
      const [first = '', second = ''] = responsesIn(body).map(
        ({ location = '' }) => /Task\/([^/]+)/.exec(location)?.[1],
      );
      const { body: read } = await call('GET', `/Task/${first}`);
      expect(read['partOf']![0]!['reference']).toBe(`Task/${second}`);
    });

    test('of updates that refer to one another in a circle by their own ids is taken', async () => {
      const [e, c] = [own('circle'), own('visit')];
      const { body } = await transaction(
        putPatient(own('round')),
        entry('PUT', `Encounter/${c}`, {
          ...{ resourceType: 'Encounter', id: c, status: 'finished', class: { code: 'AMB' } },
          episodeOfCare: [{ reference: `EpisodeOfCare/${e}` }],
        }),
        entry('PUT', `EpisodeOfCare/${e}`, {
          ...{ resourceType: 'EpisodeOfCare', id: e, status: 'active' },
          patient: { reference: `Patient/${own('round')}` },
          extension: [{ url: 'urn:behaviour:basis', valueReference: { reference: `Encounter/${c}` } }],
        }),
      );
      expect(statusesIn(body)).toEqual([201, 201, 201]);
    });

    test('with one entry that fails leaves nothing of the others', async () => {
      const { status, body } = await transaction(
        putPatient(own('n1')),
        entry('PUT', `Task/${own('n2')}`, task(own('n2'), { for: { reference: `Patient/${own('nobody')}` } })),
      );
      expect([status, body['resourceType']]).toEqual([here('dangling-reference'), 'OperationOutcome']);
      expect(/Bundle\.entry\[1\]/.test(JSON.stringify(body))).toBe(here('names-the-entry'));
      expect((await call('GET', `/Patient/${own('n1')}`)).status).toBe(404);
      expect((await call('GET', `/Patient?_id=${own('n1')}`)).body['entry']).toBeUndefined();
    });

    test('on a stale version is refused whole', async () => {
      await call('PUT', `/Patient/${own('im')}`, patient(own('im')));
      await call('PUT', `/Patient/${own('im')}`, patient(own('im'), { active: false }));
      const on = (ifMatch: string) =>
        transaction(putPatient(own(`im${ifMatch.length}`)), putPatient(own('im'), { active: true }, { ifMatch }));
      expect((await on('W/"1"')).status).toBe(here('stale-version'));
      expect((await call('GET', `/Patient/${own('im5')}`)).status).toBe(404);
      expect((await on('W/"2"')).status).toBe(200);
    });

    test('finds what is there instead of creating it, and refers to that', async () => {
      const value = own('found');
      await call('PUT', `/Patient/${value}`, patient(value, identified(value)));
      const created = entry(
        ...(['POST', 'Patient', patient(undefined, identified(value))] as const),
        { ifNoneExist: `identifier=${SYSTEM}|${value}` },
        'urn:uuid:11111111-1111-4111-8111-111111111111',
      );
      const refers = task(own('refers'), { for: { reference: 'urn:uuid:11111111-1111-4111-8111-111111111111' } });
      const { body } = await transaction(created, entry('PUT', `Task/${own('refers')}`, refers));
      expect(statusesIn(body)).toEqual([200, 201]);
      expect((await call('GET', `/Task/${own('refers')}`)).body['for']!['reference']).toBe(`Patient/${value}`);
    });

    test('may delete a resource together with what refers to it', async () => {
      const id = own('both');
      await transaction(putPatient(id), entry('PUT', `Task/${id}`, task(id, { for: { reference: `Patient/${id}` } })));
      const { status, body } = await transaction(entry('DELETE', `Patient/${id}`), entry('DELETE', `Task/${id}`));
      expect([status, ...statusesIn(body)]).toEqual([200, 204, 204]);
      expect((await call('GET', `/Patient/${id}`)).status).toBe(410);
    });

    test('updates and deletes what fits a condition', async () => {
      for (const id of ['tu', 'td']) await call('PUT', `/Patient/${own(id)}`, patient(own(id), identified(own(id))));
      const { status, body } = await transaction(
        entry(
          'PUT',
          `Patient?identifier=${SYSTEM}|${own('tu')}`,
          patient(undefined, { ...identified(own('tu')), active: true }),
        ),
        entry('DELETE', `Patient?identifier=${SYSTEM}|${own('td')}`),
      );
      expect([status, ...statusesIn(body)]).toEqual([200, 200, 204]);
      expect((await call('GET', `/Patient/${own('tu')}`)).body['active']).toBe(true);
      expect((await call('GET', `/Patient/${own('td')}`)).status).toBe(410);
    });

    test('with a condition that fits several is refused whole', async () => {
      for (const id of ['m1', 'm2']) await call('PUT', `/Patient/${own(id)}`, patient(own(id), identified(own('m'))));
      const { status } = await transaction(
        putPatient(own('m3')),
        entry('PUT', `Patient?identifier=${SYSTEM}|${own('m')}`, patient(undefined, identified(own('m')))),
      );
      expect(status).toBe(412);
      expect((await call('GET', `/Patient/${own('m3')}`)).status).toBe(404);
    });

    test('with two entries about one resource is refused', async () => {
      expect((await transaction(putPatient(own('tw')), putPatient(own('tw'), { active: true }))).status).toBe(400);
    });

    test('sent again changes nothing', async () => {
      const again = () => transaction(putPatient(own('again'), { active: true }));
      await again();
      expect(statusesIn((await again()).body)).toEqual([200]);
      expect((await call('GET', `/Patient/${own('again')}`)).headers.get('etag')).toBe('W/"1"');
    });

    test('at the same time as others about the same resource is done, or refused as a conflict', async () => {
      const answers = await Promise.all(
        Array.from({ length: 10 }, (_, n) =>
          transaction(putPatient(own('shared'), identified(own(`s${n}`))), putPatient(own(`shared${n}`))),
        ),
      );
      const done = answers.filter(({ status }) => status === 200).length;
      expect(done).toBeGreaterThan(0);
      expect(
        [...new Set(answers.map(({ status }) => status))].filter((status) => ![200, 409].includes(status)),
      ).toEqual([]);
      expect((await call('GET', `/Patient/${own('shared')}`)).headers.get('etag')).toBe(`W/"${done}"`);
    });
  });

  test('a batch does each entry on its own', async () => {
    const { status, body } = await send('batch', [
      putPatient(own('b1')),
      entry('PUT', `Task/${own('b2')}`, task(own('b2'), { for: { reference: `Patient/${own('nobody')}` } })),
      entry('GET', `Patient/${own('nobody')}`),
    ]);
    expect([status, body['type']]).toEqual([200, 'batch-response']);
    expect(statusesIn(body)).toEqual([201, here('dangling-reference'), 404]);
    expect((await call('GET', `/Patient/${own('b1')}`)).status).toBe(200);
  });

  test('a batch updates and deletes what fits a condition, each on its own', async () => {
    for (const id of ['bu', 'bd']) await call('PUT', `/Patient/${own(id)}`, patient(own(id), identified(own(id))));
    for (const id of ['bm1', 'bm2']) await call('PUT', `/Patient/${own(id)}`, patient(own(id), identified(own('bm'))));
    const where = (value: string) => `Patient?identifier=${SYSTEM}|${own(value)}`;
    const { body } = await send('batch', [
      entry('PUT', where('bu'), patient(undefined, { ...identified(own('bu')), active: true })),
      entry('DELETE', where('bd')),
      entry('PUT', where('bm'), patient(undefined, { ...identified(own('bm')), active: true })),
    ]);
    expect(statusesIn(body)).toEqual([200, 204, 412]);
    expect((await call('GET', `/Patient/${own('bd')}`)).status).toBe(410);
    expect((await call('GET', `/Patient/${own('bm1')}`)).body['active']).toBeUndefined();
  });

  test('a batch gives what was asked for only where the client has not that version already', async () => {
    await call('PUT', `/Patient/${own('bk')}`, patient(own('bk')));
    const read = (ifNoneMatch: string) => entry('GET', `Patient/${own('bk')}`, undefined, { ifNoneMatch });
    const { body } = await send('batch', [read('W/"1"'), read('W/"2"')]);
    expect(statusesIn(body)).toEqual([304, 200]);
  });

  test.each([
    ['another resource', patient(own('x'))],
    ['a document', { resourceType: 'Bundle', type: 'document' }],
    ['an entry without a request', { resourceType: 'Bundle', type: 'transaction', entry: [{ resource: patient() }] }],
  ])('%s is no bundle that can be done', async (_what, body) => {
    const answer = await call('POST', '', body);
    expect([answer.status, answer.body['resourceType']]).toEqual([400, 'OperationOutcome']);
  });
}
