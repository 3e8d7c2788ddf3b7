import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { Bench } from '../../src/workbench/bench.js';
import { event, removeFolder, running, type RunningService } from '../service/running.js';
import { command } from '../cli/commands.js';

let service: RunningService;
beforeAll(async () => {
  service = await running({ mappingBench: 'edit' });
});
afterAll(async () => {
  await service.service.stop();
  removeFolder(service.dataDir);
});

interface Tried {
  readonly facts: readonly object[];
  readonly reasons: readonly { readonly message: string }[];
  readonly trace: readonly { readonly fields: readonly object[] }[];
  readonly pathways: readonly { readonly episodes: readonly { readonly registrations: readonly object[] }[] }[];
  readonly resources: readonly { readonly resourceType: string }[];
  readonly percent: { readonly lines: number };
  readonly unreached: readonly object[];
  readonly errors: readonly { readonly message: string }[];
  readonly detail?: string;
}

async function post(path: string, body: unknown): Promise<{ status: number; json: Tried }> {
  const answer = await fetch(`${service.service.url}${path}`, { method: 'POST', body: JSON.stringify(body) });
  return { status: answer.status, json: (await answer.json()) as Tried };
}

const referrals = readFileSync('mappings/csv-export/examples/referrals-marked-for-the-pathway.input.csv', 'latin1');
const encounter = JSON.parse(
  readFileSync('mappings/fhir-r4/examples/encounter-of-a-referral.input.json', 'utf8'),
) as object;

test('the packs in use are listed', async () => {
  const { packs, faults } = (await (await service.get('/mappings')).json()) as {
    packs: { name: string }[];
    faults: [];
  };
  expect(packs.map(({ name }) => name)).toEqual(['canonical', 'csv-export', 'dips', 'fhir-orders', 'fhir-r4']);
  expect(faults).toEqual([]);
});

test('rows become facts, traced, with the pathways and resources that would follow; nothing of it is stored', async () => {
  const { status, json } = await post('/mappings/csv-export/try', { messages: [referrals] });
  expect(status).toBe(200);
  expect(json).toMatchObject({ pack: 'csv-export', facts: [{ kind: 'referral', mark: 'C01' }, {}], unmapped: [] });
  expect(json.trace[0]?.fields).toContainEqual(
    expect.objectContaining({
      field: 'mark',
      value: 'C01',
      file: 'csv-export/referrals.jsonata',
      inputs: ['/line/2/row/Merket'],
    }),
  );
  expect(json.pathways[0]?.episodes[0]?.registrations[0]).toMatchObject({ code: 'C01A', on: '2026-03-02' });
  expect(json.resources.map(({ resourceType }) => resourceType)).toContain('EpisodeOfCare');
  expect(await (await service.get('/messages')).json()).toEqual({ messages: [] });
  expect(await service.fhir('EpisodeOfCare')).toEqual([]);
});

test('of two files that say a row differently the later one counts', async () => {
  const later = referrals.replace('02.03.2026', '04.03.2026');
  expect(later).not.toBe(referrals);
  const { json } = await post('/mappings/csv-export/try', { messages: [referrals, later] });
  expect(json.pathways.flatMap(({ episodes }) => episodes.flatMap((each) => each.registrations))).toContainEqual(
    expect.objectContaining({ code: 'C01A', on: '2026-03-04' }),
  );
});

test('edited files are tried in the place of the pack’s own, which stays as it is', async () => {
  const text = readFileSync('mappings/fhir-r4/encounter.jsonata', 'utf8');
  const edits = { 'encounter.jsonata': text.replace('"form": $form', '"form": "telephone"') };
  const edited = await post('/mappings/fhir-r4/try', { messages: [encounter], edits });
  expect(edited.json.facts).toMatchObject([{ form: 'telephone' }]);
  const own = await post('/mappings/fhir-r4/try', { messages: [encounter] });
  expect(own.json.facts).toMatchObject([{ form: 'outpatient' }]);
});

test('an edited pack that is wrong is told by file, line and column', async () => {
  const { status, json } = await post('/mappings/fhir-r4/try', {
    messages: [encounter],
    edits: { 'encounter.jsonata': '(\n  1 +\n)' },
  });
  expect(status).toBe(422);
  expect(json.errors[0]?.message).toMatch(/^fhir-r4\/encounter\.jsonata line 3 column 2: /);
  const map = await post('/mappings/fhir-r4/try', {
    messages: [encounter],
    edits: { 'concept-maps/attendance-state.json': '{}' },
  });
  expect(map.json.errors[0]?.message).toMatch(/^fhir-r4\/concept-maps\/attendance-state\.json line 1 column 1: /);
});

test('an expression that runs away is refused with its place, and the service answers all the while', async () => {
  const edits = { 'encounter.jsonata': '(\n  $f := function($n) { $f($n + 1) };\n  $f(1)\n)' };
  const trying = post('/mappings/fhir-r4/try', { messages: [encounter], edits });
  for (let n = 0; n < 5; n++) {
    const beganMs = performance.now();
    expect((await service.get('/health/live')).status).toBe(200);
    expect(performance.now() - beganMs).toBeLessThan(1_000);
  }
  const { json } = await trying;
  expect(json.detail ?? json.reasons[0]?.message).toMatch(/line \d|^It took more than/);
});

