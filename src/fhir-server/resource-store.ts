import type { Clock } from '../support/clock.js';
import { canonicalJson } from '../support/ids.js';
import type { Definitions } from './definitions.js';
import { FhirError, refusal } from './fhir-error.js';
import { indexRows } from './index-rows.js';
import { addToIndex, insertRows, removeFromIndex } from './index-tables.js';
import type { Database, Row } from './open-database.js';
import { linksOf, type Link } from './references.js';
import { isObject, type Resource } from './resource.js';
import type { Validator } from './validator.js';

/** A version of a resource; without a body it is a deletion. */
export interface Stored {
  readonly type: string;
  readonly id: string;
  readonly versionId: string;
  readonly updated: number;
  readonly method: string;
  readonly body: string | undefined;
}

/** What a request has changed so far: looked over as a whole before it is committed. */
export interface Changes {
  readonly links: { readonly rid: number; readonly at: string; readonly links: readonly Link[] }[];
  readonly deleted: { readonly type: string; readonly id: string; readonly at: string }[];
}

interface Written {
  readonly status: 200 | 201;
  readonly stored: Stored;
}

interface PutOptions {
  readonly id: string;
  readonly method: 'POST' | 'PUT';
  readonly ifMatch?: string | undefined;
  /** Refused where something stands. */
  readonly onlyNew?: boolean;
  /** Where the resource stands in the request, for what is said of its faults: empty, or `Bundle.entry[n]`. */
  readonly at: string;
}

/** Reads and writes versions. Writes run inside a transaction that somebody else began. */
export interface ResourceStore {
  read(type: string, id: string): Stored | undefined;
  readVersion(type: string, id: string, versionId: string): Stored | undefined;
  put(changes: Changes, resource: Resource, options: PutOptions): Written;
  remove(changes: Changes, type: string, id: string, options: { ifMatch?: string | undefined; at: string }): void;
}

export interface ResourceStoreParts {
  readonly database: Database;
  readonly definitions: Definitions;
  readonly validate: Validator;
  readonly clock: Clock;
  readonly baseUrl: () => string;
}

const NEW = 'INSERT INTO resource (type, id, vid, updated, deleted) VALUES (?, ?, ?, ?, ?)';
const CHANGED = 'UPDATE resource SET vid = ?, updated = ?, deleted = ? WHERE rid = ?';
const VERSION = 'INSERT INTO version (rid, type, vid, method, updated, body) VALUES (?, ?, ?, ?, ?, ?)';
const CURRENT = `SELECT r.rid, r.type, r.id, r.vid, r.updated, r.deleted, v.method, v.body
  FROM resource r JOIN version v ON v.rid = r.rid AND v.vid = r.vid WHERE r.type = ? AND r.id = ?`;

