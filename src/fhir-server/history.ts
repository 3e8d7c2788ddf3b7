import { bundleText, versionFields, withQuery } from './bundles.js';
import { dateRange, type DateRange } from './date-range.js';
import { refusal } from './fhir-error.js';
import type { Parts } from './interactions.js';
import { storedOf, type Stored } from './resource-store.js';

const DEFAULT_COUNT = 50;
const MOST_COUNT = 1000;
/** A version is current until the next one is written: at some point of a time, where both have something in common. */
const CURRENT_AT = `v.updated < ? AND NOT EXISTS
  (SELECT 1 FROM version later WHERE later.rid = v.rid AND later.vid = v.vid + 1 AND later.updated <= ?)`;

/** Versions, the newest first: of a resource, of a type or of all. */
export function historyBundle(parts: Parts, path: { type?: string; id?: string }, asked: URLSearchParams): string {
  const { count, since, at, before } = readHistory(asked);
  const { type, id } = path;
  const base = parts.baseUrl();
  const [of, values] =
    id !== undefined
      ? ['v.rid = (SELECT rid FROM resource WHERE type = ? AND id = ?)', [type ?? '', id]]
      : type !== undefined
        ? ['v.type = ?', [type]]
        : ['1', []];
  const where = `${of} AND v.updated >= ?${at === undefined ? '' : ` AND ${CURRENT_AT}`}`;
  const bound = [...values, since, ...(at === undefined ? [] : [at[1], at[0]])];
  const total = Number(
    parts.database.get(`SELECT COUNT(*) AS total FROM version v WHERE ${where}`, ...bound)?.['total'] ?? 0,
  );
  if (id !== undefined && total === 0 && parts.store.read(type ?? '', id) === undefined)
    throw refusal(404, 'not-found', 'there is no such resource');
  const rows = parts.database.all(
    `SELECT v.n, v.type, r.id, v.vid, v.updated, v.method, v.body FROM version v JOIN resource r ON r.rid = v.rid
      WHERE ${where} AND v.n < ? ORDER BY v.n DESC LIMIT ?`,
    ...[...bound, before, count + 1],
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

interface AskedHistory {
  readonly count: number;
  readonly since: number;
  readonly at: DateRange | undefined;
  readonly before: number;
}

function readHistory(asked: URLSearchParams): AskedHistory {
  const known = ['_count', '_since', '_at', '_cursor', '_format', '_pretty'];
  if ([...asked.keys()].some((name) => !known.includes(name)))
    throw refusal(400, 'not-supported', '_history takes _count, _since and _at');
  const count = asked.get('_count') ?? String(DEFAULT_COUNT);
  const since = dateRange((asked.get('_since') ?? '1970').replace(' ', '+'))?.[0];
  const atText = asked.get('_at');
  const at = atText === null ? undefined : dateRange(atText.replace(' ', '+'));
  if (atText !== null && at === undefined) throw refusal(400, 'value', '_at takes a date or an instant');
  const before = asked.get('_cursor') ?? String(Number.MAX_SAFE_INTEGER);
  if (!/^[1-9]\d{0,8}$/.test(count)) throw refusal(400, 'value', '_count takes a whole number from 1');
  if (since === undefined) throw refusal(400, 'value', '_since takes an instant');
  if (!/^\d{1,16}$/.test(before)) throw refusal(400, 'value', '_cursor is not one that this server gave');
  return { count: Math.min(Number(count), MOST_COUNT), since, at, before: Number(before) };
}

function historyEntry(stored: Stored, base: string): string {
  const { type, id, method, body, versionId } = stored;
  const url = method === 'POST' ? type : `${type}/${id}`;
  const status = body === undefined ? '204 No Content' : versionId === '1' ? '201 Created' : '200 OK';
  const fullUrl = JSON.stringify(`${base}/${type}/${id}`);
  const about = JSON.stringify({ request: { method, url }, response: { status, ...versionFields(stored) } }).slice(1);
  return `{"fullUrl":${fullUrl},${body === undefined ? '' : `"resource":${body},`}${about}`;
}
