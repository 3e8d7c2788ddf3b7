import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Bundle, FhirResource } from 'fhir/r4.js';
import { FakeStore, nameOf, Refused, type Outcome } from './fake-store.js';
import { randomFrom, type Habits } from './habits.js';

export interface Asked {
  readonly method: string;
  /** Without the base: `Patient/p1`; a transaction is posted to nothing. */
  readonly path: string;
  readonly text: string;
}

interface Answer {
  readonly status: number;
  readonly body?: object;
  readonly headers?: Record<string, string>;
}

/** Now and then something goes wrong; so often on one day that nothing would ever be done it does not. */
const ODDS = 0.3;
const MOST_A_DAY = 6;
const PAGE = '<html><body>Sign in</body></html>';

/** A FHIR server in memory, on a port of its own, with the habits that it is told to have. */
export class FakeServer {
  readonly store: FakeStore;
  readonly asked: Asked[] = [];
  /** Other people act here: after something was read, before the reader can write. */
  meanwhile: (asked: Asked) => void = () => undefined;
  /** Of the next creates, what is lost: the question, and nothing is done, or the answer. */
  readonly lost: ('question' | 'answer')[] = [];
  private readonly server: Server;
  private readonly random: () => number;
  private wrongToday = 0;

  constructor(
    private readonly habits: Habits,
    private readonly nowMs: () => number,
    seed: number,
    /** How much of what its habits would make go wrong does, and how often that is at the most in a day. */
    private readonly wrong = { part: 1, mostADay: MOST_A_DAY },
  ) {
    this.store = new FakeStore(habits, nowMs);
    this.random = randomFrom(seed);
    this.server = createServer((request, response) => void this.take(request, response));
  }

