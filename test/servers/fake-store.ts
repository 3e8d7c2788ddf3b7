import type { Bundle, BundleEntry, FhirResource } from 'fhir/r4.js';
import { referencesIn } from '../../src/model/references.js';
import type { Habits } from './habits.js';

export interface Stored {
  readonly resource: FhirResource | undefined;
  readonly version: number;
  readonly createdAtMs: number;
  readonly updatedAtMs: number;
}

/** What the server says of one resource after an interaction. */
export interface Outcome {
  readonly status: number;
  readonly stored: Stored;
}

export class Refused extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    readonly entry?: number,
  ) {
    super(code);
  }
}

type Where = 'alone' | 'in a transaction';
/** For how long what is new is not found, and an answer is given again. */
export const STALE_MS = 50_000;

/** The resources of a server that checks references and versions, and has its habits. */
export class FakeStore {
  private stored = new Map<string, Stored>();
  /** By type and identifier, the names of what carries or carried it. */
  private readonly carrying = new Map<string, Set<string>>();
  private readonly cached = new Map<string, { atMs: number; found: readonly string[] }>();
  private given = 0;

  constructor(
    private readonly habits: Habits,
    private readonly nowMs: () => number,
  ) {}

  all(): FhirResource[] {
    return [...this.stored.values()].flatMap(({ resource }) => resource ?? []);
  }

  read(name: string): Stored {
    const found = this.stored.get(name);
    if (found?.resource === undefined) throw new Refused(found === undefined ? 404 : 410, 'not-found');
    return found;
  }

  /** Without any of the checks: somebody else's write. */
  keep(resource: FhirResource): Outcome {
    const name = nameOf(resource);
    const before = this.stored.get(name);
    const version = (before?.version ?? 0) + 1;
    const updatedAtMs = this.nowMs();
    const stored = {
      ...{ resource: this.normal(resource), version },
      ...{ createdAtMs: before?.createdAtMs ?? updatedAtMs, updatedAtMs },
    };
    this.stored.set(name, stored);
    for (const token of identifiersOf(resource)) {
      const key = `${resource.resourceType}?${token}`;
      this.carrying.set(key, (this.carrying.get(key) ?? new Set()).add(name));
    }
    return { status: version === 1 ? 201 : 200, stored };
  }

  put(name: string, resource: FhirResource, ifMatch: string | undefined, where: Where, beside = new Set<string>()) {
    if (nameOf(resource) !== name) throw new Refused(400, 'invariant');
    const before = this.stored.get(name);
    if (before === undefined && this.habits.clientIds !== 'taken') throw this.refusedId();
    const checksVersion = where === 'alone' || this.habits.ifMatch === 'kept';
    if (ifMatch !== undefined && checksVersion && ifMatch !== `W/"${before?.version ?? 0}"`)
      throw new Refused(this.habits.conflicts === '412' ? 412 : 409, 'conflict');
    this.checkReferences(resource, new Set([...beside, name]));
    return this.keep(resource);
  }

  create(
    resource: FhirResource,
    ifNoneExist: string | undefined,
    where: Where,
    sees = this.matching(resource, ifNoneExist),
  ) {
    const [only, ...more] = this.keepsConditions(where) ? sees : [];
    if (more.length > 0) throw new Refused(412, 'multiple-matches');
    if (only !== undefined) return { status: 200, stored: this.read(only) };
    this.checkReferences(resource, new Set());
    return this.keep({ ...resource, id: `${1000 + this.given++}` });
  }

  matching({ resourceType }: FhirResource, condition: string | undefined): readonly string[] {
    const identifier = condition === undefined ? null : new URLSearchParams(condition).get('identifier');
    if (identifier === null) return [];
    return this.find(resourceType, identifier);
  }

