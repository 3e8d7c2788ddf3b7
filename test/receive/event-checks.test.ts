import { describe, expect, test } from '@jest/globals';
import type { Fault } from '../../src/model/message.js';
import { createEventChecks } from '../../src/receive/event-checks.js';
import { checks, event, FNR, HOSPITAL, KINDS, PATIENT, schemas, type Json } from './canonical-events.js';

const TOMORROW = '2026-03-21';

function faultsOf(value: unknown): readonly Fault[] {
  const result = checks.check(value, TOMORROW);
  return 'faults' in result ? result.faults : [];
}

function pathsOf(value: unknown): readonly string[] {
  return faultsOf(value).map(({ path }) => path);
}

describe('an event as it should be', () => {
  test.each(KINDS)('a %s with every field is accepted', (kind) => {
    expect(faultsOf(event(kind))).toEqual([]);
  });

  test.each(KINDS)('a withdrawn %s needs only id, version, patient and organisation', (kind) => {
    const { id, version, patient, organization } = event(kind)['data'] as Record<string, Json>;
    const data = { id: id!, version: version!, patient: patient!, organization: organization!, status: 'withdrawn' };
    expect(faultsOf({ ...event(kind), data })).toEqual([]);
  });

  test('what a withdrawn event still says must be well-formed', () => {
    expect(pathsOf(event('decision', { status: 'withdrawn', decidedAt: 'yesterday' }))).toEqual(['/data/decidedAt']);
  });

  test('the version is a whole number or an instant', () => {
    for (const version of [0, -4, 9007199254740991, '2026-03-02T10:12:00+01:00', '2026-03-02T10:12:00.123456789Z'])
      expect(faultsOf(event('abort', { version }))).toEqual([]);
    for (const version of [1.5, 9007199254740992, '2026-03-02', '7', '2026-03-02T10:12:00', true, null])
      expect(faultsOf(event('abort', { version }))).toEqual([
        {
          path: '/data/version',
          message: 'must be a whole number that a double holds exactly, or an instant with an offset',
        },
      ]);
  });

  test('an attribute that is null counts as absent, and extension attributes may be there', () => {
    expect(faultsOf(event('abort', {}, { time: null, data_base64: null, traceparent: '00-1', sampled: true }))).toEqual(
      [],
    );
  });

  test('the other attributes of CloudEvents may be there', () => {
    const attributes = {
      subject: 'r-1',
      dataschema: 'https://epr.example/schema',
      datacontenttype: 'application/json; charset=utf-8',
      source: '/epr/relative?reference',
    };
    expect(faultsOf(event('abort', {}, attributes))).toEqual([]);
  });

  test('a type that only a mapping pack knows is accepted with any object as data', () => {
    const withPack = createEventChecks(schemas, () => ['no.hospital.own.v1']);
    const own = event('abort', {}, { type: 'no.hospital.own.v1', data: { anything: 1 } });
    expect(withPack.check(own, TOMORROW)).toHaveProperty('event');
    expect(withPack.check({ ...own, data: 'text' }, TOMORROW)).toEqual({
      faults: [{ path: '/data', message: 'must be an object' }],
    });
  });
});

