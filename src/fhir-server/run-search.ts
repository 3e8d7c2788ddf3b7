import type { SqliteValue } from '../support/sqlite.js';
import { BEGINNING, END } from './date-range.js';
import { refusal } from './fhir-error.js';
import type { Database, Row } from './open-database.js';
import { conditionOf, joined, sql, type Sql } from './search-conditions.js';
import type { Filter, Include, SearchQuery, Sort } from './search-query.js';

/** A resource that a search found. */
export interface Found {
  readonly rid: number;
  readonly type: string;
  readonly id: string;
  readonly body: string;
}

export interface SearchResult {
  readonly matches: readonly Found[];
  readonly included: readonly Found[];
  readonly total: number | undefined;
  /** Where the next page begins, if there is one. */
  readonly next: string | undefined;
}

/** Includes follow so many at the most from one page: a resource may be referred to by any number. */
const MOST_INCLUDED = 5000;

export function runSearch(database: Database, query: SearchQuery, baseUrl: string): SearchResult {
  const where = whereOf(query, baseUrl);
  const total = query.withTotal ? countAll(database, where) : undefined;
  if (query.countOnly) return { matches: [], included: [], total, next: undefined };
  const rows = pageOf(database, query, where);
  const page = rows.slice(0, query.count);
  const last = page.at(-1);
  const next = rows.length > query.count && last !== undefined ? cursorOf(last, query.sorts) : undefined;
  const matches = page.map(foundOf);
  return { matches, included: includedOf(database, query.includes, matches), total, next };
}

/** Up to `limit` ids that fit: for conditional interactions. */
export function findIds(database: Database, query: SearchQuery, baseUrl: string, limit: number): readonly string[] {
  const where = whereOf(query, baseUrl);
  const rows = database.all(`SELECT r.id FROM resource r WHERE ${where.text} LIMIT ${limit}`, ...where.values);
  return rows.map(({ id }) => String(id));
}

function whereOf({ type, filters }: SearchQuery, baseUrl: string): Sql {
  // The plus keeps SQLite from walking all of a type where an index of values leads to a few. Ids and times are in the row.
  const byValue = filters.some(({ parameter, modifier }) => typeof parameter !== 'string' && modifier !== 'not');
  const ofType = sql(`${byValue && !namesIds(filters) ? '+' : ''}r.type = ? AND r.deleted = 0`, type);
  return joined([ofType, ...filters.map((filter) => conditionOf(filter, baseUrl))], ' AND ');
}

function namesIds(filters: readonly Filter[]): boolean {
  return filters.some(({ parameter }) => parameter === '_id');
}

function countAll(database: Database, where: Sql): number {
  const row = database.get(`SELECT COUNT(*) AS total FROM resource r WHERE ${where.text}`, ...where.values);
  return Number(row?.['total'] ?? 0);
}

/** One more than a page, to see whether another follows. */
function pageOf(database: Database, query: SearchQuery, where: Sql): readonly Row[] {
  const keys = query.sorts.map(sortKey);
  const after = afterCursor(query);
  const order = [...query.sorts.map(({ descending }, index) => `k${index}${descending ? ' DESC' : ''}`), 'rid'];
  // Else SQLite walks all of a type for the sake of its order.
  const inner = namesIds(query.filters) ? order.with(-1, '+rid') : order;
  const columns = keys.map(({ text }, index) => `, ${text} AS k${index}`).join('');
  return database.all(
    `SELECT p.*, v.body FROM (SELECT * FROM (SELECT r.rid, r.type, r.id, r.vid${columns} FROM resource r
      WHERE ${where.text}) WHERE ${after.text} ORDER BY ${inner.join(', ')} LIMIT ?) p
      JOIN version v ON v.rid = p.rid AND v.vid = p.vid ORDER BY ${order.map((each) => `p.${each}`).join(', ')}`,
    ...[...keys.flatMap(({ values }) => values), ...where.values, ...after.values, query.count + 1],
  );
}