test('what messages reach of a pack is counted; without any, what its examples do', async () => {
  const all = await post('/mappings/dips/coverage', {});
  expect(all.json).toMatchObject({ percent: { lines: 100, rows: 100 }, unreached: [], unusedRows: [] });
  const one = await post('/mappings/csv-export/coverage', { messages: [referrals] });
  expect(one.json.percent.lines).toBeLessThan(50);
  expect(one.json.unreached[0]).toMatchObject({
    file: expect.stringContaining('csv-export/'),
    line: expect.any(Number),
  });
});

test.each<[string, string, unknown, number]>([
  ['another pack than there is', '/mappings/nowhere/try', { messages: [encounter] }, 404],
  ['no message', '/mappings/dips/try', { messages: [] }, 400],
  ['a message that is none', '/mappings/dips/try', { messages: [7] }, 400],
  [
    'files outside the pack',
    '/mappings/dips/try',
    { messages: [encounter], edits: { '../fhir-r4/encounter.jsonata': '1' } },
    400,
  ],
  ['files that are no text', '/mappings/dips/try', { messages: [encounter], edits: { 'encounter.jsonata': 1 } }, 400],
  ['a field that nobody knows', '/mappings/dips/try', { messages: [encounter], edit: {} }, 400],
])('%s is refused', async (_what, path, body, status) => {
  expect((await post(path, body)).status).toBe(status);
});

test('a running service tells what it received for a pack, and which of it another pack would change', async () => {
  const [id = ''] = await service.send(event('referral', 'r-1', { receivedAt: '2026-03-02', mark: 'C01' }));
  await service.until(id, 'delivered');
  const listed = (await (await service.get('/mappings/canonical/messages?since=2026-01-01')).json()) as {
    messages: { id: string }[];
  };
  expect(listed.messages.map((message) => message.id)).toEqual([id]);
  const { out, exitCode } = await command(
    'diff-mappings',
    'canonical',
    'canonical',
    '--since',
    '2026-01-01',
    '--base',
    service.service.url,
  );
  expect(out).toBe('0 of 1 messages would say something else; codes of 0 patients would change.');
  expect(exitCode).toBe(0);
});

test('codes that messages wait for are counted', async () => {
  const none = await command('conceptmap', 'missing', '--base', service.service.url);
  expect(none).toEqual({ out: 'No message waits for a code.', error: '', exitCode: 0 });
  const file = readFileSync('mappings/csv-export/examples/a-contact-of-a-type-that-nobody-has-mapped-waits.input.csv');
  const answer = await fetch(`${service.service.url}/inbox/csv/csv-export`, {
    method: 'POST',
    headers: { 'content-type': 'text/csv' },
    body: file,
  });
  const { messages } = (await answer.json()) as { messages: { id: string }[] };
  for (const { id } of messages) await service.until(id, 'waiting', 'delivered');
  const missing = await command('conceptmap', 'missing', '--base', service.service.url);
  expect(missing.exitCode).toBe(1);
  expect(missing.out).toMatch(/1 +│ csv-export +│ https:\/\/epr\.example\/codes\/kontakttype/);
});

describe('a process of its own', () => {
  const clock = { now: () => '2026-03-20T12:00:00.000Z' };
  const asked = (expression: string) =>
    ({ task: 'try', messages: [JSON.stringify(encounter)], edits: { 'encounter.jsonata': expression } }) as const;

  test('is ended when it takes too long', async () => {
    const bench = new Bench({ mappingsDir: 'mappings', clock, limits: { timeoutMs: 300 } });
    const answer = await bench.ask('fhir-r4', asked('($f := function($n) { $f($n + 1) }; $f(1))'));
    expect(answer).toEqual({ status: 422, detail: 'It took more than 0.3 s or 256 MB.' });
  });

  test('is ended when it takes too much memory', async () => {
    const bench = new Bench({ mappingsDir: 'mappings', clock, limits: { memoryMb: 48, timeoutMs: 20_000 } });
    const hungry = '($long := $join($map([1..9000], $string)); $map([1..9000], function($n) { $split($long, "") }))';
    expect(await bench.ask('fhir-r4', asked(hungry))).toMatchObject({ status: 422 });
  });
});

test('without the setting there is no bench; without that for edits no edited file is taken', async () => {
  const plain = await running();
  const reading = await running({ mappingBench: 'read' });
  try {
    expect((await plain.get('/mappings')).status).toBe(404);
    const body = JSON.stringify({ messages: [encounter], edits: { 'encounter.jsonata': '1' } });
    const answer = await fetch(`${reading.service.url}/mappings/fhir-r4/try`, { method: 'POST', body });
    expect(answer.status).toBe(403);
  } finally {
    for (const { service: each, dataDir } of [plain, reading]) {
      await each.stop();
      removeFolder(dataDir);
    }
  }
});
