import { afterEach, describe, expect, test } from '@jest/globals';
import type { Bundle, Task } from 'fhir/r4.js';
import nock from 'nock';
import { NATIONAL_ID, episode, patient, pending, senderTo, task } from './rows.js';

const server = () => nock('http://127.0.0.1:9').defaultReplyHeaders({ 'content-type': 'application/fhir+json' });
const answered = (count: number, version = '1') => ({
  resourceType: 'Bundle',
  type: 'transaction-response',
  entry: Array.from({ length: count }, () => ({ response: { status: '201 Created', etag: `W/"${version}"` } })),
});
const outcome = (code: string, expression?: string) => ({
  resourceType: 'OperationOutcome',
  issue: [
    {
      severity: 'error',
      code,
      diagnostics: `about ${NATIONAL_ID}`,
      ...(expression === undefined ? {} : { expression: [expression] }),
    },
  ],
});

afterEach(() => {
  const left = nock.pendingMocks();
  nock.cleanAll();
  expect(left).toEqual([]);
});

describe('what is new', () => {
  test('goes in one transaction, each by its own id, and its version is remembered', async () => {
    let sent: Bundle | undefined;
    server()
      .post('/fhir/', (body: Bundle) => {
        sent = body;
        return true;
      })
      .reply(200, answered(2));
    const result = await senderTo().sender.deliver([pending(patient()), pending(episode())], 0);
    expect(sent?.entry?.map(({ request }) => `${request?.method ?? ''} ${request?.url ?? ''}`)).toEqual([
      'PUT Patient/p1',
      'PUT EpisodeOfCare/e1',
    ]);
    expect(result.done.map(({ outcome: end, serverVersion }) => `${end} ${serverVersion ?? ''}`)).toEqual([
      'written 1',
      'written 1',
    ]);
    expect(result.retryAt).toBeUndefined();
  });

  test('alone is a plain update by its id', async () => {
    server().put('/fhir/Patient/p1').reply(201, patient(), { etag: 'W/"4"' });
    const { done } = await senderTo().sender.deliver([pending(patient())], 0);
    expect(done[0]).toMatchObject({ outcome: 'written', serverVersion: '4' });
  });

  test('and wanted as it was already written costs nothing', async () => {
    const row = pending(episode(), { written: episode(), serverVersion: '3' });
    expect((await senderTo().sender.deliver([row], 0)).done).toEqual([
      { key: row.key, wantedN: 1, outcome: 'unchanged' },
    ]);
  });
});

describe('what keeps a delivery waiting', () => {
  // The third attempt waits 4 s at most, of which half by chance; what an operator must mend waits 5 s at least.
  const soon = '2026-03-20T12:00:02.000Z';
  const later = '2026-03-20T12:00:05.000Z';
  const cases: [string, () => unknown, string, string][] = [
    ['a server that fails', () => server().put('/fhir/Patient/p1').reply(500, outcome('exception')), 'http-500', soon],
    ['a slow server', () => server().put('/fhir/Patient/p1').delay(600).reply(200, patient()), 'timeout', soon],
    [
      'a page of HTML',
      () => server().put('/fhir/Patient/p1').reply(200, '<html>Sign in</html>', { 'content-type': 'text/html' }),
      'not-fhir',
      later,
    ],
    ['half an answer', () => server().put('/fhir/Patient/p1').reply(200, '{"resourceType":"Pat'), 'malformed', soon],
    ['a wrong token', () => server().put('/fhir/Patient/p1').reply(401, outcome('login')), 'unauthorized', later],
    ['a forbidden write', () => server().put('/fhir/Patient/p1').reply(403, outcome('forbidden')), 'forbidden', later],
    [
      'an address that knows no FHIR',
      () => server().put('/fhir/Patient/p1').reply(404, '<h1>Not found</h1>'),
      'not-fhir',
      later,
    ],
  ];
  test.each(cases)('%s', async (_what, answer, code, expectedRetryAt) => {
    answer();
    const { sender, logged } = senderTo();
    const { done, retryAt, trouble } = await sender.deliver([pending(patient())], 2);
    expect(done).toEqual([]);
    expect(trouble?.code).toBe(code);
    expect(retryAt).toBe(expectedRetryAt);
    expect(JSON.stringify({ logged, trouble })).not.toContain(NATIONAL_ID);
  });

  test('a server that is down', async () => {
    const { trouble } = await senderTo('http://127.0.0.1:59998/fhir').sender.deliver([pending(patient())], 0);
    expect(trouble).toMatchObject({ sort: 'transient', code: 'unreachable' });
  });

  test.each([
    ['seconds', '90', '2026-03-20T12:01:30.000Z'],
    ['a date', 'Fri, 20 Mar 2026 12:02:00 GMT', '2026-03-20T12:02:00.000Z'],
    ['nonsense', 'soon', '2026-03-20T12:00:00.500Z'],
  ])('Retry-After as %s is heeded', async (_form, header, retryAt) => {
    server().put('/fhir/Patient/p1').reply(429, outcome('throttled'), { 'retry-after': header });
    expect((await senderTo().sender.deliver([pending(patient())], 0)).retryAt).toBe(retryAt);
  });

  test('an answer to fewer entries than were sent is no answer', async () => {
    server().post('/fhir/').reply(200, answered(1));
    const { done, trouble } = await senderTo().sender.deliver([pending(patient()), pending(episode())], 0);
    expect(done).toEqual([]);
    expect(trouble?.sort).toBe('ambiguous');
  });
});

