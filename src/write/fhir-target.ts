import { Client } from 'fhir-kit-client';
import type { Bundle, CapabilityStatement, FhirResource, Identifier } from 'fhir/r4.js';
import type { Clock } from '../support/clock.js';
import { CallLimits } from './call-limits.js';
import { checkedId } from './fhir-id.js';
import { notFhir, operator, refusalOf, type Refusal } from './refusal.js';
import { tokenOf } from './ours-among.js';
import type { Creation, Finding, Page, Put, Reading, Refused, Target } from './target.js';
import { readTransactionAnswer, versionOfEtag, type Writing } from './transaction-answer.js';

export interface FhirTargetOptions {
  /** Known only once the service listens, where the server is the embedded one. Without a trailing slash. */
  readonly baseUrl: () => string;
  readonly token?: string;
  readonly timeoutMs: number;
  readonly clock: Clock;
}

type Called = { readonly body: object; readonly response: Response | undefined } | { readonly refusal: Refusal };

type Ask = (client: Client, options: CallOptions) => Promise<object>;

interface CallOptions {
  readonly signal: AbortSignal;
  readonly redirect: 'error';
  readonly keepalive: false;
  readonly headers: Record<string, string>;
}

/** Most answers are small: packing and unpacking them costs the server and us more than it spares. Pages of a source are large. */
const PLAIN = { 'Accept-Encoding': 'identity' };
const PACKED = { 'Accept-Encoding': 'gzip' };
/** More pages than this is a server that never comes to an end. */
const MOST_PAGES = 10_000;
const FOREIGN_LINK = operator('foreign-link', 'a page links to another server');
const LOCATION = /\/([A-Za-z0-9\-.]{1,64})(?:\/_history\/([A-Za-z0-9\-.]{1,64}))?$/;
const ENDLESS = operator('endless', 'the pages do not end');

/**
 * The FHIR server, and the only place that knows its client: every call has a timeout, no redirect is followed, no id leaves
 * unchecked, no token goes to another origin, and what fails comes back sorted, not thrown.
 */
export class FhirTarget implements Target {
  private client: Client | undefined;
  private readonly limits: CallLimits;

  constructor(private readonly options: FhirTargetOptions) {
    this.limits = new CallLimits(options.timeoutMs);
  }

  /** What stands there now; nothing, where it never was (404 with an OperationOutcome) or was deleted (410). */
  async read(type: string, id: string): Promise<Reading> {
    const result = await this.call((client, options) =>
      client.read({ resourceType: type, id: checkedId(id), options }),
    );
    if ('refusal' in result) {
      const { sort, status } = result.refusal;
      return status === 410 || (status === 404 && sort === 'permanent') ? { standing: undefined } : result;
    }
    if (!isResource(result.body, type)) return { refusal: notFhir(result.response?.status) };
    return { standing: { resource: result.body, version: versionOf(result.body, result.response) } };
  }

  /** Update, or create where there is none (FHIR R4, 3.1.0.4.1). */
  async put({ resource, ifMatch }: Put): Promise<Writing> {
    const condition = ifMatch === undefined ? {} : { 'If-Match': `W/"${ifMatch}"` };
    const result = await this.call((client, options) =>
      client.update({
        resourceType: resource.resourceType,
        id: checkedId(resource.id ?? ''),
        body: { ...inOrder(resource) },
        options: { ...options, headers: { ...PLAIN, ...condition } },
      }),
    );
    if ('refusal' in result) return result;
    // Nothing is a fine answer (Prefer: return=minimal); something that is no resource comes from somebody else.
    if (Object.keys(result.body).length > 0 && !('resourceType' in result.body))
      return { refusal: notFhir(result.response?.status) };
    return { versions: [versionOf(result.body, result.response)] };
  }

  /** Create, with an id that the server gives, unless one with the identifier stands there (FHIR R4, 3.1.0.8.1). */
  async create(resource: FhirResource, { system = '', value = '' }: Identifier): Promise<Creation> {
    const { id: _ours, ...body } = inOrder(resource);
    const condition = new URLSearchParams({ identifier: tokenOf({ system, value }) }).toString();
    const { resourceType } = resource;
    const result = await this.call((client, options) =>
      client.create({ resourceType, body, options: { ...options, headers: { ...PLAIN, 'If-None-Exist': condition } } }),
    );
    if ('refusal' in result) return result;
    const made = isResource(result.body, resourceType) ? result.body : undefined;
    const isSilent = Object.keys(result.body).length === 0 || isResource(result.body, 'OperationOutcome');
    if (made === undefined && !isSilent) return { refusal: notFhir(result.response?.status) };
    const [, located, version] = LOCATION.exec(result.response?.headers.get('location') ?? '') ?? [];
    return {
      id: located ?? made?.id,
      version: versionOf(made ?? {}, result.response) ?? version,
      existed: result.response?.status === 200,
    };
  }

  /** By type, whether the server says that it takes ids of ours; not the types of which it says nothing. Undefined: ask again. */
  async takesIds(): Promise<ReadonlyMap<string, boolean> | undefined> {
    const url = `${this.options.baseUrl()}/metadata`;
    const result = await this.call((client, options) => client.request(url, { options }));
    if ('refusal' in result) return result.refusal.sort === 'permanent' ? new Map() : undefined;
    if (!isResource(result.body, 'CapabilityStatement')) return new Map();
    const { rest } = result.body as CapabilityStatement;
    const types = listOf(rest).flatMap((each) => listOf(each?.resource));
    return new Map(types.flatMap((each) => (each?.updateCreate == null ? [] : [[each.type, each.updateCreate]])));
  }