/** What has no value comes last, in either direction. */
function sortKey({ parameter, descending }: Sort): Sql {
  if (parameter === '_id') return sql('r.id');
  if (parameter === '_lastUpdated') return sql('r.updated');
  const [best, none] = descending ? ['MAX', BEGINNING - 1] : ['MIN', END + 1];
  const value = `SELECT ${best}(x."from") FROM ix_date x WHERE x.rid = r.rid AND x.param = ?`;
  return sql(`COALESCE((${value}), ${none})`, parameter.key);
}

/** The keys of the last row of a page: the next page begins after them, whatever was added or removed before. */
function cursorOf(row: Row, sorts: readonly Sort[]): string {
  const keys = [...sorts.map((_sort, index) => row[`k${index}`]), row['rid']];
  return Buffer.from(JSON.stringify(keys)).toString('base64url');
}

function afterCursor({ cursor, sorts }: SearchQuery): Sql {
  if (cursor === undefined) return sql('1');
  const keys = readCursor(cursor, sorts);
  const names = [...sorts.map((_sort, index) => `k${index}`), 'rid'];
  // (a, b) after (x, y): a after x, or a equal to x and b after y.
  const steps = names.map((name, index) => {
    const sign = sorts[index]?.descending === true ? '<' : '>';
    const equal = names.slice(0, index).map((each, at) => sql(`${each} = ?`, keys[at] ?? null));
    return joined([...equal, sql(`${name} ${sign} ?`, keys[index] ?? null)], ' AND ');
  });
  return joined(steps, ' OR ');
}

function readCursor(cursor: string, sorts: readonly Sort[]): readonly SqliteValue[] {
  const bad = refusal(400, 'value', '_cursor is not one that this server gave for this search');
  let keys: unknown;
  try {
    keys = JSON.parse(Buffer.from(cursor, 'base64url').toString());
  } catch {
    throw bad;
  }
  if (!Array.isArray(keys) || keys.length !== sorts.length + 1) throw bad;
  const isKey = (key: unknown, index: number) =>
    sorts[index]?.parameter === '_id' ? typeof key === 'string' && !key.includes('\0') : Number.isSafeInteger(key);
  if (!keys.every(isKey)) throw bad;
  return keys as SqliteValue[];
}

const LISTED = '(SELECT value FROM json_each(?))';

/** What is referred to by what was found, or refers to it; of what is included too, where that is asked for, each once. */
function includedOf(database: Database, includes: readonly Include[], matches: readonly Found[]): readonly Found[] {
  const known = new Set(matches.map(({ rid }) => rid));
  const all: Found[] = [];
  let [asked, fresh] = [includes, matches];
  while (asked.length > 0 && fresh.length > 0 && all.length < MOST_INCLUDED) {
    const rids = JSON.stringify(fresh.map(({ rid }) => rid));
    const found = asked.flatMap((include) => includedBy(database, include, rids));
    fresh = found.filter(({ rid }) => !known.has(rid) && known.add(rid).size > 0);
    all.push(...fresh);
    asked = includes.filter(({ iterate }) => iterate);
  }
  return all;
}

function includedBy(database: Database, { reverse, keys, targetType }: Include, rids: string): readonly Found[] {
  const ofType = targetType === undefined ? sql('1') : sql('x.type = ?', targetType);
  const text = reverse
    ? `SELECT DISTINCT s.rid, s.type, s.id, s.vid FROM resource t JOIN ix_reference x ON x.id = t.id AND x.type = t.type
        JOIN resource s ON s.rid = x.rid WHERE x.param IN ${LISTED} AND ${ofType.text} AND t.rid IN ${LISTED}`
    : `SELECT DISTINCT t.rid, t.type, t.id, t.vid FROM ix_reference x JOIN resource t ON t.type = x.type AND t.id = x.id
        WHERE t.deleted = 0 AND x.param IN ${LISTED} AND ${ofType.text} AND x.rid IN ${LISTED}`;
  const rows = database.all(
    `SELECT p.*, v.body FROM (${text}) p JOIN version v ON v.rid = p.rid AND v.vid = p.vid ORDER BY p.rid LIMIT ${MOST_INCLUDED}`,
    ...[JSON.stringify(keys), ...ofType.values, rids],
  );
  return rows.map(foundOf);
}

function foundOf({ rid, type, id, body }: Row): Found {
  return { rid: Number(rid), type: String(type), id: String(id), body: String(body) };
}
