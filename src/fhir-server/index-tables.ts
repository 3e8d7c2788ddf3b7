import type { SqliteValue } from '../support/sqlite.js';
import type { Definitions } from './definitions.js';
import { rollBack } from './group-commit.js';
import { indexRows, type IndexRows } from './index-rows.js';
import type { Database } from './open-database.js';
import type { Resource } from './resource.js';

const INDEXES: readonly (readonly [keyof IndexRows, string])[] = [
  ['token', 'ix_token (rid, param, code, system)'],
  ['reference', 'ix_reference (rid, param, id, type)'],
  ['date', 'ix_date (rid, param, "from", "to")'],
  ['string', 'ix_string (rid, param, folded, text)'],
  ['uri', 'ix_uri (rid, param, value)'],
];
const TABLES = INDEXES.map(([, columns]) => columns.slice(0, columns.indexOf(' ')));
/** Rows that go into one statement. */
const MOST_ROWS = 20;
/** Resources that are held in memory at once. */
const MOST_READ = 500;
/** To be raised when index-rows.ts, compile-path.ts or date-range.ts make other rows of the same resource. */
const ROWS_VERSION = 1;

const STANDING = `SELECT r.rid, v.body FROM resource r JOIN version v ON v.rid = r.rid AND v.vid = r.vid
  WHERE r.deleted = 0 AND r.rid > ? ORDER BY r.rid LIMIT ${MOST_READ}`;

/** The rows that a resource is found by. */
export function addToIndex(database: Database, rid: number, rows: IndexRows): void {
  for (const [kind, table] of INDEXES) insertRows(database, table, rid, rows[kind]);
}

export function removeFromIndex(database: Database, rid: number): void {
  for (const table of TABLES) database.run(`DELETE FROM ${table} WHERE rid = ?`, rid);
}

/** What a resource says twice is found once. */
export function insertRows(
  database: Database,
  table: string,
  rid: number,
  rows: readonly (readonly SqliteValue[])[],
): void {
  for (let from = 0; from < rows.length; from += MOST_ROWS) {
    const some = rows.slice(from, from + MOST_ROWS);
    const places = some.map((row) => `(?${', ?'.repeat(row.length)})`).join(', ');
    database.run(`INSERT OR IGNORE INTO ${table} VALUES ${places}`, ...some.flatMap((row) => [rid, ...row]));
  }
}

/**
 * Makes all rows anew where the file was indexed by other search parameters than these, in one transaction; else nothing. To be called
 * before the file is searched or written to, and outside of a transaction, when it is known which references are to this server.
 */
export function renewIndex(database: Database, definitions: Definitions, baseUrl: string): void {
  const wanted = `${ROWS_VERSION} ${definitions.searchesHash}`;
  if (database.get('SELECT searches FROM indexed_by')?.['searches'] === wanted) return;
  database.exec('BEGIN IMMEDIATE');
  try {
    indexAll(database, definitions, baseUrl);
    database.run('DELETE FROM indexed_by');
    database.run('INSERT INTO indexed_by (searches) VALUES (?)', wanted);
    database.exec('COMMIT');
  } catch (error) {
    rollBack(database);
    throw error;
  }
}

function indexAll(database: Database, definitions: Definitions, baseUrl: string): void {
  for (const table of TABLES) database.run(`DELETE FROM ${table}`);
  for (let last = 0; ;) {
    const rows = database.all(STANDING, last);
    for (const { rid, body } of rows) {
      last = Number(rid);
      addToIndex(database, last, indexRows(JSON.parse(String(body)) as Resource, definitions, baseUrl));
    }
    if (rows.length < MOST_READ) return;
  }
}
