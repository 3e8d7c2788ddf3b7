import { newId } from '../support/ids.js';
import type { Definitions } from './definitions.js';
import { refusal } from './fhir-error.js';
import type { Database } from './open-database.js';
import { ID_PATTERN, isResource, type Resource } from './resource.js';
import type { Changes, ResourceStore, Stored } from './resource-store.js';
import { findIds } from './run-search.js';
import { readSearch } from './search-query.js';

/** What the interactions work with. */
export interface Parts {
  readonly database: Database;
  readonly definitions: Definitions;
  readonly store: ResourceStore;
  readonly baseUrl: () => string;
}

/** A write as it was asked for, by HTTP or as an entry of a bundle. */
export interface AskedWrite {
  readonly method: 'POST' | 'PUT' | 'DELETE';
  readonly type: string;
  readonly id: string | undefined;
  readonly query: URLSearchParams;
  readonly resource: unknown;
  readonly ifMatch: string | undefined;
  /** `*`: only if nothing stands there. */
  readonly ifNoneMatch: string | undefined;
  readonly ifNoneExist: string | undefined;
  /** Empty, or `Bundle.entry[n]`. */
  readonly at: string;
}

/** A write whose conditions are resolved: it is known which resource it is about. */
export type Step =
  | { readonly kind: 'existing'; readonly stored: Stored }
  | {
      readonly kind: 'put';
      readonly method: 'POST' | 'PUT';
      readonly type: string;
      readonly id: string;
      readonly resource: Resource;
      readonly ifMatch: string | undefined;
      readonly onlyNew: boolean;
      readonly at: string;
    }
  | {
      readonly kind: 'delete';
      readonly type: string;
      /** None: nothing fits the condition, and nothing is deleted. */
      readonly id: string | undefined;
      readonly ifMatch: string | undefined;
      readonly at: string;
    };

export interface Answer {
  readonly status: number;
  readonly stored?: Stored | undefined;
  /** JSON text, when there is any. */
  readonly body?: string | undefined;
}

/** Resolves the conditions of a write against what stands now. */
export function resolveWrite(parts: Parts, asked: AskedWrite): Step {
  const { method, type, id, ifMatch, ifNoneMatch, at } = asked;
  const onlyNew = ifNoneMatch !== undefined;
  if (onlyNew && (method !== 'PUT' || ifNoneMatch.trim() !== '*'))
    throw refusal(
      400,
      'not-supported',
      'If-None-Match of a write is * and goes with PUT: for creates there is If-None-Exist',
    );
  if (id !== undefined && !ID_PATTERN.test(id)) throw refusal(400, 'value', 'the id is not one FHIR allows');
  if (method === 'DELETE') return { kind: 'delete', type, id: id ?? matchOf(parts, type, asked.query), ifMatch, at };
  const resource = resourceOf(asked);
  if (method === 'POST') return resolveCreate(parts, asked, resource);
  if (id !== undefined) {
    if (resource.id !== id) throw refusal(400, 'value', 'the id of the resource must be that of the URL', `${type}.id`);
    return { kind: 'put', method, type, id, resource, ifMatch, onlyNew, at };
  }
  const match = matchOf(parts, type, asked.query);
  if (match !== undefined && resource.id !== undefined && resource.id !== match)
    throw refusal(400, 'value', 'the id of the resource is not that of the one that fits', `${type}.id`);
  const given = typeof resource.id === 'string' && ID_PATTERN.test(resource.id) ? resource.id : undefined;
  return { kind: 'put', method, type, id: match ?? given ?? newId(), resource, ifMatch, onlyNew, at };
}

function resolveCreate(parts: Parts, { type, ifNoneExist, ifMatch, at }: AskedWrite, resource: Resource): Step {
  const match = ifNoneExist === undefined ? undefined : matchOf(parts, type, searchParamsOf(ifNoneExist));
  const stored = match === undefined ? undefined : parts.store.read(type, match);
  if (stored !== undefined) return { kind: 'existing', stored };
  const { id: _id, ...content } = resource;
  return { kind: 'put', method: 'POST', type, id: newId(), resource: content, ifMatch, onlyNew: false, at };
}

/** `identifier=a|b`, with or without `Patient?` before it. */
function searchParamsOf(condition: string): URLSearchParams {
  return new URLSearchParams(condition.slice(condition.indexOf('?') + 1));
}

function resourceOf({ resource, type }: AskedWrite): Resource {
  if (!isResource(resource)) throw refusal(400, 'structure', `the body must be a ${type}`);
  if (resource.resourceType !== type) throw refusal(400, 'value', `the body must be a ${type}`, 'resourceType');
  return resource;
}

/** The one resource that fits a condition, or none. A condition that says nothing fits everything: it is refused. */
export function matchOf(parts: Parts, type: string, criteria: URLSearchParams): string | undefined {
  const { database, definitions, baseUrl } = parts;
  const query = readSearch(definitions, type, criteria);
  if (query.filters.length === 0) throw refusal(412, 'required', 'the condition names no search parameter');
  const [id, another] = findIds(database, query, baseUrl(), 2);
  if (another === undefined) return id;
  throw refusal(412, 'multiple-matches', 'the condition fits more than one resource');
}

/** Does a write whose conditions are resolved. */
export function performWrite({ store }: Parts, changes: Changes, step: Step): Answer {
  if (step.kind === 'existing') return { status: 200, stored: step.stored, body: step.stored.body };
  if (step.kind === 'delete') {
    if (step.id !== undefined) store.remove(changes, step.type, step.id, step);
    return { status: 204 };
  }
  const { status, stored } = store.put(changes, step.resource, step);
  return { status, stored, body: stored.body };
}

/** The current version of a resource; one that is not there, or is no longer, is refused. */
export function readCurrent({ store }: Parts, type: string, id: string): Answer {
  return present(store.read(type, id));
}

export function readVersion({ store }: Parts, type: string, id: string, versionId: string): Answer {
  return present(store.readVersion(type, id, versionId));
}

function present(stored: Stored | undefined): Answer {
  if (stored === undefined) throw refusal(404, 'not-found', 'there is no such resource or version');
  if (stored.body === undefined) throw refusal(410, 'deleted', 'the resource was deleted');
  return { status: 200, stored, body: stored.body };
}
