import { beforeAll, describe, expect, test } from '@jest/globals';
import { idsIn, nextPageOf } from './client.js';
import { entry } from './bundling.js';
import { patient, SYSTEM, task, type Ground } from './ground.js';

const NAMES = ['kari', 'ola', 'nobody', 't1', 't2', 't3', 't4', 'e1'];

/** Search by token, reference and date, pages, order, includes. */
export function searches({ call, own, here, base }: Ground): void {
  const resources = [
    patient(own('kari'), {
      ...{ active: true, gender: 'female', birthDate: '1970-05-17' },
      identifier: [{ system: SYSTEM, value: own('chart') }],
      name: [{ family: 'Åsen', given: ['Kari'] }],
    }),
    patient(own('ola'), {
      ...{ gender: 'male', birthDate: '1970' },
      identifier: [{ value: own('chart') }, { system: `${SYSTEM}:mrn`, value: `${own('a')},b|c` }],
    }),
    patient(own('nobody')),
    task(own('t1'), { for: { reference: `Patient/${own('kari')}` }, authoredOn: '2026-01-05T10:00:00+01:00' }),
    task(own('t2'), { status: 'completed', for: { reference: `Patient/${own('ola')}` }, authoredOn: '2026-01-05' }),
    task(own('t3'), { for: { identifier: { system: SYSTEM, value: '1' } }, authoredOn: '2026-02-10' }),
    task(own('t4'), { status: 'draft', for: { reference: `Patient/${own('kari')}` } }),
    {
      ...{ resourceType: 'EpisodeOfCare', id: own('e1'), status: 'active' },
      patient: { reference: `Patient/${own('kari')}` },
      period: { start: '2026-01-10' },
    },
  ];
  const all = NAMES.map(own).join();
  /** Within this run's own resources; given and found by their short names. */
  const find = async (query: string) => {
    const path = `/${query
      .replace(/\{(\w+)\}/g, (_, name: string) => own(name))
      .replaceAll('+', '%2B')
      .replaceAll('\\', '%5C')}&_id=${all}`;
    const answer = await call('GET', path);
    expect(answer.status).toBe(200);
    return idsIn(answer).map((id) => NAMES.find((name) => own(name) === id) ?? id);
  };

  beforeAll(async () => {
    const entries = resources.map((each) => entry('PUT', `${each.resourceType}/${each.id ?? ''}`, each));
    const { status, text } = await call('POST', '', { resourceType: 'Bundle', type: 'transaction', entry: entries });
    if (status !== 200) throw new Error(text);
  });

  test.each<[string, string[]]>([
    ['Patient?identifier={chart}', ['kari', 'ola']],
    [`Patient?identifier=${SYSTEM}|{chart}`, ['kari']],
    ['Patient?identifier=|{chart}', ['ola']],
    [`Patient?identifier=${SYSTEM}:mrn|`, ['ola']],
    [`Patient?identifier=${SYSTEM}:mrn|{a}\\,b\\|c`, ['ola']],
    [`Patient?identifier=${SYSTEM}|2,${SYSTEM}|{chart}`, ['kari']],
    ['Patient?identifier={chart}&gender=male', ['ola']],
    ['Patient?gender:not=male', ['kari', 'nobody']],
    ['Patient?active=true', ['kari']],
    ['Patient?family=ås', ['kari']],
    ['Patient?birthdate=1970', ['kari', 'ola']],
    ['Patient?birthdate=1970-05-17', ['kari']],
    ['Patient?birthdate=ge1970-05-18', ['ola']],
    ['Patient?birthdate=lt1970-01-02', ['ola']],
    ['Task?authored-on=2026-01-05', ['t1', 't2']],
    ['Task?authored-on=2026-01-05T10:00:00+01:00', ['t1']],
    ['Task?authored-on=ge2026-01-06&authored-on=lt2026-03-01', ['t3']],
    ['Task?patient={kari}', ['t1', 't4']],
    ['Task?patient=Patient/{kari},Patient/{ola}', ['t1', 't2', 't4']],
    ['Task?subject:Patient={kari}', ['t1', 't4']],
    ['Task?patient={kari}&status=requested,completed', ['t1']],
    ['EpisodeOfCare?patient={kari}&status=active', ['e1']],
    ['EpisodeOfCare?date=ge2030-01-01', ['e1']],
    ['EpisodeOfCare?date=lt2026-01-01', []],
  ])('%s finds %j', async (query, expected) => {
    expect((await find(query)).sort()).toEqual([...expected].sort());
  });

  describe('a search', () => {
    test('by the full address of what is referred to', async () => {
      const subject = encodeURIComponent(`${base()}/Patient/${own('kari')}`);
      expect(await find(`Task?subject=${subject}`)).toHaveLength(Number(here('found-by-own-address')));
    });

    test('by the identifier in a reference', async () => {
      const answer = await call('GET', `/Task?subject:identifier=${SYSTEM}|1&_id=${own('t3')}`);
      expect(answer.status).toBe(here('identifier-in-a-reference'));
      if (answer.status === 200) expect(idsIn(answer)).toEqual([own('t3')]);
    });

    test('may be posted, so that nothing of it is in the address', async () => {
      const form = { 'content-type': 'application/x-www-form-urlencoded' };
      const answer = await call('POST', '/Patient/_search', `identifier=${SYSTEM}%7C${own('chart')}`, form);
      expect(idsIn(answer)).toEqual([own('kari')]);
    });

    test('by when it was written, the oldest first', async () => {
      const read = await call('GET', `/Task/${own('t1')}`);
      const { lastUpdated } = read.body['meta'] as unknown as { lastUpdated: string };
      await call('PUT', `/Task/${own('t4')}`, task(own('t4'), { status: 'draft', description: 'later' }));
      const since = encodeURIComponent(lastUpdated);
      const answer = await call('GET', `/Task?_lastUpdated=ge${since}&_sort=_lastUpdated&_id=${all}`);
      const found = idsIn(answer);
      expect(found).toHaveLength(4);
      expect(found.at(-1)).toBe(own('t4'));
      const later = encodeURIComponent(new Date(Date.parse(lastUpdated) + 3_600_000).toISOString());
      expect(idsIn(await call('GET', `/Task?_lastUpdated=ge${later}&_id=${all}`))).toEqual([]);
    });

    test('says which page it is, and each page the next, until all was found once', async () => {
      const seen: string[] = [];
      let url: string | undefined = `/Task?_id=${all}&_count=1&_sort=_lastUpdated`;
      while (url !== undefined) {
        const page = await call('GET', url);
        expect(page.body['type']).toBe('searchset');
        seen.push(...idsIn(page));
        url = nextPageOf(page);
        if (url !== undefined) expect(new URL(url).origin).toBe(new URL(base()).origin);
      }
      expect(seen.sort()).toEqual(['t1', 't2', 't3', 't4'].map(own).sort());
    });

    test('tells how many there are', async () => {
      expect((await call('GET', `/Task?_id=${all}&_summary=count`)).body['total']).toBe(4);
      expect((await call('GET', `/Task?_id=${all}&_total=accurate`)).body['total']).toBe(4);
    });

    test('in an order asked for', async () => {
      expect(await find('Task?_sort=-_id')).toEqual(['t4', 't3', 't2', 't1']);
      expect((await find('Task?_sort=-authored-on')).slice(0, 2)).toEqual(['t3', 't1']);
    });

    test('brings what is referred to, and what refers', async () => {
      const included = await call('GET', `/Task?_id=${own('t1')}&_include=Task:patient`);
      expect([idsIn(included), idsIn(included, 'include')]).toEqual([[own('t1')], [own('kari')]]);
      const reverse = await call('GET', `/Patient?_id=${own('kari')}&_revinclude=EpisodeOfCare:patient`);
      expect(idsIn(reverse, 'include')).toEqual([own('e1')]);
    });

    test('brings what is referred to by what it brings, where that is asked for', async () => {
      const focus = { reference: `EpisodeOfCare/${own('e1')}` };
      await call('PUT', `/Task/${own('about')}`, task(own('about'), { focus }));
      const included = async (query: string) => idsIn(await call('GET', `/${query}`), 'include').sort();
      const task1 = `Task?_id=${own('about')}&_include=Task:focus`;
      expect(await included(task1)).toEqual([own('e1')]);
      const both = [own('e1'), own('kari')].sort();
      expect(await included(`${task1}&_include:iterate=EpisodeOfCare:patient`)).toEqual(both);
      const kari = `Patient?_id=${own('kari')}&_revinclude=EpisodeOfCare:patient`;
      const referring = [own('about'), own('e1')].sort();
      expect(await included(`${kari}&_revinclude:iterate=Task:focus`)).toEqual(referring);
    });

    test('brings all that is referred to', async () => {
      const answer = await call('GET', `/Task?_id=${own('t1')}&_include=Task:*`);
      expect(answer.status).toBe(200);
      expect(idsIn(answer, 'include')).toEqual([own('kari')]);
    });

    test.each(['nonsense=1', 'authored-on=yesterday', '_sort=nonsense', '_lastUpdated=2026-02-30'])(
      'for Task?%s is refused with an OperationOutcome',
      async (query) => {
        const answer = await call('GET', `/Task?${query}`);
        expect([answer.status, answer.body['resourceType']]).toEqual([400, 'OperationOutcome']);
      },
    );

    test('made again within a minute, where it may be answered from what was found before', async () => {
      const value = own('again');
      const count = async () => {
        const { body } = await call('GET', `/Patient?identifier=${SYSTEM}|${value}`, undefined, {
          'cache-control': 'x',
        });
        return ((body['entry'] ?? []) as unknown as unknown[]).length;
      };
      expect(await count()).toBe(0);
      await call('POST', '/Patient', patient(undefined, { identifier: [{ system: SYSTEM, value }] }));
      expect((await count()) === 1).toBe(here('sees-what-is-new'));
      expect(idsIn(await call('GET', `/Patient?identifier=${SYSTEM}|${value}`))).toHaveLength(1);
    });
  });
}