describe('one mistake is one fault, with its path and what was expected', () => {
  const WHEN = 'must be a day YYYY-MM-DD or an instant with an offset';
  test.each<[string, string, Record<string, Json | undefined>, Fault]>([
    [
      'a date-time without an offset',
      'referral',
      { receivedAt: '2026-03-02T10:12:00' },
      { path: '/data/receivedAt', message: WHEN },
    ],
    ['a day that does not exist', 'decision', { decidedAt: '2026-02-30' }, { path: '/data/decidedAt', message: WHEN }],
    ['a number for a date', 'decision', { decidedAt: 20260302 }, { path: '/data/decidedAt', message: WHEN }],
    ['a field left out', 'referral', { receivedAt: undefined }, { path: '/data/receivedAt', message: 'is required' }],
    [
      'a field misspelt',
      'suspicion',
      { documentetAt: '2026-03-02' },
      { path: '/data/documentetAt', message: 'is not a known field' },
    ],
    [
      'a code that is not in the list',
      'abort',
      { reason: 'tired' },
      { path: '/data/reason', message: 'must be one of: patient-wish, death, other' },
    ],
    [
      'a status that is none',
      'referral',
      { status: 'gone', receivedAt: undefined },
      { path: '/data/status', message: 'must be one of: active, withdrawn' },
    ],
    [
      'a mark that is no pathway code',
      'referral',
      { mark: 'C1' },
      { path: '/data/mark', message: 'must be a pathway code of list 9173, such as C01, or unspecified' },
    ],
    [
      'an assessment with an instant',
      'referral',
      { assessment: { pathway: 'none', on: '2026-03-04T10:00:00Z' } },
      { path: '/data/assessment/on', message: 'must be a day that exists, YYYY-MM-DD' },
    ],
    [
      'a flag that is text',
      'referral',
      { workedUpAtContractSpecialist: 'yes' },
      { path: '/data/workedUpAtContractSpecialist', message: 'must be true or false' },
    ],
    [
      'a list that is none',
      'referral',
      { earlier: {} },
      { path: '/data/earlier', message: 'must be a list of registrations' },
    ],
    [
      'a code far too long',
      'referral',
      { earlier: [{ code: 'C'.repeat(21) }] },
      { path: '/data/earlier/0/code', message: 'must be a code of at most 20 letters and digits, such as C01A' },
    ],
    ['an empty id', 'abort', { id: '' }, { path: '/data/id', message: 'must be an id: text of 1 to 255 characters' }],
    [
      'a patient without numbers',
      'abort',
      { patient: { identifier: [] } },
      { path: '/data/patient/identifier', message: 'must be a list of at least one identifier' },
    ],
    [
      'a number without a system',
      'abort',
      { patient: { identifier: [{ value: '1' }] } },
      { path: '/data/patient/identifier/0/system', message: 'is required' },
    ],
    [
      'a system that is no URI',
      'abort',
      { patient: { identifier: [{ system: 'fnr', value: '1' }] } },
      {
        path: '/data/patient/identifier/0/system',
        message: 'must be an absolute URI, such as urn:oid:2.16.578.1.12.4.1.4.101',
      },
    ],
    [
      'wrong check digits',
      'abort',
      { patient: { identifier: [{ system: FNR, value: '17915710068' }] } },
      {
        path: '/data/patient/identifier/0/value',
        message: 'must be a national identity number: 11 digits with right check digits',
      },
    ],
    [
      'a national id with a blank',
      'abort',
      { patient: { identifier: [{ system: FNR, value: '179157 10069' }] } },
      {
        path: '/data/patient/identifier/0/value',
        message: 'must be a national identity number: 11 digits with right check digits',
      },
    ],
    [
      'an organisation as text',
      'abort',
      { organization: '983974724' },
      { path: '/data/organization', message: 'must be an object' },
    ],
    ['data that is no object', 'abort', {}, { path: '/data', message: 'must be an object' }],
  ])('%s', (_title, kind, changes, fault) => {
    const value = fault.path === '/data' ? { ...event(kind), data: [] } : event(kind, changes);
    expect(faultsOf(value)).toEqual([fault]);
  });

  test.each<[string, Record<string, Json | undefined>, Fault]>([
    ['another specversion', { specversion: '0.3' }, { path: '/specversion', message: 'must be "1.0"' }],
    ['no id', { id: undefined }, { path: '/id', message: 'is required' }],
    ['an empty id', { id: '' }, { path: '/id', message: 'must be text of 1 to 255 characters' }],
    [
      'a source that is no URI reference',
      { source: 'my epr' },
      { path: '/source', message: 'must be a URI reference of 1 to 1,000 characters' },
    ],
    ['no data', { data: undefined }, { path: '/data', message: 'is required' }],
    ['data that is null', { data: null }, { path: '/data', message: 'is required' }],
    [
      'binary data',
      { data_base64: 'AAAA' },
      { path: '/data_base64', message: 'is not accepted: the data is JSON, under data' },
    ],
    [
      'a time without an offset',
      { time: '2026-03-20T11:00:00' },
      { path: '/time', message: 'must be an instant with an offset (RFC 3339)' },
    ],
    [
      'XML as content type',
      { datacontenttype: 'application/xml' },
      { path: '/datacontenttype', message: 'must be application/json' },
    ],
    [
      'an attribute that is an object',
      { tenant: { a: 1 } },
      { path: '/tenant', message: 'must be text, a number, true or false' },
    ],
    ['an attribute with capitals', { traceParent: 'x' }, { path: '/traceParent', message: 'is not a known field' }],
  ])('the envelope has %s', (_title, changes, fault) => {
    expect(faultsOf(event('abort', {}, changes))).toEqual([fault]);
  });

  test('an unknown type says which are known, and the data is not looked at', () => {
    expect(faultsOf(event('abort', { reason: 'no' }, { type: 'no.pakkeforlop.referal.v1' }))).toEqual([
      { path: '/type', message: `must be one of the event types: ${checks.types.join(', ')}` },
    ]);
    expect(checks.types).toHaveLength(7);
  });

  test.each([null, 'text', 5, [], true])('%p is no event', (value) => {
    expect(faultsOf(value)).toEqual([{ path: '', message: 'must be a JSON object: one event' }]);
  });

  test('several mistakes are several faults', () => {
    expect(
      pathsOf(event('referral', { mark: 'X', purpose: 'y', receivedAt: undefined }, { id: 4 })).toSorted(),
    ).toEqual(['/data/mark', '/data/purpose', '/data/receivedAt', '/id']);
  });
});

