import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { readDefinitions } from '../../src/fhir-server/definitions.js';
import { idsIn } from '../servers/client.js';
import { startFhirServer, task, type RunningServer } from './running-server.js';

const definitions = readDefinitions(join(import.meta.dirname, '../../profiles/r4'));
let fhir: RunningServer;

const RESOURCES = [
  {
    ...{ resourceType: 'Patient', id: 'kari', active: true, gender: 'female', birthDate: '1970-05-17' },
    meta: { source: 'urn:epr#abc', tag: [{ system: 'urn:tag', code: 'new' }], profile: ['http://a.example/profile'] },
    identifier: [{ system: 'urn:nin', value: '17057000001' }],
    name: [{ family: 'Åsen', given: ['Kari', 'Élise'] }],
    address: [{ city: 'Tromsø', postalCode: '9008' }],
  },
  {
    ...{ resourceType: 'Patient', id: 'ola', gender: 'male', birthDate: '1970' },
    identifier: [{ value: '17057000001' }, { system: 'urn:mrn', value: 'a,b|c' }],
    name: [{ family: 'Aasen', given: ['Ola'] }],
    deceasedDateTime: '2026-02-01',
    link: [{ other: { reference: 'Patient/kari' }, type: 'seealso' }],
  },
  { resourceType: 'Patient', id: 'none' },
  task('t1', { for: { reference: 'Patient/kari' }, authoredOn: '2026-01-05T10:00:00+01:00' }),
  task('t2', { status: 'completed', for: { reference: 'Patient/ola' }, authoredOn: '2026-01-05' }),
  task('t3', { for: { identifier: { system: 'urn:nin', value: '1' } }, authoredOn: '2026-02' }),
  task('t4', { for: { reference: 'https://other.example/fhir/Patient/9' } }),
  {
    resourceType: 'EpisodeOfCare',
    id: 'e1',
    status: 'active',
    patient: { reference: 'Patient/kari' },
    period: { start: '2026-01-10' },
  },
  {
    ...{ resourceType: 'CodeSystem', id: 'cs', status: 'active', content: 'complete', url: 'http://a.example/cs' },
    concept: [{ code: 'a' }],
  },
];

beforeAll(async () => {
  fhir = await startFhirServer();
  for (const each of RESOURCES) {
    const { status, text } = await fhir.call('PUT', `/${each.resourceType}/${each.id}`, each);
    if (status !== 201) throw new Error(text);
  }
});
afterAll(() => fhir.stop());

