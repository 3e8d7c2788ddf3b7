import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { identified, patient, startFhirServer, task, type RunningServer } from './running-server.js';

let fhir: RunningServer;
beforeAll(async () => {
  fhir = await startFhirServer();
});
afterAll(() => fhir.stop());

describe('writing a resource', () => {
  test('PUT of an id that is not there creates it, and says where and which version', async () => {
    const answer = await fhir.call('PUT', '/Patient/made', patient('made', { birthDate: '1970-01-02' }));
    expect(answer.status).toBe(201);
    expect(answer.headers.get('location')).toBe(`${fhir.base}/Patient/made/_history/1`);
    expect(answer.headers.get('etag')).toBe('W/"1"');
    expect(answer.headers.get('last-modified')).toMatch(/^Sun, 01 Mar 2026 08:00:\d\d GMT$/);
    expect(answer.headers.get('content-type')).toBe('application/fhir+json; charset=utf-8');
    expect(answer.body).toMatchObject({ id: 'made', birthDate: '1970-01-02', meta: { versionId: '1' } });
  });

  test('POST gives an id of the server, whatever id came', async () => {
    const answer = await fhir.call('POST', '/Patient', patient('mine'));
    expect(answer.status).toBe(201);
    expect(answer.body['id']).not.toBe('mine');
    expect((await fhir.call('GET', `/Patient/${answer.body['id'] as unknown as string}`)).status).toBe(200);
  });

  test('an update makes a version; equal content, keys in another order, makes none', async () => {
    await fhir.call('PUT', '/Patient/kept', patient('kept', { gender: 'female' }));
    const changed = await fhir.call('PUT', '/Patient/kept', patient('kept', { gender: 'male', active: true }));
    const same = await fhir.call('PUT', '/Patient/kept', { active: true, gender: 'male', ...patient('kept') });
    expect([changed.status, changed.headers.get('etag')]).toEqual([200, 'W/"2"']);
    expect([same.status, same.headers.get('etag')]).toEqual([200, 'W/"2"']);
    expect(same.body['meta']).toEqual(changed.body['meta']);
  });

  test('what was read can be written back as it is', async () => {
    await fhir.call('PUT', '/Patient/back', patient('back', { meta: { source: 'urn:a' } }));
    const read = await fhir.call('GET', '/Patient/back');
    expect((await fhir.call('PUT', '/Patient/back', read.body)).headers.get('etag')).toBe('W/"1"');
  });

  test('a stale If-Match is 412, the current one is taken, and one for what is not there is 412', async () => {
    await fhir.call('PUT', '/Patient/locked', patient('locked'));
    const write = (tag: string, gender: string) =>
      fhir.call('PUT', '/Patient/locked', patient('locked', { gender }), { 'if-match': tag });
    expect((await write('W/"1"', 'male')).status).toBe(200);
    expect((await write('W/"1"', 'female')).status).toBe(412);
    expect((await fhir.call('PUT', '/Patient/none', patient('none'), { 'if-match': 'W/"1"' })).status).toBe(412);
    expect((await fhir.call('GET', '/Patient/none')).status).toBe(404);
  });

  test('of many who update the same version, one wins', async () => {
    await fhir.call('PUT', '/Patient/raced', patient('raced'));
    const answers = await Promise.all(
      Array.from({ length: 20 }, (_, n) =>
        fhir.call('PUT', '/Patient/raced', patient('raced', identified(String(n))), { 'if-match': 'W/"1"' }),
      ),
    );
    const statuses = answers.map(({ status }) => status);
    expect(statuses.filter((status) => status === 200)).toHaveLength(1);
    expect(statuses.filter((status) => status === 412)).toHaveLength(19);
    expect((await fhir.call('GET', '/Patient/raced')).headers.get('etag')).toBe('W/"2"');
  });

  test('fifty conditional creates at once make one resource', async () => {
    const answers = await Promise.all(
      Array.from({ length: 50 }, () =>
        fhir.call('POST', '/Patient', patient(undefined, identified('only')), {
          'if-none-exist': 'identifier=urn:test:id|only',
        }),
      ),
    );
    expect(answers.filter(({ status }) => status === 201)).toHaveLength(1);
    expect(new Set(answers.map(({ body }) => body['id'])).size).toBe(1);
    expect((await fhir.call('GET', '/Patient?identifier=urn:test:id|only')).body['total']).toBe(1);
  });

  test('a conditional update creates, updates, and refuses more than one', async () => {
    const put = (gender: string) =>
      fhir.call('PUT', '/Patient?identifier=urn:test:id|cu', patient(undefined, { ...identified('cu'), gender }));
    const made = await put('male');
    const updated = await put('female');
    expect([made.status, updated.status]).toEqual([201, 200]);
    expect(updated.body['id']).toEqual(made.body['id']);
    await fhir.call('PUT', '/Patient/cu2', patient('cu2', identified('cu')));
    expect((await put('other')).status).toBe(412);
    expect((await fhir.call('PUT', '/Patient?', patient())).status).toBe(412);
    expect((await fhir.call('PUT', '/Patient?nonsense=1', patient())).status).toBe(400);
  });

  test('Prefer decides what comes back', async () => {
    const put = (id: string, prefer: string) => fhir.call('PUT', `/Patient/${id}`, patient(id), { prefer });
    expect((await put('pm', 'return=minimal')).text).toBe('');
    expect((await put('po', 'return=OperationOutcome')).body['resourceType']).toBe('OperationOutcome');
    expect((await put('pr', 'return=representation')).body['id']).toBe('pr');
  });
});