export function createResourceStore(parts: ResourceStoreParts): ResourceStore {
  const { database, definitions, validate, clock, baseUrl } = parts;
  let last = Number(database.get('SELECT MAX(updated) AS updated FROM version')?.['updated'] ?? 0);
  const now = () => (last = Math.max(Date.parse(clock.now()), last));
  const current = (type: string, id: string) => database.get(CURRENT, type, id);

  const addVersion = (row: Row | undefined, stored: Stored): number => {
    const { type, id, versionId, updated, method, body } = stored;
    const vid = Number(versionId);
    const now = [vid, updated, body === undefined ? 1 : 0];
    const rid = row === undefined ? Number(database.run(NEW, type, id, ...now).lastInsertRowid) : Number(row['rid']);
    if (row !== undefined) database.run(CHANGED, ...now, rid);
    database.run(VERSION, rid, type, vid, method, updated, body ?? null);
    return rid;
  };
  const unindex = (rid: number) => {
    removeFromIndex(database, rid);
    database.run('DELETE FROM link WHERE rid = ?', rid);
  };
  const index = (rid: number, resource: Resource, links: readonly Link[]) => {
    addToIndex(database, rid, indexRows(resource, definitions, baseUrl()));
    const targets = links.flatMap(({ target }) => (typeof target === 'object' ? [[target.type, target.id]] : []));
    insertRows(database, 'link (rid, type, id)', rid, targets);
  };
  const checked = (resource: Resource): readonly Link[] => {
    const links = linksOf(resource, definitions, baseUrl());
    const issues = [...validate(resource), ...links.flatMap(({ issue }) => issue ?? [])];
    if (issues.length === 0) return links;
    throw new FhirError(422, issues);
  };

  return {
    read: (type, id) => storedOf(current(type, id)),
    readVersion: (type, id, versionId) =>
      storedOf(
        database.get(
          `SELECT v.type, r.id, v.vid, v.updated, v.method, v.body FROM resource r JOIN version v ON v.rid = r.rid
            WHERE r.type = ? AND r.id = ? AND v.vid = ?`,
          ...[type, id, /^[1-9]\d{0,14}$/.test(versionId) ? Number(versionId) : 0],
        ),
      ),
    put: (changes, resource, { id, method, ifMatch, onlyNew, at }) => {
      const row = current(resource.resourceType, id);
      checkIfMatch(row, ifMatch);
      if (onlyNew === true && row !== undefined && row['deleted'] !== 1)
        throw refusal(412, 'conflict', 'If-None-Match allows a create only, and the resource is there');
      const links = checked(resource);
      const standing = storedOf(row);
      if (standing?.body !== undefined && isSameContent(standing.body, resource, id))
        return { status: 200, stored: standing };
      const updated = now();
      const vid = Number(row?.['vid'] ?? 0) + 1;
      const kept = withMeta(resource, id, vid, updated);
      const { resourceType: type } = resource;
      const stored = { type, id, versionId: String(vid), updated, method, body: JSON.stringify(kept) };
      const rid = addVersion(row, stored);
      if (row !== undefined) unindex(rid);
      index(rid, kept, links);
      changes.links.push({ rid, at, links });
      return { status: standing?.body === undefined ? 201 : 200, stored };
    },
    remove: (changes, type, id, { ifMatch, at }) => {
      const row = current(type, id);
      checkIfMatch(row, ifMatch);
      if (row === undefined || row['deleted'] === 1) return;
      const versionId = String(Number(row['vid']) + 1);
      unindex(addVersion(row, { type, id, versionId, updated: now(), method: 'DELETE', body: undefined }));
      changes.deleted.push({ type, id, at });
    },
  };
}

/** A row of `version` with the id of its resource, as a version. */
export function storedOf(row: Row | undefined): Stored | undefined {
  if (row === undefined) return undefined;
  const { type, id, vid, updated, method, body } = row;
  return {
    type: String(type),
    id: String(id),
    versionId: String(vid),
    updated: Number(updated),
    method: String(method),
    body: typeof body === 'string' ? body : undefined,
  };
}

/** `W/"3"`, `"3"` or `3`: the version it names. */
export function versionOfTag(tag: string): string {
  return tag
    .trim()
    .replace(/^W\//, '')
    .replace(/^"(.*)"$/, '$1');
}

function checkIfMatch(row: Row | undefined, ifMatch: string | undefined): void {
  if (ifMatch === undefined) return;
  const version = row === undefined || row['deleted'] === 1 ? undefined : String(row['vid']);
  const wanted = versionOfTag(ifMatch);
  if (version === undefined || (wanted !== '*' && wanted !== version))
    throw refusal(412, 'conflict', 'If-Match names a version that is not the current one');
}

function withMeta(resource: Resource, id: string, vid: number, updated: number): Resource {
  const { resourceType, meta, ...rest } = resource;
  const lastUpdated = new Date(updated).toISOString();
  return { resourceType, ...rest, id, meta: { ...meta, versionId: String(vid), lastUpdated } };
}

function isSameContent(body: string, resource: Resource, id: string): boolean {
  return canonicalJson(contentOf(JSON.parse(body) as Resource, id)) === canonicalJson(contentOf(resource, id));
}

function contentOf({ meta, ...rest }: Resource, id: string): unknown {
  const { versionId: _versionId, lastUpdated: _lastUpdated, ...own } = isObject(meta) ? meta : {};
  return { ...rest, id, ...(Object.keys(own).length === 0 ? {} : { meta: own }) };
}