test.each<[string, string[]]>([
  ['Patient?identifier=17057000001', ['kari', 'ola']],
  ['Patient?identifier=urn:nin|17057000001', ['kari']],
  ['Patient?identifier=|17057000001', ['ola']],
  ['Patient?identifier=urn:mrn|', ['ola']],
  ['Patient?identifier=urn:mrn|a\\,b\\|c', ['ola']],
  ['Patient?identifier=urn:nin|2,urn:nin|17057000001', ['kari']],
  ['Patient?identifier=17057000001&gender=male', ['ola']],
  ['Patient?gender=http://hl7.org/fhir/administrative-gender|male', ['ola']],
  ['Patient?gender:not=male', ['kari', 'none']],
  ['Patient?gender:missing=true', ['none']],
  ['Patient?gender:missing=false', ['kari', 'ola']],
  ['Patient?active=true', ['kari']],
  ['Patient?deceased=true', ['ola']],
  ['Patient?deceased=false', ['kari', 'none']],
  ['Patient?death-date=2026-02', ['ola']],
  ['Patient?family=ås', ['kari']],
  ['Patient?name=ELISE', ['kari']],
  ['Patient?name:exact=elise', []],
  ['Patient?name:exact=Élise', ['kari']],
  ['Patient?family:contains=sen', ['kari', 'ola']],
  ['Patient?address-city=troms', ['kari']],
  ['Patient?address=9008', ['kari']],
  ['Patient?link=kari', ['ola']],
  ['Patient?_source=urn:epr', ['kari']],
  ['Patient?_source=urn:epr%23abc', ['kari']],
  ['Patient?_tag=urn:tag|new', ['kari']],
  ['Patient?_profile=http://a.example/profile', ['kari']],
  ['Patient?_id=ola,none', ['ola', 'none']],
  ['Patient?_lastUpdated=2026-03-01', ['kari', 'ola', 'none']],
  ['Patient?_lastUpdated=gt2026-03-01', []],
  ['Patient?birthdate=1970', ['kari', 'ola']],
  ['Patient?birthdate=1970-05-17', ['kari']],
  ['Patient?birthdate=ne1970-05-17', ['ola']],
  ['Patient?birthdate=lt1970-05-17', ['ola']],
  ['Patient?birthdate=le1970-05-17', ['kari', 'ola']],
  ['Patient?birthdate=ge1970-05-17', ['kari', 'ola']],
  ['Patient?birthdate=sa1970', []],
  ['Patient?birthdate=eb1971', ['kari', 'ola']],
  ['Patient?birthdate=ap1970-05', ['kari', 'ola']],
  ['Task?authored-on=2026-01-05', ['t1', 't2']],
  ['Task?authored-on=2026-01-05T09:00:00Z', ['t1']],
  ['Task?authored-on=2026-01-05T10:00:00+01:00', ['t1']],
  ['Task?authored-on=ge2026-01-06&authored-on=lt2026-03-01', ['t3']],
  ['Task?patient=kari', ['t1']],
  ['Task?patient=Patient/kari,Patient/ola', ['t1', 't2']],
  ['Task?subject:Patient=kari', ['t1']],
  ['Task?subject:Group=kari', []],
  ['Task?subject=https://other.example/fhir/Patient/9', ['t4']],
  ['Task?subject:identifier=urn:nin|1', ['t3']],
  ['Task?subject:missing=true', []],
  ['Task?status=requested,completed&_sort=-_id', ['t4', 't3', 't2', 't1']],
  ['Task?_sort=-authored-on', ['t3', 't1', 't2', 't4']],
  ['Task?_sort=authored-on,-_id', ['t2', 't1', 't3', 't4']],
  ['Task?_sort=-_lastUpdated', ['t4', 't3', 't2', 't1']],
  ['EpisodeOfCare?date=2030-01-01', []],
  ['EpisodeOfCare?date=ge2030-01-01', ['e1']],
  ['CodeSystem?url=http://a.example/cs&code=a', ['cs']],
])('%s finds %j', async (search, expected) => {
  const answer = await fhir.call('GET', `/${search.replace('+01:00', '%2B01:00')}`);
  expect(answer.status).toBe(200);
  const ids = idsIn(answer);
  expect(search.includes('_sort') ? ids : [...ids].sort()).toEqual(
    search.includes('_sort') ? expected : [...expected].sort(),
  );
  expect(answer.body['total']).toBe(expected.length);
});

