import { bundleText, searchBundle, versionFields } from './bundles.js';
import { dateRange } from './date-range.js';
import { asRefusal, inEntry, outcomeOf, refusal } from './fhir-error.js';
import type { GroupCommit } from './group-commit.js';
import { historyBundle } from './history.js';
import {
  performWrite,
  readCurrent,
  readVersion,
  resolveWrite,
  type Answer,
  type AskedWrite,
  type Parts,
  type Step,
} from './interactions.js';
import { checkReferences } from './references.js';
import { isNotModified, type KnownVersion } from './not-modified.js';
import { isObject } from './resource.js';
import { resolveReferences } from './resolve-references.js';
import type { Changes } from './resource-store.js';

interface AskedRead {
  readonly method: 'GET';
  readonly path: readonly string[];
  readonly type: string;
  readonly query: URLSearchParams;
  readonly known: KnownVersion;
  readonly at: string;
}

/** An entry of a batch or transaction, read. */
interface Entry {
  readonly asked: AskedWrite | AskedRead;
  readonly fullUrl: string | undefined;
  readonly at: string;
}

const ORDER = ['DELETE', 'POST', 'PUT', 'GET'];
const STATUS_TEXTS: Readonly<Record<number, string>> = {
  ...{ 200: '200 OK', 201: '201 Created', 204: '204 No Content', 304: '304 Not Modified' },
};

const noChanges = (): Changes => ({ links: [], deleted: [] });

/** Runs a batch (each entry on its own) or a transaction (all of it or nothing), and answers in the order of the entries. */
export async function runBundle(parts: Parts, commit: GroupCommit, body: unknown, full: boolean): Promise<string> {
  if (!isObject(body) || body['resourceType'] !== 'Bundle' || !['batch', 'transaction'].includes(String(body['type'])))
    throw refusal(400, 'value', 'a Bundle of type batch or transaction is expected here');
  const entries: unknown = body['entry'] ?? [];
  if (!Array.isArray(entries)) throw refusal(400, 'structure', 'must be a list', 'Bundle.entry');
  if (body['type'] === 'batch') return runBatch(parts, commit, entries, full);
  const read = entries.map((entry, index) => inEntry(index, () => readEntry(parts, entry, index)));
  const answers = await commit.write(() => runTransaction(parts, read));
  return bundleText(
    'transaction-response',
    {},
    answers.map((answer, index) => responseEntry(parts, answer, full || read[index]?.asked.method === 'GET')),
  );
}

async function runBatch(parts: Parts, commit: GroupCommit, entries: readonly unknown[], full: boolean) {
  const answers = entries.map(async (entry, index) => {
    try {
      const { asked } = readEntry(parts, entry, index);
      if (asked.method === 'GET') return responseEntry(parts, performRead(parts, asked), true);
      return responseEntry(parts, await commit.write(() => writeOne(parts, asked)), full);
    } catch (error) {
      const { status, issues } = asRefusal(error);
      return JSON.stringify({ response: { status: String(status), outcome: outcomeOf(issues) } });
    }
  });
  return bundleText('batch-response', {}, await Promise.all(answers));
}

/** One write with all that belongs to it, inside a transaction of the database. */
export function writeOne(parts: Parts, asked: AskedWrite): Answer {
  const changes = noChanges();
  const answer = performWrite(parts, changes, resolveWrite(parts, { ...asked, at: '' }));
  checkReferences(parts.database, changes);
  return answer;
}

function runTransaction(parts: Parts, entries: readonly Entry[]): readonly Answer[] {
  refuseTwins(entries);
  const steps = entries.map(({ asked }, index) =>
    asked.method === 'GET' ? undefined : inEntry(index, () => resolveWrite(parts, asked)),
  );
  const resolved = resolveReferences(
    parts,
    steps,
    entries.map(({ fullUrl }) => fullUrl),
  );
  const changes = noChanges();
  const answers: Answer[] = [];
  const order = entries.map((_entry, index) => index);
  const rank = (index: number) => ORDER.indexOf(entries[index]?.asked.method ?? 'GET');
  for (const index of order.sort((a, b) => rank(a) - rank(b) || a - b))
    answers[index] = inEntry(index, () => perform(parts, changes, entries[index], resolved[index]));
  checkReferences(parts.database, changes);
  return answers;
}

