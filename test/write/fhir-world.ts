import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Bundle, FhirResource } from 'fhir/r4.js';
import { referencesIn } from '../../src/model/references.js';

export interface Seen {
  readonly method: string;
  /** Without the base: `Patient/p1`; a transaction is posted to nothing. */
  readonly path: string;
  readonly authorization: string | undefined;
  readonly ifMatch: string | undefined;
  readonly coding: string | undefined;
  readonly text: string;
}

export interface Answer {
  readonly status: number;
  readonly body?: unknown;
  readonly headers?: Record<string, string>;
  /** What was asked is done all the same. */
  readonly after?: true;
}

/** Besides an answer of its own: done and not answered; cut before anything was done; headers, and then a body that never ends. */
export type Trick = Answer | 'lose' | 'cut' | 'drip' | 'silence' | undefined;

export interface World {
  readonly base: string;
  readonly seen: Seen[];
  /** What to do instead of the right thing. */
  trick: (seen: Seen) => Trick;
  /** After something was done, before it is answered: other people act here. */
  meanwhile: (seen: Seen) => void;
  /** A resource that the server refuses: the code of the refusal. */
  refuses: (resource: FhirResource) => string | undefined;
  /** Does it say which entry of a transaction it refuses? */
  namesEntries: boolean;
  readonly transactions: boolean;
  /** Requests that were given up by the one who made them. */
  givenUp: number;
  // eslint-disable-next-line @typescript-eslint/no-unnecessary-type-parameters -- the test knows what stands there
  get<T extends FhirResource>(name: string): T;
  version(name: string): number;
  /** Somebody else writes. */
  edit<T extends FhirResource>(name: string, change: (resource: T) => T): void;
  remove(name: string): void;
  writes(): string[];
  stop(): Promise<void>;
}

export const outcome = (code: string, expression?: string, diagnostics = '') => ({
  resourceType: 'OperationOutcome',
  issue: [{ severity: 'error', code, diagnostics, ...(expression === undefined ? {} : { expression: [expression] }) }],
});

interface Stored {
  readonly resource: FhirResource | undefined;
  readonly version: number;
}

class Refused extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    readonly entry?: number,
  ) {
    super(code);
  }
}

/** What stands on a server that checks references and versions. */
class Standing {
  stored = new Map<string, Stored>();
  refuses: World['refuses'] = () => undefined;

  put(resource: FhirResource, ifMatch: string | undefined, alsoThere: ReadonlySet<string>): Answer {
    const name = `${resource.resourceType}/${resource.id ?? ''}`;
    const before = this.stored.get(name);
    if (ifMatch !== undefined && ifMatch !== `W/"${before?.version ?? 0}"`) throw new Refused(412, 'conflict');
    const code = this.refuses(resource);
    if (code !== undefined) throw new Refused(422, code);
    const dangling = referencesIn(resource).some(
      (reference) => !alsoThere.has(reference) && this.stored.get(reference)?.resource === undefined,
    );
    if (dangling) throw new Refused(422, 'processing');
    return this.store(name, resource);
  }

  store(name: string, resource: FhirResource): Answer {
    const version = (this.stored.get(name)?.version ?? 0) + 1;
    const standing = { ...resource, meta: { ...resource.meta, versionId: `${version}` } };
    this.stored.set(name, { resource: standing, version });
    return { status: version === 1 ? 201 : 200, body: standing, headers: { etag: `W/"${version}"` } };
  }

  read(name: string): Answer {
    const found = this.stored.get(name);
    if (found === undefined) return { status: 404, body: outcome('not-found') };
    if (found.resource === undefined) return { status: 410, body: outcome('deleted') };
    return { status: 200, body: found.resource, headers: { etag: `W/"${found.version}"` } };
  }

