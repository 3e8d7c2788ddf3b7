import { describe, expect, test } from '@jest/globals';
import { identified, patient, SYSTEM, task, type Ground } from './ground.js';

/** Create, update, versions, conditions. */
export function writes({ call, own, here }: Ground): void {
  const put = (id: string, more: object = {}, headers: Record<string, string> = {}) =>
    call('PUT', `/Patient/${id}`, patient(id, more), headers);

  describe('a write', () => {
    test('by an id that is not there creates it, and says which version', async () => {
      const id = own('made');
      const answer = await put(id, { birthDate: '1970-01-02' });
      expect(answer.status).toBe(201);
      expect(answer.headers.get('etag')).toBe('W/"1"');
      expect(answer.body).toMatchObject({ id, birthDate: '1970-01-02', meta: { versionId: '1' } });
      expect(answer.headers.has('location')).toBe(here('location-of-a-put'));
    });

    test('without an id gets one from the server, whatever id came, and says where it stands', async () => {
      const answer = await call('POST', '/Patient', patient(own('mine')));
      expect(answer.status).toBe(201);
      const id = answer.body['id'] as unknown as string;
      expect(id).not.toBe(own('mine'));
      expect(answer.headers.get('location')).toMatch(new RegExp(`/Patient/${id}/_history/1$`));
      expect((await call('GET', `/Patient/${id}`)).status).toBe(200);
    });

    test('makes a version; one of equal content makes none', async () => {
      const id = own('kept');
      await put(id, { gender: 'female' });
      const changed = await put(id, { gender: 'male', active: true });
      const same = await call('PUT', `/Patient/${id}`, { active: true, gender: 'male', ...patient(id) });
      expect([changed.status, changed.headers.get('etag')]).toEqual([200, 'W/"2"']);
      expect([same.status, same.headers.get('etag')]).toEqual([200, 'W/"2"']);
    });

    test('of what was read as it was read makes no version', async () => {
      const id = own('back');
      await put(id, { active: true });
      const { body } = await call('GET', `/Patient/${id}`);
      expect((await call('PUT', `/Patient/${id}`, body)).headers.get('etag')).toBe('W/"1"');
    });

    test('keeps where it says to come from, up to a #', async () => {
      const id = own('sourced');
      await put(id, { meta: { source: 'urn:epr' } });
      const { meta } = (await call('GET', `/Patient/${id}`)).body as unknown as { meta: { source: string } };
      expect(meta.source.split('#')[0]).toBe('urn:epr');
      expect(meta.source.includes('#')).toBe(here('fragment-of-a-source'));
    });

    test('on a stale version is refused, on the current one taken', async () => {
      const id = own('locked');
      await put(id);
      const on = (tag: string, gender: string) => put(id, { gender }, { 'if-match': tag });
      expect((await on('W/"1"', 'male')).status).toBe(200);
      expect((await on('W/"1"', 'female')).status).toBe(here('stale-version'));
      expect((await call('GET', `/Patient/${id}`)).body['gender']).toBe('male');
    });

    test('on a version of what is not there', async () => {
      const id = own('never');
      expect((await put(id, {}, { 'if-match': 'W/"1"' })).status).toBe(here('version-of-nothing'));
      expect((await call('GET', `/Patient/${id}`)).status).toBe(here('version-of-nothing') === 201 ? 200 : 404);
    });

    test('by many on the same version: one wins', async () => {
      const id = own('raced');
      await put(id);
      const answers = await Promise.all(
        Array.from({ length: 20 }, (_, n) => put(id, identified(own(`${n}`)), { 'if-match': 'W/"1"' })),
      );
      const statuses = answers.map(({ status }) => status);
      expect(statuses.filter((status) => status === 200)).toHaveLength(1);
      expect(statuses.filter((status) => status === here('stale-version'))).toHaveLength(19);
      expect((await call('GET', `/Patient/${id}`)).headers.get('etag')).toBe('W/"2"');
    });

    test('by many on no version: each is done, or refused as a conflict', async () => {
      const id = own('crowd');
      await put(id);
      const answers = await Promise.all(Array.from({ length: 20 }, (_, n) => put(id, identified(own(`${n}`)))));
      const refused = answers.filter(({ status }) => status !== 200);
      expect(new Set(refused.map(({ status }) => status))).toEqual(new Set(refused.length === 0 ? [] : [409]));
      expect((await call('GET', `/Patient/${id}`)).headers.get('etag')).toBe(`W/"${21 - refused.length}"`);
    });

    test('that may only create, where something stands', async () => {
      const id = own('first');
      const create = (gender: string) => put(id, { gender }, { 'if-none-match': '*' });
      expect((await create('male')).status).toBe(201);
      expect((await create('female')).status).toBe(here('create-only-where-it-stands'));
      await call('DELETE', `/Patient/${id}`);
      expect((await create('female')).status).toBe(201);
    });

    test('to another id than the one in it is refused', async () => {
      expect((await call('PUT', `/Patient/${own('one')}`, patient(own('other')))).status).toBe(400);
    });
  });

  describe('a write under a condition', () => {
    const where = (value: string) => `identifier=${SYSTEM}|${own(value)}`;
    const create = (value: string) =>
      call('POST', '/Patient', patient(undefined, identified(own(value))), { 'if-none-exist': where(value) });

    test('creates where nothing fits, and finds what does', async () => {
      const made = await create('none');
      const found = await create('none');
      expect([made.status, found.status]).toEqual([201, 200]);
      expect(found.headers.get('location') ?? '').toContain(`/Patient/${made.body['id'] as unknown as string}/`);
    });

    test('is refused where several fit', async () => {
      for (const id of ['two1', 'two2']) await put(own(id), identified(own('two')));
      expect((await create('two')).status).toBe(412);
    });

    test('by fifty at once makes one resource', async () => {
      const answers = await Promise.all(Array.from({ length: 50 }, () => create('only')));
      expect(answers.filter(({ status }) => status === 201)).toHaveLength(1);
      const others = new Set(answers.map(({ status }) => status).filter((status) => status !== 201));
      expect([...others].filter((status) => status !== 200 && status !== 409)).toEqual([]);
      const { body } = await call('GET', `/Patient?${where('only')}&_summary=count`);
      expect(body['total']).toBe(1);
    });

    test('updates the one that fits, creates where none does, and refuses several', async () => {
      const update = (gender: string) =>
        call('PUT', `/Patient?${where('cu')}`, patient(undefined, { ...identified(own('cu')), gender }));
      const made = await update('male');
      const updated = await update('female');
      expect([made.status, updated.status]).toEqual([201, 200]);
      expect(updated.body['id']).toEqual(made.body['id']);
      await put(own('cu2'), identified(own('cu')));
      expect((await update('other')).status).toBe(412);
    });

    test('deletes the one that fits', async () => {
      for (const id of ['cd1', 'cd2']) await put(own(id), identified(own('cd')));
      expect((await call('DELETE', `/Patient?${where('cd')}&_id=${own('cd1')}`)).status).toBe(here('done-delete'));
      expect((await call('GET', `/Patient/${own('cd1')}`)).status).toBe(410);
      expect((await call('GET', `/Patient/${own('cd2')}`)).status).toBe(200);
    });

    test('deletes of several all or none, and where none fits nothing', async () => {
      for (const id of ['cs1', 'cs2']) await put(own(id), identified(own('cs')));
      const all = here('deletes-several') === true;
      expect((await call('DELETE', `/Patient?${where('cs')}`)).status).toBe(all ? here('done-delete') : 412);
      for (const id of ['cs1', 'cs2']) expect((await call('GET', `/Patient/${own(id)}`)).status).toBe(all ? 410 : 200);
      expect((await call('DELETE', `/Patient?${where('nobody')}`)).status).toBe(here('done-delete'));
    });

    test('by an id of ours creates that one where none fits, and is refused where another one does', async () => {
      const update = (id: string) => call('PUT', `/Patient?${where('ci')}`, patient(own(id), identified(own('ci'))));
      const made = await update('ci1');
      expect([made.status, (made.body['id'] as unknown) === own('ci1')]).toEqual([
        201,
        here('id-of-a-conditional-update'),
      ]);
      expect((await update('ci2')).status).toBe(here('id-of-a-conditional-update') === true ? 400 : 200);
    });
  });

  describe('what is no resource', () => {
    test.each([
      ['half of one', '{"resourceType":"Pat', 400],
      ['another type', JSON.stringify(task(own('odd'))), 400],
      ['nothing', '', 400],
    ])('%s is refused with an OperationOutcome', async (_what, text, status) => {
      const answer = await call('PUT', `/Patient/${own('odd')}`, text);
      expect([answer.status, answer.body['resourceType']]).toEqual([status, 'OperationOutcome']);
    });

    test.each([
      ['a code that is none', { gender: 'nonsense' }, 'wrong-code'],
      ['an element that is none', { nonsense: 1 }, 'unknown-element'],
      ['a day that is none', { birthDate: '2026-02-30' }, 'wrong-day'],
      ['a text for a list', { name: 'Kari' }, 'wrong-shape'],
    ] as const)('%s', async (_what, more, difference) => {
      const { status, body } = await put(own(difference), more);
      expect(status).toBe(here(difference));
      if (status >= 400) expect(body['resourceType']).toBe('OperationOutcome');
    });

    test('without an element that must be', async () => {
      const { status } = await call('PUT', `/Task/${own('bare')}`, { resourceType: 'Task', id: own('bare') });
      expect(status).toBe(here('missing-element'));
    });
  });
}
