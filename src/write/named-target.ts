import type { FhirResource, Identifier } from 'fhir/r4.js';
import type { CreationRights, GivenId, GivenIds, PendingWrite, ResourceKey } from '../model/resources.js';
import type { Clock, Instant } from '../support/clock.js';
import { msBetween } from '../support/dates.js';
import type { FhirTarget } from './fhir-target.js';
import type { Put, Reading, Target } from './target.js';
import { referenceTo } from './groups.js';
import type { KnownServer } from './known-server.js';
import { oursAmong, tokenOf, uniqueIdentifierOf } from './ours-among.js';
import { mayBeDone, type Refusal } from './refusal.js';
import { ServerNames } from './server-names.js';
import type { Writing } from './transaction-answer.js';

export interface NamedTargetParts {
  readonly target: FhirTarget;
  readonly server: KnownServer;
  readonly clock: Clock;
  readonly creations: CreationRights;
}

/** How a server says that it takes no ids of ours; each of them may mean something else too. */
const ID_REFUSALS = [400, 404, 405, 422];
/** For so long what was created may not be found by a search (a cached answer, an index that lags behind). */
const MAY_LAG_MS = 60_000;

const FOUND: Refusal = { sort: 'conflict', code: 'found', message: 'it stands there already: read it first' };
const TAKEN: Refusal = {
  sort: 'permanent',
  code: 'identifier-taken',
  message: 'the server gives ids itself, and has something of somebody else with the identifier',
};
const NAMELESS: Refusal = {
  sort: 'permanent',
  code: 'no-identifier',
  message: 'the server gives ids itself, and no identifier tells this one from others',
};
const NOT_FOUND_YET: Refusal = {
  sort: 'ambiguous',
  code: 'not-found-yet',
  message: 'it was created, and is not found',
};
const CREATED_ELSEWHERE: Refusal = {
  sort: 'transient',
  code: 'created-elsewhere',
  message: 'another process creates it, or did',
  retryAfterMs: 1_000,
};

/**
 * The server as one delivery sees it: by ids of ours, whatever ids it gave. Where it takes none, what does not stand yet is created by
 * its unique identifier (CONTRACT 5), once, and goes by the id it was given from then on.
 */
export class NamedTarget implements Target {
  /** What was given now. */
  readonly given: GivenId[] = [];
  /** How many stand of what should stand once. */
  readonly several = new Map<ResourceKey, number>();
  /** When each was last to be created without an answer, by whatever replica; where nobody knows, from now on. */
  readonly lookedForSince: Map<ResourceKey, Instant>;
  private readonly names: ServerNames;
  private readonly rows: ReadonlyMap<string, PendingWrite>;

  constructor(
    private readonly parts: NamedTargetParts,
    rows: readonly PendingWrite[],
    given: GivenIds,
  ) {
    this.names = new ServerNames(given);
    this.rows = new Map(rows.map((row) => [`${row.type}/${row.id}`, row]));
    this.lookedForSince = new Map(
      rows.flatMap(({ key, lookedForSince: since }) => (since === undefined ? [] : [[key, since]])),
    );
    if (!this.names.areNone) parts.server.givesIds = true;
  }

  /** Is it to be created, by a request of its own? */
  isToBeCreated({ type, id, written }: PendingWrite): boolean {
    return this.parts.server.givesIds && written === undefined && !this.names.has(`${type}/${id}`);
  }

  async read(type: string, id: string): Promise<Reading> {
    const row = this.rows.get(`${type}/${id}`);
    if (row !== undefined && this.isToBeCreated(row)) return { standing: undefined };
    const reading = await this.parts.target.read(type, this.names.idOf(type, id));
    if ('refusal' in reading || reading.standing === undefined) return reading;
    return { standing: { ...reading.standing, resource: this.names.toOurs(reading.standing.resource) } };
  }

  async put(put: Put): Promise<Writing> {
    const { target, server } = this.parts;
    const row = this.rows.get(referenceTo(put.resource));
    if (row !== undefined && this.isToBeCreated(row)) return this.create(row, put.resource);
    const writing = await target.put(this.theirs(put));
    const isNew = row !== undefined && row.written === undefined && put.ifMatch === undefined;
    if (!('refusal' in writing) || !isNew || this.names.has(referenceTo(put.resource))) return writing;
    const mayBe = await this.mayBeTheIds(writing.refusal, [row.type]);
    if (!mayBe && !this.isToBeCreated(row)) return writing;
    const created = await this.create(row, put.resource);
    const { sort, unsupported } = 'refusal' in created ? created.refusal : {};
    // It takes it no more under an id of its own: then it is not the id.
    if (!server.givesIds && (sort === 'permanent' || unsupported === true)) return writing;
    if (sort === undefined || sort === 'conflict') server.givesIds = true;
    return created;
  }