  transaction({ entry = [] }: Bundle): Answer {
    const before = new Map(this.stored);
    const names = new Set(entry.map(({ request }) => request?.url ?? ''));
    const done = entry.map(({ resource, request }, index) => {
      try {
        return this.put(resource as FhirResource, request?.ifMatch, names);
      } catch (error) {
        this.stored = before;
        const { status, code } = error as Refused;
        throw new Refused(status, code, index);
      }
    });
    const answers = done.map(({ status, headers }) => ({ response: { status: `${status}`, etag: headers?.['etag'] } }));
    return { status: 200, body: { resourceType: 'Bundle', type: 'transaction-response', entry: answers } };
  }
}

/** A FHIR server on a port of its own, which can be told to misbehave, and other people who write on it too. */
export async function startWorld(options: { transactions?: boolean } = {}): Promise<World> {
  const standing = new Standing();
  const { transactions = true } = options;
  const answerTo = ({ method, path, ifMatch, text }: Seen, { namesEntries }: World): Answer => {
    try {
      if (method === 'GET') return standing.read(path);
      if (method === 'PUT') return standing.put(JSON.parse(text) as FhirResource, ifMatch, new Set([path]));
      if (!transactions) return { status: 405, body: outcome('not-supported') };
      return standing.transaction(JSON.parse(text) as Bundle);
    } catch (error) {
      const { status, code, entry } = error as Refused;
      const place = entry !== undefined && namesEntries ? `Bundle.entry[${entry}].resource` : undefined;
      return { status, body: outcome(code, place) };
    }
  };
  const server = createServer((request, response) => {
    void readAll(request).then((text) => {
      const { authorization, 'if-match': ifMatch, 'accept-encoding': coding } = request.headers;
      const path = (request.url ?? '').replace(/^\/fhir\/?/, '');
      const seen: Seen = { method: request.method ?? '', path, authorization, ifMatch, coding, text };
      world.seen.push(seen);
      const trick = world.trick(seen);
      if (trick === 'cut') return void request.socket.destroy();
      if (trick === 'silence' || trick === 'drip') response.on('close', () => world.givenUp++);
      if (trick === 'silence') return;
      if (trick === 'drip') {
        drip(response);
        return;
      }
      const own = typeof trick === 'object' ? trick : undefined;
      const right = own === undefined || own.after === true ? answerTo(seen, world) : own;
      world.meanwhile(seen);
      if (trick === 'lose') return void request.socket.destroy();
      send(response, own ?? right);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const stored = (name: string) => standing.stored.get(name);
  const world: World = {
    base: `http://127.0.0.1:${(server.address() as AddressInfo).port}/fhir`,
    seen: [],
    trick: () => undefined,
    meanwhile: () => undefined,
    get refuses() {
      return standing.refuses;
    },
    set refuses(refuses) {
      standing.refuses = refuses;
    },
    namesEntries: true,
    transactions,
    givenUp: 0,
    get: (name) => stored(name)?.resource as never,
    version: (name) => stored(name)?.version ?? 0,
    edit: <T extends FhirResource>(name: string, change: (resource: T) => T) =>
      void standing.store(name, change(stored(name)?.resource as T)),
    remove: (name) =>
      void standing.stored.set(name, { resource: undefined, version: (stored(name)?.version ?? 0) + 1 }),
    writes: () => world.seen.filter(({ method }) => method !== 'GET').map(({ method, path }) => `${method} ${path}`),
    stop: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
  return world;
}

async function readAll(request: IncomingMessage): Promise<string> {
  const parts: Buffer[] = [];
  for await (const part of request) parts.push(part as Buffer);
  return Buffer.concat(parts).toString();
}

function send(response: ServerResponse, { status, body, headers = {} }: Answer): void {
  response.writeHead(status, { 'content-type': 'application/fhir+json', ...headers });
  response.end(typeof body === 'string' ? body : JSON.stringify(body));
}

function drip(response: ServerResponse): void {
  response.writeHead(200, { 'content-type': 'application/fhir+json' });
  const timer = setInterval(() => response.write(' '), 20);
  response.on('close', () => clearInterval(timer));
}