describe('a search', () => {
  test('may be absolute, posted, or ask for a count only', async () => {
    const absolute = await fhir.call('GET', `/Task?subject=${encodeURIComponent(`${fhir.base}/Patient/kari`)}`);
    expect(idsIn(absolute)).toEqual(['t1']);
    const form = { 'content-type': 'application/x-www-form-urlencoded' };
    expect(idsIn(await fhir.call('POST', '/Task/_search?status=requested', 'patient=kari', form))).toEqual(['t1']);
    const counted = await fhir.call('GET', '/Task?_summary=count');
    expect([counted.body['total'], counted.body['entry']]).toEqual([4, undefined]);
    expect((await fhir.call('GET', '/Task?_total=none')).body['total']).toBeUndefined();
  });

  test('says where each entry stands, and that it fits', async () => {
    const { body } = await fhir.call('GET', '/Task?_id=t1');
    expect(body['type']).toBe('searchset');
    expect(body['entry']![0]).toMatchObject({ fullUrl: `${fhir.base}/Task/t1`, search: { mode: 'match' } });
  });

  test('brings what is referred to, and what refers', async () => {
    const included = await fhir.call('GET', '/Task?_id=t1,t2&_include=Task:patient');
    expect([idsIn(included).length, idsIn(included, 'include').sort()]).toEqual([2, ['kari', 'ola']]);
    const reverse = await fhir.call(
      'GET',
      '/Patient?_id=kari&_revinclude=Task:patient&_revinclude=EpisodeOfCare:patient',
    );
    expect(idsIn(reverse, 'include').sort()).toEqual(['e1', 't1']);
    expect(reverse.body['total']).toBe(1);
  });

  test('brings what that refers to in its turn, round a circle once', async () => {
    const links = (id: string, to: string) => ({
      ...{ resourceType: 'Patient', id, link: [{ other: { reference: `Patient/${to}` }, type: 'seealso' }] },
    });
    const ring = ['ring1', 'ring2', 'ring3'];
    const entry = ring.map((id, n) => ({
      resource: links(id, ring[(n + 1) % ring.length] ?? ''),
      request: { method: 'PUT', url: `Patient/${id}` },
    }));
    await fhir.call('POST', '', { resourceType: 'Bundle', type: 'transaction', entry });
    const included = async (query: string) => idsIn(await fhir.call('GET', `/Patient?_id=ring1&${query}`), 'include');
    expect(await included('_include=Patient:link')).toEqual(['ring2']);
    expect(await included('_include:iterate=Patient:link')).toEqual(['ring2', 'ring3']);
    expect(await included('_include=Patient:link:Task')).toEqual([]);
    expect(await included('_revinclude:iterate=Patient:link')).toEqual(['ring3', 'ring2']);
    expect(await included('_include=Patient:*')).toEqual(['ring2']);
    for (const id of ring) await fhir.call('PUT', `/Patient/${id}`, { resourceType: 'Patient', id });
    for (const id of ring) await fhir.call('DELETE', `/Patient/${id}`);
  });

  test.each(['', '&_sort=-authored-on', '&_sort=_id', '&_sort=-_lastUpdated,authored-on'])(
    'in pages%s finds each once, though others come and go meanwhile',
    async (sort) => {
      const all = idsIn(await fhir.call('GET', `/Task?status:not=draft${sort}`));
      const seen: string[] = [];
      let url: string | undefined = `${fhir.base}/Task?status:not=draft&_count=1${sort}`;
      while (url !== undefined) {
        expect(url.startsWith(`${fhir.base}/Task?`)).toBe(true);
        const page = await fhir.call('GET', url);
        seen.push(...idsIn(page));
        const links = page.body['link'] as unknown as { relation: string; url: string }[];
        url = links.find(({ relation }) => relation === 'next')?.url;
        await fhir.call('PUT', '/Task/draft', task('draft', { status: 'draft', description: url ?? 'last' }));
      }
      expect(seen).toEqual(all);
    },
  );

  test('takes a thousand ids, and refuses what would cost too much', async () => {
    const many = (name: string) => `${name}=${Array.from({ length: 1000 }, (_, n) => `x${n}`).join(',')}`;
    expect(idsIn(await fhir.call('GET', `/Task?${many('_id')},t1`))).toEqual(['t1']);
    expect((await fhir.call('GET', `/Task?${many('status')}`)).status).toBe(400);
    const most = Array.from({ length: 399 }, (_, n) => `x${n}`).join(',');
    expect((await fhir.call('GET', `/Task?status=${most}`)).status).toBe(200);
    expect((await fhir.call('GET', `/Task?${'status=a&'.repeat(200)}`)).status).toBe(200);
  });

  test('names every parameter it does not know', async () => {
    const { status, text } = await fhir.call('GET', '/Patient?wrong=1&identifier=2&worse=17057012345&17057012345=1');
    expect(status).toBe(400);
    expect(text).toContain('wrong, worse, (');
    expect(text).not.toContain('17057012345');
  });

  test.each([
    ...[
      'patient.name=x',
      'patient:Patient.name=x',
      '_has:Task:patient:status=x',
      'status:text=x',
      'authored-on:exact=2026',
    ],
    ...['status=', 'authored-on=yesterday', 'authored-on=2026-02-30', '_count=x', '_sort=status', '_summary=true'],
    ...[
      '_include=Task',
      '_include=*',
      '_include=Patient:link',
      '_include=Task:status',
      '_include:any=Task:patient',
      '_cursor=x',
      '_cursor=WyJhIl0',
      'status=|',
    ],
    ...[
      'subject:missing=perhaps',
      'subject:Nonsense=1',
      '_total=many',
      '_elements=id',
      '_text=x',
      '%00=1',
      'status=%00',
    ],
  ])('Task?%s is refused as 400', async (search) => {
    const answer = await fhir.call('GET', `/Task?${search}`);
    expect([answer.status, answer.body['resourceType']]).toEqual([400, 'OperationOutcome']);
  });
});

describe('the definitions', () => {
  test('every search parameter of every type served is understood', () => {
    const counts = definitions.types.map((type) => definitions.parametersOf(type).size);
    expect(definitions.types).toHaveLength(20);
    expect(Math.min(...counts)).toBeGreaterThan(5);
  });

  test('/metadata says every type and parameter, and no more', async () => {
    const { status, body } = await fhir.call('GET', '/metadata');
    expect(status).toBe(200);
    const resources = body['rest']![0]!['resource'] as unknown as { type: string; searchParam: { name: string }[] }[];
    expect(resources.map(({ type }) => type)).toEqual(definitions.types);
    for (const { type, searchParam } of resources)
      for (const { name } of searchParam) {
        const { text } = await fhir.call('GET', `/${type}?${name}=2026`);
        expect(`${type}.${name} ${text}`).toContain('"type":"searchset"');
      }
  });
});
