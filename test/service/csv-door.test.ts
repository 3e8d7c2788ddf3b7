import { cpSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { newFolder, removeFolder, running, NATIONAL_ID, type RunningService } from './running.js';

const CONTACT = `{ "type": "no.pakkeforlop.attendance.v1", "data": {
  "id": row.kontakt_id, "version": version, "startedAt": $instant(row.start, "DD.MM.YYYY HH:mm"),
  "state": "finished", "purpose": "workup", "form": $translate("urn:hospital:type", row.type),
  "patient": { "identifier": [{ "system": "urn:oid:2.16.578.1.12.4.1.4.1", "value": row.fnr }] },
  "organization": { "identifier": { "system": "urn:oid:2.16.578.1.12.4.1.4.101", "value": "983975240" } } } }`;

const MANIFEST = {
  name: 'nightly',
  version: '1',
  takes: {
    door: 'csv',
    encoding: 'windows-1252',
    tables: [{ name: 'contacts', columns: ['kontakt_id', 'fnr', 'start', 'type'], key: ['kontakt_id'] }],
  },
  required: { contacts: ['/start'] },
  facts: { expression: 'contact.jsonata' },
};

const TYPES = {
  resourceType: 'ConceptMap',
  id: 'type',
  group: [{ source: 'urn:hospital:type', target: 't', element: [{ code: 'Åpen', target: [{ code: 'outpatient' }] }] }],
};

const HEADER = 'kontakt_id;fnr;start;type';
const row = (id: string, start: string) => `${id};${NATIONAL_ID};${start};Åpen`;

let dir: string;
let epr: RunningService;

beforeEach(async () => {
  dir = newFolder();
  cpSync('mappings', dir, { recursive: true, filter: (file) => !file.endsWith('examples') });
  mkdirSync(join(dir, 'nightly', 'concept-maps'), { recursive: true });
  writeFileSync(join(dir, 'nightly', 'manifest.json'), JSON.stringify(MANIFEST));
  writeFileSync(join(dir, 'nightly', 'contact.jsonata'), CONTACT);
  writeFileSync(join(dir, 'nightly', 'concept-maps', 'type.json'), JSON.stringify(TYPES));
  epr = await running({ mappingsDir: dir });
});

afterEach(async () => {
  await epr.service.stop();
  removeFolder(epr.dataDir);
  removeFolder(dir);
});

interface Answer {
  readonly status: number;
  readonly messages: readonly { readonly id: string; readonly status: string }[];
  readonly errors: readonly { readonly path: string; readonly message: string }[];
}

async function send(lines: readonly string[], headers: Record<string, string> = {}, pack = 'nightly'): Promise<Answer> {
  const isUtf8 = headers['content-type']?.includes('utf-8') === true;
  const body = Buffer.from(lines.join('\r\n'), isUtf8 ? 'utf8' : 'latin1');
  const request = { method: 'POST', headers: { 'content-type': 'text/csv', ...headers }, body };
  const answer = await fetch(`${epr.service.url}/inbox/csv/${pack}`, request);
  const { messages = [], errors = [] } = (await answer.json()) as Partial<Answer>;
  return { status: answer.status, messages, errors };
}

describe('a file of rows', () => {
  test('is kept row by row, and each is mapped', async () => {
    const { status, messages } = await send([HEADER, row('1', '03.03.2026 10:15'), row('2', '04.03.2026 09:00')]);
    expect([status, messages.map((message) => message.status)]).toEqual([202, ['received', 'received']]);
    for (const { id } of messages) await epr.until(id, 'delivered');
  });

  test('says the same in UTF-8, where its sender says that it is', async () => {
    const { messages } = await send([HEADER, row('1', '03.03.2026 10:15')], {
      'content-type': 'text/csv; charset=utf-8',
    });
    await epr.until(messages[0]!.id, 'delivered');
  });

  test('that repeats what is known is no news; a row that changed is, also back to what it was', async () => {
    const [at, later] = [row('1', '03.03.2026 10:15'), row('1', '05.03.2026 10:15')];
    const first = await send([HEADER, at]);
    const again = await send([HEADER, at]);
    expect(again.messages).toEqual([{ id: first.messages[0]!.id, status: 'duplicate' }]);
    const changed = await send([HEADER, later]);
    const back = await send([HEADER, at]);
    expect([changed, back].map(({ messages }) => messages[0]?.status)).toEqual(['received', 'received']);
    expect(new Set([first, changed, back].map(({ messages }) => messages[0]?.id)).size).toBe(3);
  });

  test('with a row that is short is refused whole, by line; sent leniently the others count', async () => {
    const lines = [HEADER, row('1', '03.03.2026 10:15'), '2;17915710069', row('', '03.03.2026 10:15')];
    const strict = await send(lines);
    expect([strict.status, strict.errors.map(({ path }) => path)]).toEqual([400, ['/line/3', '/line/4/kontakt_id']]);
    const lenient = await send(lines, { prefer: 'handling=lenient' });
    expect([lenient.status, lenient.messages.length]).toEqual([202, 1]);
  });

  test('names the line of a row behind one whose text has several lines', async () => {
    const { errors } = await send([HEADER, `"1\r\n1";${NATIONAL_ID};"03.03.2026 10:15";Åpen`, '2;17915710069']);
    expect(errors.map(({ path }) => path)).toEqual(['/line/4']);
  });

  test('says behind which line a quote is not closed', async () => {
    const { errors } = await send([HEADER, row('1', '03.03.2026 10:15'), '"2;x']);
    expect(errors.map(({ message }) => message)).toEqual([
      'The file is no CSV: a quote that is opened behind line 2 is not closed.',
    ]);
  });

  test('whose row the pack cannot read waits for nobody: it is rejected with its column', async () => {
    const { messages } = await send([HEADER, row('1', '31.02.2026 10:15'), row('2', '')]);
    const [day, missing] = await Promise.all(messages.map(({ id }) => epr.until(id, 'rejected')));
    expect(day?.reasons).toMatchObject([
      { code: 'mapping', path: '/row/start', message: /DD\.MM\.YYYY HH:mm.*contact\.jsonata line 2 column/ },
    ]);
    expect(missing?.reasons).toMatchObject([{ code: 'mapping', path: '/row/start', message: /manifest\.json/ }]);
  });

  test.each([
    ['another header', ['a;b', '1;2'], {}, 'nightly', 400],
    ['no header', [''], {}, 'nightly', 400],
    ['a column named twice', [`${HEADER};type`, ''], {}, 'nightly', 400],
    ['a quote that is not closed', [HEADER, '"1;2'], {}, 'nightly', 400],
    [
      'bytes that are no UTF-8',
      [HEADER, row('1', 'x')],
      { 'content-type': 'text/csv; charset=us-utf' },
      'nightly',
      400,
    ],
    ['a pack that is not there', [HEADER], {}, 'unknown', 404],
    ['a pack for something else', [HEADER], {}, 'canonical', 404],
    ['another content type', [HEADER], { 'content-type': 'application/json' }, 'nightly', 415],
    ['a file over 5 MB', [HEADER, 'x'.repeat(5 * 1024 * 1024 + 1)], {}, 'nightly', 413],
  ])('with %s is refused', async (_what, lines, headers, pack, status) => {
    const answer = await send(lines, headers, pack);
    expect([answer.status, answer.messages]).toEqual([status, []]);
  });
});