describe('what has happened cannot lie more than a day ahead', () => {
  const AHEAD = 'must not lie more than a day ahead: it is said to have happened';
  const later = '2026-03-22';
  test.each<[string, Record<string, Json>, string]>([
    ['referral', { receivedAt: later }, '/data/receivedAt'],
    ['referral', { assessment: { pathway: 'C01', on: later } }, '/data/assessment/on'],
    ['referral', { earlier: [{ code: 'C01A', on: later }] }, '/data/earlier/0/on'],
    ['referral', { content: { tests: [{ code: 'Hb', on: later }] } }, '/data/content/tests/0/on'],
    ['referral', { patient: { ...PATIENT, birthDate: later } }, '/data/patient/birthDate'],
    ['referral', { patient: { ...PATIENT, deceasedOn: later } }, '/data/patient/deceasedOn'],
    ['suspicion', { documentedAt: later }, '/data/documentedAt'],
    ['attendance', { startedAt: later, state: 'arrived' }, '/data/startedAt'],
    ['attendance', { startedAt: later, state: 'finished' }, '/data/startedAt'],
    ['attendance', { startedAt: later, state: 'missed' }, '/data/startedAt'],
    ['transfer', { sentAt: later }, '/data/sentAt'],
    ['decision', { decidedAt: later }, '/data/decidedAt'],
    ['abort', { decidedAt: later }, '/data/decidedAt'],
  ])('%s %j', (kind, changes, path) => {
    expect(faultsOf(event(kind, changes))).toEqual([{ path, message: AHEAD }]);
    const sooner = JSON.parse(JSON.stringify(event(kind, changes)).replaceAll(later, TOMORROW)) as unknown;
    expect(faultsOf(sooner)).toEqual([]);
  });

  test('it is the Norwegian day of an instant that is compared', () => {
    expect(faultsOf(event('abort', { decidedAt: '2026-03-21T22:59:00Z' }))).toEqual([]);
    expect(pathsOf(event('abort', { decidedAt: '2026-03-21T23:00:00Z' }))).toEqual(['/data/decidedAt']);
  });

  test.each(['planned', 'cancelled'])('an attendance that is %s may lie ahead', (state) => {
    expect(faultsOf(event('attendance', { startedAt: '2026-09-01', state }))).toEqual([]);
  });
});

describe('text that no store keeps', () => {
  test.each([
    ['U+0000', 'a\0b'],
    ['a lone high surrogate', 'a\ud800b'],
    ['a lone low surrogate', 'a\udc00b'],
  ])('%s is refused, wherever it is', (_title, text) => {
    expect(pathsOf(event('abort', { extension: { deep: [{ note: text }] } }))).toEqual(['/data/extension/deep/0/note']);
    expect(pathsOf(event('abort', { extension: { [text]: 1 } }))).toEqual(['/data/extension']);
    expect(pathsOf(event('abort', {}, { subject: text }))).toEqual(['/subject']);
    expect(pathsOf(event('abort', { organization: { ...HOSPITAL, name: text } }))).toEqual(['/data/organization/name']);
  });

  test('a pair of surrogates is a character like any other', () => {
    expect(faultsOf(event('abort', { extension: { note: '😀' } }))).toEqual([]);
  });

  test('a number that no double holds is refused', () => {
    const value = JSON.parse(
      JSON.stringify(event('abort', { extension: { n: 1 } })).replace('"n":1', '"n":1e999'),
    ) as unknown;
    expect(pathsOf(value)).toEqual(['/data/extension/n']);
  });
});

describe('nothing that was sent is repeated', () => {
  test.each(['17915710069', 'Reise, Test', 'p17915710069', '<script>'])('a field named %s is not named', (name) => {
    expect(faultsOf(event('abort', { [name]: 1 }))).toEqual([
      { path: '/data', message: 'must not have fields other than those of the schema' },
    ]);
    expect(JSON.stringify(faultsOf(event('abort', {}, { [name]: {} })))).not.toContain(name);
  });

  test('an event of a million faults is refused with few words', () => {
    const many = event('referral', { content: { symptoms: Array.from({ length: 1_000_000 }, () => 1) } });
    expect(faultsOf(many)).toEqual([{ path: '', message: 'must not hold more than 20000 values' }]);
  });

  test('an extension may be large', () => {
    expect(faultsOf(event('abort', { extension: { rows: Array.from({ length: 30_000 }, () => 1) } }))).toEqual([]);
  });
});

describe('schemas that cannot be used stop the start', () => {
  test('without the envelope there are no checks', () => {
    const withoutEnvelope = schemas.filter((schema) => !String(schema['$id']).includes('cloudevent'));
    expect(() => createEventChecks(withoutEnvelope)).toThrow('There is no event schema');
  });

  test('a schema with a keyword that nobody knows is a typing error', () => {
    const misspelt = schemas.map((schema) => ({ ...schema, requird: [] }));
    expect(() => createEventChecks(misspelt)).toThrow('requird');
  });

  test('every field and every part has a description, from which people learn the vocabulary', () => {
    for (const schema of schemas) {
      expect(schema).toMatchObject({
        $schema: 'http://json-schema.org/draft-07/schema#',
        description: expect.any(String),
      });
      const fields: Record<string, Record<string, Json>> = {
        ...(schema['properties'] as object),
        ...(schema['definitions'] as object),
      };
      for (const [name, field] of Object.entries<Record<string, Json>>(fields))
        expect([schema['$id'], name, typeof (field['description'] ?? field['$ref'])]).toEqual([
          schema['$id'],
          name,
          'string',
        ]);
    }
  });
});
