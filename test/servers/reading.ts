import { describe, expect, test } from '@jest/globals';
import type { Json } from './client.js';
import { nextPageOf } from './client.js';
import { identified, patient, task, type Ground } from './ground.js';

/** Read, delete, history, references. */
export function reads({ call, own, here, base }: Ground): void {
  const put = (id: string, more: object = {}) => call('PUT', `/Patient/${id}`, patient(id, more));

  describe('what is read', () => {
    test('was never there: 404 with an OperationOutcome', async () => {
      const { status, body } = await call('GET', `/Patient/${own('nobody')}`);
      expect([status, body['resourceType']]).toEqual([404, 'OperationOutcome']);
      expect((await call('GET', '/Nonsense/1')).status).toBe(404);
    });

    test('is 304 to whoever has that version', async () => {
      const id = own('cached');
      await put(id);
      const read = (tag: string) => call('GET', `/Patient/${id}`, undefined, { 'if-none-match': tag });
      expect((await read('W/"1"')).status).toBe(304);
      expect((await read('W/"2"')).status).toBe(200);
    });

    test('is 304 to whoever has it since it was written', async () => {
      const id = own('timed');
      const { body } = await put(id);
      const { lastUpdated } = body['meta'] as unknown as { lastUpdated: string };
      const read = (afterMs: number) => {
        const since = new Date(Date.parse(lastUpdated) + afterMs).toUTCString();
        return call('GET', `/Patient/${id}`, undefined, { 'if-modified-since': since });
      };
      expect((await read(2_000)).status).toBe(304);
      expect((await read(-2_000)).status).toBe(200);
    });

    test('was deleted: 410, with its versions, and it may come back', async () => {
      const id = own('gone');
      await put(id);
      expect((await call('DELETE', `/Patient/${id}`)).status).toBe(here('done-delete'));
      expect((await call('DELETE', `/Patient/${id}`)).status).toBe(here('done-delete'));
      expect((await call('GET', `/Patient/${id}`)).status).toBe(410);
      expect((await call('GET', `/Patient/${id}/_history/1`)).status).toBe(200);
      expect((await call('GET', `/Patient?_id=${id}`)).body['entry']).toBeUndefined();
      const back = await put(id, { active: true });
      expect([back.status, back.headers.get('etag')]).toEqual([201, 'W/"3"']);
    });

    test('says what the server can do', async () => {
      const { status, body } = await call('GET', '/metadata');
      expect([status, body['resourceType'], body['fhirVersion']]).toEqual([200, 'CapabilityStatement', '4.0.1']);
      const types = body['rest']![0]!['resource'] as unknown as { type: string }[];
      expect(types.map(({ type }) => type)).toEqual(expect.arrayContaining(['EpisodeOfCare', 'Task', 'Patient']));
    });
  });

  describe('a history', () => {
    const methodsIn = (body: Json) =>
      (body['entry'] as unknown as { request: { method: string } }[]).map(({ request }) => request.method);

    test('of a resource has the newest first, the deletion too', async () => {
      const id = own('old');
      await put(id);
      await put(id, { active: true });
      await call('DELETE', `/Patient/${id}`);
      const { body } = await call('GET', `/Patient/${id}/_history`);
      expect([body['type'], body['total']]).toEqual(['history', 3]);
      const [newest, , first] = methodsIn(body);
      expect([newest, first]).toEqual(['DELETE', here('first-in-history')]);
      expect((await call('GET', `/Patient/${own('unseen')}/_history`)).status).toBe(404);
    });

    test('of a type since an instant comes in pages', async () => {
      const first = await put(own('since1'));
      const since = (first.body as unknown as { meta: { lastUpdated: string } }).meta.lastUpdated;
      await put(own('since2'));
      await put(own('since3'));
      const seen: string[] = [];
      let url: string | undefined = `/Patient/_history?_count=2&_since=${encodeURIComponent(since)}`;
      while (url !== undefined) {
        const page = await call('GET', url);
        const entries = page.body['entry'] as unknown as { resource?: { id: string } }[] | undefined;
        seen.push(...(entries ?? []).flatMap(({ resource }) => resource?.id ?? []));
        url = nextPageOf(page);
      }
      const ours = seen.filter((id) => ['since1', 'since2', 'since3'].some((name) => id === own(name)));
      expect(ours).toEqual([own('since3'), own('since2'), own('since1')]);
    });
  });

  describe('a history of all there is', () => {
    interface Entry {
      readonly resource?: { readonly id: string; readonly meta: { readonly versionId: string } };
    }
    const entriesIn = (body: Json) => (body['entry'] ?? []) as unknown as Entry[];
    const lastUpdatedOf = ({ body }: { body: Json }) =>
      (body as unknown as { meta: { lastUpdated: string } }).meta.lastUpdated;

    test('of any type since an instant is in it, the newest first', async () => {
      const since = lastUpdatedOf(await put(own('sys1')));
      await call('PUT', `/Task/${own('sys2')}`, task(own('sys2')));
      const { body } = await call('GET', `/_history?_since=${encodeURIComponent(since)}&_count=20`);
      const seen = entriesIn(body).flatMap(({ resource }) => resource?.id ?? []);
      expect(seen.filter((id) => id === own('sys1') || id === own('sys2'))).toEqual([own('sys2'), own('sys1')]);
      const one = await call('GET', `/_history?_since=${encodeURIComponent(since)}&_count=1`);
      expect(entriesIn(one.body)).toHaveLength(1);
      expect(nextPageOf(one)).toBeDefined();
    });

    test('at an instant has the version that was current then', async () => {
      const id = own('at');
      const written: string[] = [];
      for (const gender of ['male', 'female', 'other']) written.push(lastUpdatedOf(await put(id, { gender })));
      const { body } = await call('GET', `/Patient/${id}/_history?_at=${encodeURIComponent(written[1] ?? '')}`);
      expect(entriesIn(body).map(({ resource }) => resource?.meta.versionId)).toEqual(['2']);
    });
  });

  describe('a reference', () => {
    const about = (id: string, reference: object) => call('PUT', `/Task/${id}`, task(id, { for: reference }));

    test('that leads nowhere is refused, and nothing is written', async () => {
      const { status, body } = await about(own('r1'), { reference: `Patient/${own('nobody')}` });
      expect([status, body['resourceType']]).toEqual([here('dangling-reference'), 'OperationOutcome']);
      expect((await call('GET', `/Task/${own('r1')}`)).status).toBe(404);
    });

    test('by identifier alone, and to what is contained, is taken', async () => {
      expect((await about(own('r2'), { identifier: { system: 'urn:a', value: 'b' } })).status).toBe(201);
      const contained = task(own('r4'), { contained: [patient('p')], for: { reference: '#p' } });
      expect((await call('PUT', `/Task/${own('r4')}`, contained)).status).toBe(201);
    });

    test('by the full address of the server itself', async () => {
      await put(own('there'));
      const { status } = await about(own('r3'), { reference: `${base()}/Patient/${own('there')}` });
      expect(status).toBe(here('reference-by-own-address'));
    });

    test('to another server', async () => {
      const { status } = await about(own('r5'), { reference: 'https://other.example/fhir/Patient/1' });
      expect(status).toBe(here('reference-to-another-server'));
    });

    test('to a type that the element does not allow', async () => {
      const id = own('e');
      await put(own('wrong'), identified(own('wrong')));
      const episode = {
        ...{ resourceType: 'EpisodeOfCare', id, status: 'active' },
        patient: { reference: `Patient/${own('wrong')}` },
        managingOrganization: { reference: `Patient/${own('wrong')}` },
      };
      expect((await call('PUT', `/EpisodeOfCare/${id}`, episode)).status).toBe(422);
    });

    test('holds what it refers to: that is not deleted before', async () => {
      await put(own('held'));
      await about(own('holds'), { reference: `Patient/${own('held')}` });
      expect((await call('DELETE', `/Patient/${own('held')}`)).status).toBe(409);
      await call('DELETE', `/Task/${own('holds')}`);
      expect((await call('DELETE', `/Patient/${own('held')}`)).status).toBe(here('done-delete'));
    });
  });
}