describe('what is refused for good', () => {
  test('is a dead letter with the code and the place, and without the words of the server', async () => {
    server().put('/fhir/Patient/p1').reply(422, outcome('value', 'Patient.birthDate'));
    const { done, retryAt } = await senderTo().sender.deliver([pending(patient())], 0);
    expect(retryAt).toBeUndefined();
    expect(done[0]).toMatchObject({ outcome: 'dead', reasons: [{ code: 'value', path: 'Patient.birthDate' }] });
    expect(JSON.stringify(done)).not.toContain(NATIONAL_ID);
  });

  test('takes down only itself and what refers to it', async () => {
    const other = { resourceType: 'Organization', id: 'o1', name: 'x' } as const;
    server().post('/fhir/').reply(422, outcome('invariant'));
    server().put('/fhir/Patient/p1').reply(422, outcome('value', 'Patient.gender'));
    server().put('/fhir/Organization/o1').reply(201, other, { etag: 'W/"1"' });
    const resource = ['Patient', 'Organization', 'EpisodeOfCare'].map((type) => ({ type, updateCreate: true }));
    server()
      .get('/fhir/metadata')
      .reply(200, { resourceType: 'CapabilityStatement', rest: [{ resource }] });
    const { done } = await senderTo().sender.deliver([pending(episode()), pending(patient()), pending(other)], 0);
    expect(Object.fromEntries(done.map(({ key, outcome: end }) => [key, end]))).toEqual({
      'Organization|o1': 'written',
      'Patient|p1': 'dead',
      'EpisodeOfCare|e1': 'dead',
    });
    expect(done.find(({ key }) => key.startsWith('Episode'))?.reasons?.[0]?.code).toBe('depends-on-failed');
  });
});

describe('what somebody else wrote in between', () => {
  test.each([409, 412])('%i: it is read, joined and written again on the new version', async (status) => {
    const theirs = { ...episode(), team: [{ reference: 'CareTeam/theirs' }] };
    server().put('/fhir/EpisodeOfCare/e1').matchHeader('if-match', 'W/"1"').reply(status, outcome('conflict'));
    server()
      .get('/fhir/EpisodeOfCare/e1')
      .reply(200, { ...theirs, meta: { versionId: '2' } }, { etag: 'W/"2"' });
    server()
      .put(
        '/fhir/EpisodeOfCare/e1',
        (body: typeof theirs) => body.status === 'finished' && body.team[0]?.reference === 'CareTeam/theirs',
      )
      .matchHeader('if-match', 'W/"2"')
      .reply(200, { ...theirs, status: 'finished' }, { etag: 'W/"3"' });
    const row = pending(episode('finished'), { written: episode(), serverVersion: '1' });
    const { done } = await senderTo().sender.deliver([row], 0);
    expect(done[0]).toMatchObject({ outcome: 'written', serverVersion: '3' });
  });

  test('a conflict that does not end is tried again later', async () => {
    server().put('/fhir/EpisodeOfCare/e1').times(4).reply(409, outcome('conflict'));
    server().get('/fhir/EpisodeOfCare/e1').times(3).reply(200, episode(), { etag: 'W/"2"' });
    const row = pending(episode('finished'), { written: episode(), serverVersion: '1' });
    const { done, retryAt } = await senderTo().sender.deliver([row], 0);
    expect(done).toEqual([]);
    expect(retryAt).toBeDefined();
  });
});

describe('a Task is people’s too', () => {
  const written = task();
  const row = (wanted: Task) => pending(wanted, { written, serverVersion: '1' });

  test('a status that a person set stays, with its reason, and so do their note and owner', async () => {
    const theirs = task({
      status: 'in-progress',
      note: [{ text: 'rang the patient' }],
      owner: { reference: 'Practitioner/kari' },
    });
    server().get('/fhir/Task/t1').reply(200, theirs, { etag: 'W/"2"' });
    let sent: Task | undefined;
    server()
      .put('/fhir/Task/t1', (body: Task) => {
        sent = body;
        return true;
      })
      .matchHeader('if-match', 'W/"2"')
      .reply(200, theirs, { etag: 'W/"3"' });
    const { done } = await senderTo().sender.deliver([row(task({ status: 'completed', description: 'New words' }))], 0);
    expect(sent).toMatchObject({
      status: 'in-progress',
      note: theirs.note,
      owner: theirs.owner,
      description: 'New words',
    });
    // Remembered is what was ours last: so that their status still shows as theirs the next time.
    expect(done[0]?.written).toMatchObject({ status: 'ready', owner: written.owner, description: 'New words' });
  });

  test('one that the server has as it should be is not written', async () => {
    server()
      .get('/fhir/Task/t1')
      .reply(200, { ...task({ status: 'completed' }), meta: { versionId: '5', source: 'x#abc' } }, { etag: 'W/"5"' });
    const { done } = await senderTo().sender.deliver(
      [row({ ...task({ status: 'completed' }), meta: { source: 'x' } })],
      0,
    );
    expect(done[0]).toMatchObject({ outcome: 'unchanged', serverVersion: '5' });
  });

  test('one whose first answer was lost is found as written', async () => {
    server()
      .get('/fhir/Task/t1')
      .reply(200, { ...task(), meta: { versionId: '1' } }, { etag: 'W/"1"' });
    const { done } = await senderTo().sender.deliver([pending(task(), { sent: [task()] })], 0);
    expect(done[0]).toMatchObject({ outcome: 'unchanged', serverVersion: '1' });
  });

  test('one that somebody deleted is written again', async () => {
    server().get('/fhir/Task/t1').reply(410, outcome('deleted'));
    server().put('/fhir/Task/t1').reply(201, task(), { etag: 'W/"3"' });
    expect((await senderTo().sender.deliver([row(task({ status: 'completed' }))], 0)).done[0]?.outcome).toBe('written');
  });
});