describe('reading and deleting', () => {
  test('If-None-Match with the version the client has is 304', async () => {
    await fhir.call('PUT', '/Patient/cached', patient('cached'));
    expect((await fhir.call('GET', '/Patient/cached', undefined, { 'if-none-match': 'W/"1"' })).status).toBe(304);
    expect((await fhir.call('GET', '/Patient/cached', undefined, { 'if-none-match': 'W/"2"' })).status).toBe(200);
  });

  test('a deleted resource is 410, keeps its versions, and may come back', async () => {
    await fhir.call('PUT', '/Patient/gone', patient('gone'));
    expect((await fhir.call('DELETE', '/Patient/gone')).status).toBe(204);
    expect((await fhir.call('DELETE', '/Patient/gone')).status).toBe(204);
    expect((await fhir.call('GET', '/Patient/gone')).status).toBe(410);
    expect((await fhir.call('GET', '/Patient/gone/_history/1')).status).toBe(200);
    expect((await fhir.call('GET', '/Patient/gone/_history/2')).status).toBe(410);
    expect((await fhir.call('GET', '/Patient?_id=gone')).body['total']).toBe(0);
    const back = await fhir.call('PUT', '/Patient/gone', patient('gone'));
    expect([back.status, back.headers.get('etag')]).toEqual([201, 'W/"3"']);
  });

  test('a conditional delete deletes the one that fits, and none of several', async () => {
    for (const id of ['cd1', 'cd2']) await fhir.call('PUT', `/Patient/${id}`, patient(id, identified('cd')));
    expect((await fhir.call('DELETE', '/Patient?identifier=cd')).status).toBe(412);
    expect((await fhir.call('DELETE', '/Patient?identifier=cd&_id=cd1')).status).toBe(204);
    expect((await fhir.call('GET', '/Patient/cd1')).status).toBe(410);
    expect((await fhir.call('DELETE', '/Patient?identifier=nobody')).status).toBe(204);
  });

  test('history at a time has what was current at some point of it, and nothing of before and after', async () => {
    const at: string[] = [];
    for (const gender of ['male', 'female']) {
      const { body } = await fhir.call('PUT', '/Patient/then', patient('then', { gender }));
      at.push((body['meta'] as unknown as { lastUpdated: string }).lastUpdated);
    }
    await fhir.call('DELETE', '/Patient/then');
    const total = async (when: string) => (await fhir.call('GET', `/Patient/then/_history?_at=${when}`)).body['total'];
    expect(await total('2026-02-28')).toBe(0);
    expect(await total(at[0]!)).toBe(1);
    expect(await total(at[1]!)).toBe(1);
    expect(await total('2026-03-01')).toBe(3);
    expect(await total('2027')).toBe(1);
    expect((await fhir.call('GET', '/Patient/then/_history?_at=yesterday')).status).toBe(400);
  });

  test('history has the newest first: of a resource, of a type and of all, with pages', async () => {
    await fhir.call('PUT', '/Patient/old', patient('old'));
    await fhir.call('PUT', '/Patient/old', patient('old', { active: true }));
    await fhir.call('DELETE', '/Patient/old');
    const of = (await fhir.call('GET', '/Patient/old/_history')).body;
    expect(of['total']).toBe(3);
    const entries = of['entry'] as unknown as { request: { method: string }; response: { etag: string } }[];
    expect(entries.map(({ request, response }) => [request.method, response.etag])).toEqual([
      ['DELETE', 'W/"3"'],
      ['PUT', 'W/"2"'],
      ['PUT', 'W/"1"'],
    ]);
    const page = (await fhir.call('GET', '/Patient/_history?_count=2')).body;
    const next = page['link']![1]!['url'] as unknown as string;
    expect((await fhir.call('GET', next)).body['entry']![0]!['resource']).toMatchObject({ id: 'old' });
    expect((await fhir.call('GET', '/_history')).body['type']).toBe('history');
    expect((await fhir.call('GET', '/Patient/never/_history')).status).toBe(404);
  });

  test('reopening the file keeps everything', async () => {
    await fhir.call('PUT', '/Patient/durable', patient('durable', identified('durable')));
    await fhir.reopen();
    expect((await fhir.call('GET', '/Patient/durable')).headers.get('etag')).toBe('W/"1"');
    expect((await fhir.call('GET', '/Patient?identifier=durable')).body['total']).toBe(1);
  });
});