  transaction(puts: readonly Put[]): Promise<Writing> {
    return this.parts.target.transaction(puts.map((put) => this.theirs(put)));
  }

  /** Whether a refusal may be one of our ids alone: by what the server says of itself, else by status and element. */
  async mayBeTheIds({ status = 0, path = 'id' }: Refusal, types: readonly string[]): Promise<boolean> {
    const { target, server } = this.parts;
    const isOfContent = !/(^|\.)id$/.test(path);
    if (!ID_REFUSALS.includes(status) || isOfContent || server.givesIds) return false;
    server.takesIds ??= await target.takesIds();
    const said = server.takesIds;
    if (types.some((type) => said?.get(type) === false)) server.givesIds = true;
    return types.some((type) => said?.get(type) !== true);
  }

  private theirs({ resource, ...rest }: Put): Put {
    return { resource: this.names.toTheirs(resource), ...rest };
  }

  private create(row: PendingWrite, resource: FhirResource): Promise<Writing> {
    const create = () => this.createUnlessThere(row, resource);
    return row.type === 'Organization' ? this.parts.server.oneByOne(create) : create();
  }

  private async createUnlessThere(row: PendingWrite, resource: FhirResource): Promise<Writing> {
    const { target, server, clock, creations } = this.parts;
    const identifier = uniqueIdentifierOf(resource);
    if (identifier === undefined) return { refusal: NAMELESS };
    const made = server.made.get(referenceTo(resource));
    if (made !== undefined) return this.remember(row, made);
    const before = this.sinceOf(row);
    if (row.sent.length > 0 || before !== undefined) {
      const found = await this.find(row, identifier);
      if (found !== undefined) return found;
      const leftMs = this.stillToLookMs(row);
      if (leftMs > 0) return { refusal: { ...NOT_FOUND_YET, retryAfterMs: leftMs } };
    }
    const isShared = row.type === 'Organization';
    if (isShared && !(await creations.take(row.key))) return { refusal: CREATED_ELSEWHERE };
    this.lookFrom(row, clock.now());
    const creation = await target.create(this.names.toTheirs(resource), identifier);
    if ('refusal' in creation) {
      if (!mayBeDone(creation.refusal)) {
        this.lookFrom(row, before);
        if (isShared) await creations.release(row.key);
      }
      const several = creation.refusal.status === 412 ? await this.find(row, identifier) : undefined;
      return several ?? creation;
    }
    if (creation.id === undefined || creation.existed) {
      const found = await this.find(row, identifier);
      return found ?? { refusal: { ...NOT_FOUND_YET, retryAfterMs: this.stillToLookMs(row) } };
    }
    this.remember(row, creation.id);
    return { versions: [creation.version] };
  }

  /** Ours, by its identifier: then it is read and merged as what stands. Undefined: nothing is found. */
  private async find(row: PendingWrite, identifier: Identifier): Promise<Writing | undefined> {
    const finding = await this.parts.target.search(row.type, { identifier: tokenOf(identifier) });
    if ('refusal' in finding) return finding.refusal.sort === 'permanent' ? undefined : finding;
    const { all, ours } = oursAmong(finding.resources, identifier, row);
    if (all === 0) return undefined;
    const [oldest] = ours;
    if (oldest === undefined) return { refusal: TAKEN };
    if (ours.length > 1) this.several.set(row.key, ours.length);
    return this.remember(row, oldest);
  }

  private remember({ key, type, id }: PendingWrite, given: string): { readonly refusal: Refusal } {
    const { server } = this.parts;
    this.names.add(`${type}/${id}`, given);
    this.given.push({ key, id: given });
    if (type === 'Organization') server.made.set(`${type}/${id}`, given);
    this.lookFrom({ key, type }, undefined);
    return { refusal: FOUND };
  }

  private stillToLookMs(row: PendingWrite): number {
    const now = this.parts.clock.now();
    const since = this.sinceOf(row) ?? now;
    this.lookFrom(row, since);
    return MAY_LAG_MS - msBetween(since, now);
  }

  private sinceOf({ key }: PendingWrite): Instant | undefined {
    const all = [this.lookedForSince.get(key), this.parts.server.lookedForSince.get(key)];
    return all
      .filter((each) => each !== undefined)
      .sort()
      .at(-1);
  }

  private lookFrom({ key, type }: Pick<PendingWrite, 'key' | 'type'>, since: Instant | undefined): void {
    const keepers = [this.lookedForSince, ...(type === 'Organization' ? [this.parts.server.lookedForSince] : [])];
    for (const each of keepers) {
      if (since === undefined) each.delete(key);
      else each.set(key, since);
    }
  }
}