/** Conditions are looked at before anything is written: two that are equal would both find nothing, and make two resources. */
function refuseTwins(entries: readonly Entry[]): void {
  const conditions = new Set<string>();
  entries.forEach(({ asked }, index) => {
    const condition =
      asked.method === 'POST' ? asked.ifNoneExist : asked.method === 'PUT' ? asked.query.toString() : '';
    if (condition === undefined || condition === '') return;
    const known = `${asked.type}?${condition}`;
    if (conditions.has(known))
      inEntry(index, () => {
        throw refusal(400, 'duplicate', 'two entries of the transaction have the same condition');
      });
    conditions.add(known);
  });
}

function perform(parts: Parts, changes: Changes, entry: Entry | undefined, step: Step | undefined): Answer {
  if (step !== undefined) return performWrite(parts, changes, step);
  if (entry?.asked.method !== 'GET') throw new Error('an entry that is neither read nor write');
  return performRead(parts, entry.asked);
}

function performRead(parts: Parts, { path, type, query, known }: AskedRead): Answer {
  const [, id, history, versionId] = path;
  if (id === undefined) return { status: 200, body: searchBundle(parts, type, query) };
  if (path.at(-1) === '_history' && path.length <= 3)
    return { status: 200, body: historyBundle(parts, { type, ...(path.length === 3 ? { id } : {}) }, query) };
  if (path.length === 2) return unlessKnown(readCurrent(parts, type, id), known);
  if (path.length === 4 && history === '_history' && versionId !== undefined)
    return unlessKnown(readVersion(parts, type, id, versionId), known);
  throw refusal(400, 'not-supported', 'an entry reads a resource, a version or a history, or searches');
}

function unlessKnown(answer: Answer, known: KnownVersion): Answer {
  const { stored } = answer;
  return stored !== undefined && isNotModified(stored, known) ? { status: 304, stored } : answer;
}

function readEntry(parts: Parts, entry: unknown, index: number): Entry {
  const at = `Bundle.entry[${index}]`;
  const request = isObject(entry) ? entry['request'] : undefined;
  if (!isObject(entry) || !isObject(request)) throw refusal(400, 'required', 'request is required');
  const { method, url } = request;
  if (typeof method !== 'string' || typeof url !== 'string')
    throw refusal(400, 'required', 'request.method and request.url are required');
  const { path, query } = readUrl(url, parts.baseUrl());
  const [type = '', id] = path;
  if (!parts.definitions.serves(type)) throw refusal(404, 'not-supported', 'this server does not have this type');
  const fullUrl = typeof entry['fullUrl'] === 'string' ? entry['fullUrl'] : undefined;
  const text = (name: string) => (typeof request[name] === 'string' ? request[name] : undefined);
  const ifNoneMatch = text('ifNoneMatch');
  if (method === 'GET') {
    const since = dateRange(text('ifModifiedSince') ?? '');
    const known = { ifNoneMatch, sinceMs: since && since[1] - 1 };
    return { asked: { method, path, type, query, known, at }, fullUrl, at };
  }
  if (method !== 'POST' && method !== 'PUT' && method !== 'DELETE')
    throw refusal(405, 'not-supported', 'request.method is GET, POST, PUT or DELETE');
  if (path.length > (method === 'POST' ? 1 : 2)) throw refusal(400, 'value', 'request.url does not fit the method');
  const conditions = { ifMatch: text('ifMatch'), ifNoneMatch, ifNoneExist: text('ifNoneExist') };
  return { asked: { method, type, id, query, resource: entry['resource'], ...conditions, at }, fullUrl, at };
}

function readUrl(url: string, base: string): { path: readonly string[]; query: URLSearchParams } {
  const relative = url.startsWith(`${base}/`) ? url.slice(base.length + 1) : url.replace(/^\//, '');
  const mark = relative.indexOf('?');
  const path = mark < 0 ? relative : relative.slice(0, mark);
  const query = new URLSearchParams(mark < 0 ? '' : relative.slice(mark + 1));
  return { path: path.split('/').filter((part) => part !== ''), query };
}

function responseEntry({ baseUrl }: Parts, { status, stored, body }: Answer, full: boolean): string {
  const base = baseUrl();
  const at = stored === undefined ? undefined : `${base}/${stored.type}/${stored.id}`;
  const version =
    stored === undefined ? {} : { location: `${at ?? ''}/_history/${stored.versionId}`, ...versionFields(stored) };
  const response = JSON.stringify({ status: STATUS_TEXTS[status] ?? String(status), ...version });
  const fullUrl = at === undefined ? '' : `"fullUrl":${JSON.stringify(at)},`;
  return `{${fullUrl}${full && body !== undefined ? `"resource":${body},` : ''}"response":${response}}`;
}
