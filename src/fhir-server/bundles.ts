import { newId } from '../support/ids.js';
import { dateRange } from './date-range.js';
import { refusal } from './fhir-error.js';
import type { Parts } from './interactions.js';
import { storedOf, type Stored } from './resource-store.js';
import { runSearch, type Found } from './run-search.js';
import { readSearch } from './search-query.js';

/** A Bundle as JSON text. Its entries are text already: resources go out as they are stored, without being parsed. */
export function bundleText(type: string, head: object, entries: readonly string[]): string {
  const start = JSON.stringify({ resourceType: 'Bundle', id: newId(), type, ...head }).slice(0, -1);
  return entries.length === 0 ? `${start}}` : `${start},"entry":[${entries.join(',')}]}`;
}

/** Runs a search and puts what it found into a bundle, with links to itself and to the next page. */
export function searchBundle({ database, definitions, baseUrl }: Parts, type: string, asked: URLSearchParams): string {
  const query = readSearch(definitions, type, asked);
  const base = baseUrl();
  const { matches, included, total, next } = runSearch(database, query, base);
  const linkTo = (cursor: string | undefined) => withQuery(`${base}/${type}`, query.asked, cursor);
  const self = { relation: 'self', url: linkTo(query.cursor) };
  const link = next === undefined ? [self] : [self, { relation: 'next', url: linkTo(next) }];
  const entryOf = (found: Found, mode: 'match' | 'include') =>
    `{"fullUrl":${JSON.stringify(`${base}/${found.type}/${found.id}`)},"resource":${found.body},"search":{"mode":"${mode}"}}`;
  const entries = [
    ...matches.map((each) => entryOf(each, 'match')),
    ...included.map((each) => entryOf(each, 'include')),
  ];
  return bundleText('searchset', { ...(total === undefined ? {} : { total }), link }, entries);
}

/** The same search at another place in its pages. */
function withQuery(url: string, asked: URLSearchParams, cursor: string | undefined): string {
  const search = new URLSearchParams(asked);
  search.delete('_cursor');
  if (cursor !== undefined) search.set('_cursor', cursor);
  return search.size === 0 ? url : `${url}?${search.toString()}`;
}

const DEFAULT_COUNT = 50;
const MOST_COUNT = 1000;

/** Versions, the newest first: of a resource, of a type or of all. */
export function historyBundle(parts: Parts, path: { type?: string; id?: string }, asked: URLSearchParams): string {
  const { count, since, before } = readHistory(asked);
  const { type, id } = path;
  const base = parts.baseUrl();
  const [of, values] =
    id !== undefined
      ? ['v.rid = (SELECT rid FROM resource WHERE type = ? AND id = ?)', [type ?? '', id]]
      : type !== undefined
        ? ['v.type = ?', [type]]
        : ['1', []];
  const where = `${of} AND v.updated >= ?`;
  const total = Number(
    parts.database.get(`SELECT COUNT(*) AS total FROM version v WHERE ${where}`, ...values, since)?.['total'] ?? 0,
  );
  if (id !== undefined && total === 0 && parts.store.read(type ?? '', id) === undefined)
    throw refusal(404, 'not-found', 'there is no such resource');
  const rows = parts.database.all(
    `SELECT v.n, v.type, r.id, v.vid, v.updated, v.method, v.body FROM version v JOIN resource r ON r.rid = v.rid
      WHERE ${where} AND v.n < ? ORDER BY v.n DESC LIMIT ?`,
    ...[...values, since, before, count + 1],
  );
  const page = rows.slice(0, count);
  const last = page.at(-1);
  const url = [base, type, id, '_history'].filter((part) => part !== undefined).join('/');
  const link = [{ relation: 'self', url: withQuery(url, asked, asked.get('_cursor') ?? undefined) }];
  if (rows.length > count && last !== undefined)
    link.push({ relation: 'next', url: withQuery(url, asked, String(last['n'])) });
  const entries = page.flatMap((row) => storedOf(row) ?? []).map((stored) => historyEntry(stored, base));
  return bundleText('history', { total, link }, entries);
}

function readHistory(asked: URLSearchParams): { count: number; since: number; before: number } {
  const known = ['_count', '_since', '_cursor', '_format', '_pretty'];
  if ([...asked.keys()].some((name) => !known.includes(name)))
    throw refusal(400, 'not-supported', '_history takes _count and _since');
  const count = asked.get('_count') ?? String(DEFAULT_COUNT);
  const since = dateRange((asked.get('_since') ?? '1970').replace(' ', '+'))?.[0];
  const before = asked.get('_cursor') ?? String(Number.MAX_SAFE_INTEGER);
  if (!/^[1-9]\d{0,8}$/.test(count)) throw refusal(400, 'value', '_count takes a whole number from 1');
  if (since === undefined) throw refusal(400, 'value', '_since takes an instant');
  if (!/^\d{1,16}$/.test(before)) throw refusal(400, 'value', '_cursor is not one that this server gave');
  return { count: Math.min(Number(count), MOST_COUNT), since, before: Number(before) };
}

function historyEntry(stored: Stored, base: string): string {
  const { type, id, method, body, versionId } = stored;
  const url = method === 'POST' ? type : `${type}/${id}`;
  const status = body === undefined ? '204 No Content' : versionId === '1' ? '201 Created' : '200 OK';
  const fullUrl = JSON.stringify(`${base}/${type}/${id}`);
  const about = JSON.stringify({ request: { method, url }, response: { status, ...versionFields(stored) } }).slice(1);
  return `{"fullUrl":${fullUrl},${body === undefined ? '' : `"resource":${body},`}${about}`;
}

/** What a response entry says of a version. */
export function versionFields({ versionId, updated }: Stored): { etag: string; lastModified: string } {
  return { etag: `W/"${versionId}"`, lastModified: new Date(updated).toISOString() };
}