  /** Names of what carries the identifier. */
  search(type: string, identifier: string | undefined, noCache: boolean): FhirResource[] {
    const key = `${type}?${identifier ?? ''}`;
    const cached = this.cached.get(key);
    const isStale = this.habits.searches === 'cached' && !noCache && cached !== undefined;
    const found =
      isStale && this.nowMs() - cached.atMs < STALE_MS
        ? cached.found
        : this.find(type, identifier, this.habits.searches === 'lagging');
    if (found !== cached?.found) this.cached.set(key, { atMs: this.nowMs(), found });
    return found.flatMap((name) => this.stored.get(name)?.resource ?? []);
  }

  /** What was written since, the oldest first. */
  changed(type: string, sinceMs: number): FhirResource[] {
    return this.find(type, undefined, this.habits.searches === 'lagging')
      .flatMap((name) => this.stored.get(name) ?? [])
      .filter(({ updatedAtMs }) => updatedAtMs >= sinceMs)
      .sort((a, b) => a.updatedAtMs - b.updatedAtMs)
      .flatMap(({ resource }) => resource ?? []);
  }

  transaction({ entry = [] }: Bundle): Outcome[] {
    const before = new Map(this.stored);
    const names = new Set(entry.map(({ request }) => request?.url ?? ''));
    return entry.map((each, index) => {
      try {
        return this.one(each, names);
      } catch (error) {
        this.stored = before;
        const { status, code } = error as Refused;
        throw new Refused(status, code, index);
      }
    });
  }

  private one({ resource, request }: BundleEntry, names: ReadonlySet<string>): Outcome {
    const content = resource as FhirResource;
    if (request?.method === 'PUT')
      return this.put(request.url, content, request.ifMatch, 'in a transaction', new Set(names));
    return this.create(content, request?.ifNoneExist, 'in a transaction');
  }

  private keepsConditions(where: Where): boolean {
    const { conditionalCreates: habit } = this.habits;
    return where === 'alone' ? habit !== 'ignored' : habit === 'kept';
  }

  private refusedId(): Refused {
    const { clientIds } = this.habits;
    const status = Number(/\d+/.exec(clientIds)?.[0] ?? 405);
    return new Refused(status, status === 405 ? 'not-supported' : status === 404 ? 'not-found' : 'processing');
  }

  private find(type: string, identifier: string | undefined, lags = false): readonly string[] {
    const token = identifier === undefined ? undefined : unescaped(identifier);
    const names = token === undefined ? this.stored.keys() : (this.carrying.get(`${type}?${token}`) ?? []);
    return [...names].filter((name) => {
      const { resource, createdAtMs = 0 } = this.stored.get(name) ?? {};
      if (resource?.resourceType !== type || (lags && this.nowMs() - createdAtMs < STALE_MS)) return false;
      return token === undefined || identifiersOf(resource).includes(token);
    });
  }

  private checkReferences(resource: FhirResource, beside: ReadonlySet<string>): void {
    const isThere = (name: string) => beside.has(name) || this.stored.get(name)?.resource !== undefined;
    if (!referencesIn(resource).every(isThere)) throw new Refused(422, 'processing');
  }

  private normal(resource: FhirResource): FhirResource {
    const { normalises } = this.habits;
    if (normalises === 'source' && resource.meta?.source !== undefined)
      return {
        ...resource,
        meta: { ...resource.meta, source: `${resource.meta.source.split('#')[0]}#r${this.given++}` },
      };
    if (normalises === 'adds')
      return {
        ...resource,
        text: { status: 'generated', div: '<div xmlns="http://www.w3.org/1999/xhtml">it</div>' },
      } as FhirResource;
    return normalises === 'strips' ? stripped(resource) : resource;
  }
}

/** Without the extensions that a server does not know. */
export function stripped(resource: FhirResource): FhirResource {
  const { extension: _unknown, ...rest } = resource as FhirResource & { extension?: unknown };
  return rest;
}

export function nameOf({ resourceType, id }: FhirResource): string {
  return `${resourceType}/${id ?? ''}`;
}

export function identifiersOf(resource: FhirResource): string[] {
  const list = 'identifier' in resource ? resource.identifier : [];
  return [list ?? []].flat().map(({ system = '', value = '' }) => `${system}|${value}`);
}

function unescaped(token: string): string {
  return token.replace(/\\([\\,$|])/g, '$1');
}