  async start(): Promise<string> {
    await new Promise<void>((resolve) => this.server.listen(0, '127.0.0.1', resolve));
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}/fhir`;
  }

  nextDay(): void {
    this.wrongToday = 0;
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }

  private async take(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const text = await readAll(request);
    const path = (request.url ?? '').replace(/^\/fhir\/?/, '');
    const asked = { method: request.method ?? '', path, text };
    this.asked.push(asked);
    const isRead = asked.method === 'GET' || path.endsWith('_search');
    const busy = this.busy();
    if (busy !== undefined) {
      send(response, busy);
      return;
    }
    const lost = asked.method === 'POST' && path !== '' && !isRead ? this.lost.shift() : undefined;
    if (lost !== undefined) {
      if (lost === 'answer') await this.answerTo(asked, request);
      response.destroy();
      return;
    }
    const trick = isRead ? this.habits.reads : this.habits.answers;
    if (trick === 'whole' || !this.goesWrong(trick === 'late' ? ODDS / 3 : ODDS)) {
      send(response, await this.answerTo(asked, request));
      return;
    }
    // A page comes from a gateway, a lost answer may have been a lost question.
    const isDone = isRead || !['html', 'lost', 'late'].includes(trick) || this.random() < 0.6;
    const right = isDone ? await this.answerTo(asked, request) : { status: 200 };
    spoil(response, right, trick);
  }

  private async answerTo(asked: Asked, { headers }: IncomingMessage): Promise<Answer> {
    try {
      if (asked.method === 'GET' || asked.path.endsWith('_search'))
        return this.look(asked, headers['cache-control'] === 'no-cache');
      const wantsConflict = this.habits.conflicts === '409-at-random' && this.goesWrong(0.2);
      if (wantsConflict) throw new Refused(409, 'conflict');
      const content = JSON.parse(asked.text) as FhirResource;
      if (asked.method === 'PUT')
        return this.answered(this.store.put(asked.path, content, headers['if-match'], 'alone'));
      if (asked.path === '') return this.transacted(content as Bundle);
      const condition = headers['if-none-exist'];
      return this.answered(await this.create(content, condition === undefined ? undefined : String(condition)));
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      return refusal(error);
    }
  }

  private async create(content: FhirResource, condition: string | undefined): Promise<Outcome> {
    const sees = this.store.matching(content, condition);
    if (this.habits.conditionalCreates !== 'racing') return this.store.create(content, condition, 'alone', sees);
    await new Promise((resolve) => setTimeout(resolve, 5));
    return this.store.create(content, condition, 'alone', sees);
  }

  private look(asked: Asked, noCache: boolean): Answer {
    const { path, text } = asked;
    if (path === 'metadata') return this.capabilities();
    const [type = '', query] = path.split(/[?/]/);
    if (query === '_search') {
      const identifier = new URLSearchParams(text).get('identifier') ?? undefined;
      return this.searchset(this.store.search(type, identifier, noCache));
    }
    if (path.includes('?')) {
      const since = new URLSearchParams(query).get('_lastUpdated')?.replace(/^ge/, '');
      return this.searchset(this.store.changed(type, since === undefined ? 0 : Date.parse(since)));
    }
    const stored = this.store.read(path);
    const answer = this.answered({ status: 200, stored }, true);
    this.meanwhile(asked);
    return answer;
  }

  private searchset(found: readonly FhirResource[]): Answer {
    const entry = found.map((resource) => ({ resource: this.shown(resource) }));
    return { status: 200, body: { resourceType: 'Bundle', type: 'searchset', total: entry.length, entry } };
  }

  private capabilities(): Answer {
    const { capabilities, clientIds } = this.habits;
    if (capabilities === 'none') return refusal(new Refused(404, 'not-found'));
    const types = ['Patient', 'Organization', 'EpisodeOfCare', 'ServiceRequest', 'Encounter', 'Task'];
    const updates = capabilities === 'told' ? { updateCreate: clientIds === 'taken' } : {};
    const resource = types.map((type) => ({ type, ...updates }));
    return { status: 200, body: { resourceType: 'CapabilityStatement', rest: [{ mode: 'server', resource }] } };
  }

  private transacted(bundle: Bundle): Answer {
    if (this.habits.transactions === 'refused') throw new Refused(405, 'not-supported');
    let done: Outcome[];
    try {
      done = this.store.transaction(bundle);
    } catch (error) {
      if (!(error instanceof Refused) || this.habits.clientIds !== 'refused-in-entries') throw error;
      const entry = (bundle.entry ?? []).map((_each, n) => ({
        response: n === error.entry ? { status: `${error.status}`, outcome: refusal(error).body } : { status: '200' },
      }));
      return { status: 200, body: { resourceType: 'Bundle', type: 'transaction-response', entry } };
    }
    const entry = done.map((each) => {
      const { status, headers = {} } = this.answered(each);
      const { etag, location } = headers;
      return { response: { status: `${status}`, ...(etag ? { etag } : {}), ...(location ? { location } : {}) } };
    });
    return { status: 200, body: { resourceType: 'Bundle', type: 'transaction-response', entry } };
  }

  private answered({ status, stored }: Outcome, isRead = false): Answer {
    const { versions, location, returns } = this.habits;
    const resource = stored.resource as FhirResource;
    const version = `${stored.version}`;
    const etag = versions === 'both' || versions === 'no-meta' ? { etag: `W/"${version}"` } : {};
    const where = location === 'given' ? { location: `${nameOf(resource)}/_history/${version}` } : {};
    // Where nothing says which id it was given, nobody could ever find it again but by a search.
    const isSilent = returns === 'minimal' && !isRead;
    return { status, headers: { ...etag, ...where }, ...(isSilent ? {} : { body: this.shown(resource) }) };
  }

  private shown(resource: FhirResource): FhirResource {
    const { versions } = this.habits;
    const { versionId: _none, ...meta } = resource.meta ?? {};
    const { version, updatedAtMs } = this.store.read(nameOf(resource));
    const said = versions === 'both' || versions === 'no-etag' ? { versionId: `${version}` } : {};
    return { ...resource, meta: { ...meta, ...said, lastUpdated: new Date(updatedAtMs).toISOString() } };
  }

  private busy(): Answer | undefined {
    const { busy } = this.habits;
    if (busy === 'never' || !this.goesWrong(0.2)) return undefined;
    const date = new Date(this.nowMs() + 30_000).toUTCString();
    return { status: Number(busy.slice(0, 3)), headers: { 'retry-after': busy === '429-seconds' ? '30' : date } };
  }

  private goesWrong(odds = ODDS): boolean {
    const wrong = this.wrongToday < this.wrong.mostADay && this.random() < odds * this.wrong.part;
    if (wrong) this.wrongToday++;
    return wrong;
  }
}

function refusal({ status, code, entry }: Refused): Answer {
  const place = entry === undefined ? {} : { expression: [`Bundle.entry[${entry}].resource`] };
  return { status, body: { resourceType: 'OperationOutcome', issue: [{ severity: 'error', code, ...place }] } };
}

function send(response: ServerResponse, { status, body, headers = {} }: Answer): void {
  response.writeHead(status, { 'content-type': 'application/fhir+json', ...headers });
  response.end(body === undefined ? undefined : JSON.stringify(body));
}

function spoil(response: ServerResponse, right: Answer, trick: Habits['answers'] | Habits['reads']): void {
  const text = JSON.stringify(right.body ?? {});
  switch (trick) {
    case 'html':
      response.writeHead(200, { 'content-type': 'text/html' }).end(PAGE);
      break;
    case 'empty':
      response.writeHead(right.status).end();
      break;
    case '500':
      response.writeHead(500).end('{}');
      break;
    case 'lost':
      response.destroy();
      break;
    case 'truncated':
      response.writeHead(right.status, {
        'content-type': 'application/fhir+json',
        'content-length': `${text.length + 1}`,
      });
      response.write(text.slice(0, text.length / 2));
      setTimeout(() => response.destroy(), 5);
      break;
    case 'fewer-entries': {
      const bundle = right.body as Bundle | undefined;
      const entry = bundle?.resourceType === 'Bundle' ? { entry: bundle.entry?.slice(1) ?? [] } : {};
      send(response, { ...right, ...(bundle === undefined ? {} : { body: { ...bundle, ...entry } }) });
      break;
    }
    default:
    // Late: it is never answered, and whoever asked gives up.
  }
}

async function readAll(request: IncomingMessage): Promise<string> {
  const parts: Buffer[] = [];
  for await (const part of request) parts.push(part as Buffer);
  return Buffer.concat(parts).toString();
}