  /** All of them or none (FHIR R4, 3.1.0.11.2). */
  async transaction(puts: readonly Put[]): Promise<Writing> {
    const result = await this.call((client, options) =>
      client.transaction({ body: { ...this.bundleOf(puts) }, options: { ...options, headers: PLAIN } }),
    );
    if (!('refusal' in result)) return readTransactionAnswer(result.body, puts.length, this.options.clock.now());
    // 404 for all of it: nothing takes transactions at that address.
    const { status, entry } = result.refusal;
    return status === 404 && entry === undefined ? { refusal: { ...result.refusal, unsupported: true } } : result;
  }

  /** All that a search finds. Posted as a form: what is searched for may be a national id, and addresses are logged. */
  async search(type: string, parameters: Readonly<Record<string, string>>): Promise<Finding> {
    const searchParams = { ...parameters };
    const resources: FhirResource[] = [];
    const pages = this.pages(type, (client, options) =>
      client.search({ resourceType: type, searchParams, options: { ...options, postSearch: true } }),
    );
    for await (const page of pages) {
      if ('refusal' in page) return page;
      resources.push(...page.resources);
    }
    return { resources };
  }

  /** What a search finds, page by page, by an address without anything about a person; the last may be a refusal. */
  searchPages(type: string, parameters: Readonly<Record<string, string>>): AsyncGenerator<Page | Refused> {
    const searchParams = { ...parameters };
    const ask: Ask = (client, options) => client.search({ resourceType: type, searchParams, options });
    return this.pages(type, ask, PACKED);
  }

  /** Calls that wait for an answer are given up, and no other begins. */
  close(): void {
    this.limits.close();
  }

  private bundleOf(puts: readonly Put[]): Bundle {
    const entry = puts.map(({ resource, ifMatch }) => {
      const url = `${resource.resourceType}/${checkedId(resource.id ?? '')}`;
      const condition = ifMatch === undefined ? {} : { ifMatch: `W/"${ifMatch}"` };
      return {
        fullUrl: `${this.options.baseUrl()}/${url}`,
        resource: inOrder(resource),
        request: { method: 'PUT' as const, url, ...condition },
      };
    });
    return { resourceType: 'Bundle', type: 'transaction', entry };
  }

  private async *pages(type: string, first: Ask, coding = PLAIN): AsyncGenerator<Page | Refused> {
    let result = await this.call(first, coding);
    const asked = new Set<string>();
    for (let page = 1; ; page++) {
      if ('refusal' in result) {
        yield { ...result, first: page === 1 };
        return;
      }
      if (!isResource(result.body, 'Bundle')) {
        yield refused(notFhir(result.response?.status), page);
        return;
      }
      const bundle = result.body as Bundle<FhirResource>;
      const found = listOf(bundle.entry).flatMap((each) =>
        each?.resource?.resourceType === type ? [each.resource] : [],
      );
      const date = result.response?.headers.get('date');
      yield { resources: found, ...(date == null ? {} : { date }) };
      const next = listOf(bundle.link).find((each) => each?.relation === 'next')?.url;
      if (next === undefined) return;
      const url = this.ownAddress(next);
      if (url === undefined || asked.has(url) || page === MOST_PAGES) {
        yield refused(url === undefined ? FOREIGN_LINK : ENDLESS, page);
        return;
      }
      asked.add(url);
      result = await this.call((client, options) => client.request(url, { options }), coding);
    }
  }

  /** The token goes with every call: a link is followed to the same origin only, and as it was understood here. */
  private ownAddress(link: string): string | undefined {
    const base = `${this.options.baseUrl()}/`;
    if (!URL.canParse(link, base)) return undefined;
    const url = new URL(link, base);
    return url.origin === new URL(base).origin ? url.href : undefined;
  }

  private async call(ask: Ask, coding = PLAIN): Promise<Called> {
    try {
      return await this.limits.within(async (signal) => {
        const headers = { ...coding, 'Cache-Control': 'no-cache' };
        const body = await ask(this.connected(), { signal, redirect: 'error', keepalive: false, headers });
        return { body, response: Client.httpFor(body as never).response };
      });
    } catch (error) {
      return { refusal: refusalOf(error, this.options.clock.now()) };
    }
  }

  private connected(): Client {
    const { baseUrl, token } = this.options;
    this.client ??= new Client({ baseUrl: baseUrl(), ...(token === undefined ? {} : { bearerToken: token }) });
    return this.client;
  }
}

/** What readers look for first stands first: a resource comes from the store with its keys in the order of the alphabet. */
function inOrder({ resourceType, id, meta, ...rest }: FhirResource): FhirResource {
  return { resourceType, id, ...(meta === undefined ? {} : { meta }), ...rest } as FhirResource;
}

/** What another server calls a list may be none, and hold nothing. */
function listOf<T>(value: readonly T[] | undefined): readonly (T | null)[] {
  return Array.isArray(value) ? (value as readonly (T | null)[]) : [];
}

function refused(refusal: Refusal, page: number): Refused {
  return { refusal, first: page === 1 };
}

function isResource(body: object, type: string): body is FhirResource {
  return 'resourceType' in body && body.resourceType === type;
}

function versionOf(resource: Partial<FhirResource>, response: Response | undefined): string | undefined {
  return versionOfEtag(response?.headers.get('etag')) ?? resource.meta?.versionId;
}