describe('references', () => {
  test('one that leads nowhere is refused, and says where it stands', async () => {
    const answer = await fhir.call('PUT', '/Task/r1', task('r1', { for: { reference: 'Patient/nobody' } }));
    expect(answer.status).toBe(422);
    expect(answer.body['issue']![0]!['expression']).toEqual(['Task.for']);
    expect(answer.text).not.toContain('nobody');
    expect((await fhir.call('GET', '/Task/r1')).status).toBe(404);
  });

  test('logical, contained and other servers’ references are taken, and absolute ones of its own are followed', async () => {
    await fhir.call('PUT', '/Patient/there', patient('there'));
    const put = (id: string, reference: object) => fhir.call('PUT', `/Task/${id}`, task(id, { for: reference }));
    expect((await put('r2', { identifier: { system: 'urn:a', value: 'b' } })).status).toBe(201);
    expect((await put('r3', { reference: 'https://other.example/fhir/Patient/1' })).status).toBe(201);
    expect((await put('r4', { reference: `${fhir.base}/Patient/there` })).status).toBe(201);
    expect((await put('r5', { reference: `${fhir.base}/Patient/nobody` })).status).toBe(422);
    expect((await put('r6', { reference: 'urn:uuid:0c3151bd-1cbf-4d64-b04d-cd9187a4c6e0' })).status).toBe(422);
    const contained = task('r7', { contained: [patient('p')], for: { reference: '#p' } });
    expect((await fhir.call('PUT', '/Task/r7', contained)).status).toBe(201);
  });

  test('the type referred to must be one the element allows', async () => {
    await fhir.call('PUT', '/Patient/wrong', patient('wrong'));
    const episode = {
      resourceType: 'EpisodeOfCare',
      id: 'e',
      status: 'active',
      patient: { reference: 'Patient/wrong' },
    };
    expect((await fhir.call('PUT', '/EpisodeOfCare/e', episode)).status).toBe(201);
    const wrong = { ...episode, managingOrganization: { reference: 'Patient/wrong' } };
    const answer = await fhir.call('PUT', '/EpisodeOfCare/e', wrong);
    expect([answer.status, answer.body['issue']![0]!['expression']]).toEqual([
      422,
      ['EpisodeOfCare.managingOrganization'],
    ]);
  });

  test('what others refer to is not deleted before they are', async () => {
    await fhir.call('PUT', '/Patient/held', patient('held'));
    await fhir.call('PUT', '/Task/holds', task('holds', { for: { reference: 'Patient/held' } }));
    expect((await fhir.call('DELETE', '/Patient/held')).status).toBe(409);
    expect((await fhir.call('GET', '/Patient/held')).status).toBe(200);
    await fhir.call('DELETE', '/Task/holds');
    expect((await fhir.call('DELETE', '/Patient/held')).status).toBe(204);
  });
});
