import type { FhirResource, Identifier } from 'fhir/r4.js';
import { referencesIn } from '../model/references.js';
import type { ResourceFault } from '../model/resource-fault.js';
import { NOT_CONFORMANT, type PendingWrite, type WriteDone } from '../model/resources.js';
import { detached, identifiersOf, nextInCircle } from './detach.js';
import { isFhirId } from './fhir-id.js';
import type { KnownServer } from './known-server.js';
import type { NamedTarget } from './named-target.js';
import { groupsAround, referenceTo, writeGroups } from './groups.js';
import { asWanted, isConfirmed, mustBeRead, readAndMerge, type Prepared } from './prepare-row.js';
import { mayBeDone, type Refusal } from './refusal.js';
import { sendRows, type SendParts } from './send-rows.js';

export interface DeliveryParts extends SendParts {
  readonly target: NamedTarget;
  readonly server: KnownServer;
  /** What is wrong with a resource by our own profiles. */
  readonly check: (resource: FhirResource) => readonly ResourceFault[];
}

const DEPENDS: Refusal = {
  sort: 'permanent',
  code: 'depends-on-failed',
  message: 'something it refers to was refused',
};
const SEVERAL = {
  code: 'stands-twice',
  path: '',
  message: 'the server has more than one of it: the oldest is kept up',
};
const NOT_ITSELF: Refusal = {
  sort: 'permanent',
  code: 'invalid-id',
  message: 'type and id of the row are not those of its resource',
};

/** More of one resource's faults tell nobody more. */
const MOST_REASONS = 20;

/** One patient's rows on their way. What is settled is in `done`; what is not stays in the outbox. */
export class Delivery {
  readonly done: WriteDone[] = [];
  private readonly settled = new Set<string>();
  /** References to resources that were refused for good and do not stand: what refers to them cannot be written either. */
  private readonly absent = new Set<string>();

  constructor(private readonly parts: DeliveryParts) {}

  /** All together; what the server refuses for good ends as dead, with what needs it. What is returned stopped the rest. */
  async run(rows: readonly PendingWrite[]): Promise<Refusal | undefined> {
    const prepared: Prepared[] = [];
    for (const row of rows) {
      const refusal = await this.prepare(row, prepared);
      if (refusal !== undefined) return refusal;
    }
    const [tasks, others] = [prepared.filter(isShareable), prepared.filter((each) => !isShareable(each))];
    let stopped = await this.write(writeGroups(others).flat());
    for (const task of tasks) stopped ??= await this.write([task]);
    return stopped;
  }

  private async prepare(row: PendingWrite, prepared: Prepared[]): Promise<Refusal | undefined> {
    if (!isFhirId(row.id) || row.wanted.id !== row.id || row.wanted.resourceType !== row.type) {
      this.giveUp([asWanted(row)], NOT_ITSELF);
    } else if (isConfirmed(row)) {
      this.settle({ key: row.key, wantedN: row.wantedN, outcome: 'unchanged' });
    } else if (this.isNotConformant(row)) {
      return undefined;
    } else if (!mustBeRead(row) || this.parts.target.isToBeCreated(row)) {
      prepared.push(asWanted(row));
    } else {
      const result = await readAndMerge(this.parts.target, row);
      if ('prepared' in result) prepared.push(result.prepared);
      else if ('settled' in result) this.settle(result.settled);
      else if (result.refusal.sort === 'permanent') this.giveUp([asWanted(row)], result.refusal);
      else return result.refusal;
    }
    return undefined;
  }

  /**
   * Checked as it is wanted, before what stands there is read and merged in: what people put there is theirs, and no mistake of
   * ours. One that fails is never sent.
   */
  private isNotConformant(row: PendingWrite): boolean {
    const faults = this.parts.check(row.wanted).filter(({ severity }) => severity === 'error');
    if (faults.length === 0) return false;
    this.giveUpWith(
      asWanted(row),
      faults.slice(0, MOST_REASONS).map(({ path, message }) => ({ code: NOT_CONFORMANT, path, message })),
    );
    return true;
  }

  /** Together where the server can; else, or if it refuses something in it for good, part by part. */
  private async write(rows: readonly Prepared[]): Promise<Refusal | undefined> {
    const left = this.withoutHopeless(this.unsettled(rows));
    if (left.length === 0) return undefined;
    const { server, target } = this.parts;
    const isTogether = server.transactions && !left.some(({ row }) => target.isToBeCreated(row));
    if (left.length > 1 && !isTogether) return this.writeSingly(left);
    const result = await sendRows(this.parts, left, (done) => this.settle(done));
    if (result === undefined) return undefined;
    const { refusal, blamed } = result;
    const isUnsupported = refusal.unsupported === true && refusal.entry === undefined;
    if (left.length > 1 && isUnsupported) return this.withoutTransactions(left);
    const mayBeIds = (await this.mayBeTheIds(left, refusal)) || left.some(({ row }) => target.isToBeCreated(row));
    if (left.length > 1 && mayBeIds) return this.writeSingly(left);
    if (refusal.sort !== 'permanent') return refusal;
    return this.isolate(left, refusal, blamed);
  }

  /** A server that takes no ids of ours shows it one by one. */
  private mayBeTheIds(rows: readonly Prepared[], refusal: Refusal): Promise<boolean> {
    const types = rows.flatMap(({ row, ifMatch }) =>
      row.written === undefined && ifMatch === undefined ? [row.type] : [],
    );
    return this.parts.target.mayBeTheIds(refusal, types);
  }

  private async isolate(rows: readonly Prepared[], refusal: Refusal, blamed?: string): Promise<Refusal | undefined> {
    const left = this.unsettled(rows);
    const groups = writeGroups(left);
    if (groups.length <= 1) {
      const culprits = left.filter(({ row }) => row.key === blamed);
      this.giveUp(culprits.length > 0 ? culprits : left, refusal);
      this.giveUp(this.unsettled(left), DEPENDS);
      return undefined;
    }
    const group = groups.find((one) => one.some(({ row }) => row.key === blamed));
    // The server's word on which entry it was is a hint: that one is tried by itself before it is given up.
    for (const part of group === undefined ? groups : groupsAround(groups, group)) {
      const stopped = await this.write(part);
      if (stopped !== undefined) return stopped;
    }
    return undefined;
  }

  /** Tried at once one by one; once that went well, transactions are not asked for again, unless it were the ids. */
  private async withoutTransactions(rows: readonly Prepared[]): Promise<Refusal | undefined> {
    const { server } = this.parts;
    const gaveIds = server.givesIds;
    server.transactions = false;
    const stopped = await this.writeSingly(rows);
    const isTrouble = stopped !== undefined || this.done.some(({ outcome }) => outcome === 'dead');
    server.transactions = isTrouble || server.givesIds !== gaveIds;
    return stopped;
  }

  private async writeSingly(rows: readonly Prepared[]): Promise<Refusal | undefined> {
    for (const group of writeGroups(rows)) {
      const stopped = group.length === 1 ? await this.write(group) : await this.writeCircle(group);
      if (stopped !== undefined) return stopped;
    }
    return undefined;
  }

  /** A circle of references without a transaction: see {@link nextInCircle}. */
  private async writeCircle(rows: readonly Prepared[]): Promise<Refusal | undefined> {
    const identifiers = identifiersOf(rows.map(({ content }) => content));
    const again: Prepared[] = [];
    let left = this.unsettled(rows).filter(({ row, ifMatch }) => row.written === undefined && ifMatch === undefined);
    const standing = rows.filter((one) => !left.includes(one));
    for (let next = nextInCircle(left); next !== undefined; next = nextInCircle(left)) {
      const { item, missing } = next;
      left = left.filter((one) => one !== item);
      if (this.withoutHopeless([item]).length === 0) continue;
      const result =
        missing.size === 0 ? await this.write([item]) : await this.writeDetached(item, missing, identifiers);
      if (result !== undefined && 'sort' in result) return result;
      if (result !== undefined) again.push(result);
    }
    for (const row of [...standing, ...again]) {
      const stopped = await this.write([row]);
      if (stopped !== undefined) return stopped;
    }
    return undefined;
  }

  private async writeDetached(
    { row, content, remembered }: Prepared,
    missing: ReadonlySet<string>,
    identifiers: ReadonlyMap<string, Identifier>,
  ): Promise<Refusal | Prepared | undefined> {
    const result = await this.parts.target.put({ resource: detached(content, missing, identifiers) });
    if ('versions' in result) {
      const [version] = result.versions;
      return { row, content, remembered, ...(version === undefined ? {} : { ifMatch: version }) };
    }
    if (mayBeDone(result.refusal)) this.parts.uncertain.add(row.key);
    if (result.refusal.sort !== 'permanent') return result.refusal;
    this.giveUp([{ row, content, remembered }], result.refusal);
    return undefined;
  }

  /** Gives up what refers to something that was refused and does not stand, and what refers to that; the rest is returned. */
  private withoutHopeless(rows: readonly Prepared[]): Prepared[] {
    const needs = ({ content }: Prepared) => referencesIn(content).some((name) => this.absent.has(name));
    let left = [...rows];
    for (let hopeless = left.filter(needs); hopeless.length > 0; hopeless = left.filter(needs)) {
      this.giveUp(hopeless, DEPENDS);
      left = this.unsettled(left);
    }
    return left;
  }

  private giveUp(rows: readonly Prepared[], { code, path = '', message }: Refusal): void {
    for (const one of rows) this.giveUpWith(one, [{ code, path: fullPath(one.content, path), message }]);
  }

  private giveUpWith({ row, content }: Prepared, reasons: NonNullable<WriteDone['reasons']>): void {
    if (row.written === undefined) this.absent.add(referenceTo(content));
    this.settle({ key: row.key, wantedN: row.wantedN, outcome: 'dead', reasons });
  }

  private unsettled(rows: readonly Prepared[]): Prepared[] {
    return rows.filter(({ row }) => !this.settled.has(row.key));
  }

  private settle(done: WriteDone): void {
    const count = this.parts.target.several.get(done.key);
    this.done.push(count === undefined || done.outcome === 'dead' ? done : { ...done, reasons: [SEVERAL] });
    this.settled.add(done.key);
    this.parts.uncertain.delete(done.key);
  }
}

/** A Task that stands is people's too: alone, since some servers look at no version inside a transaction. */
function isShareable({ row, ifMatch }: Prepared): boolean {
  return row.type === 'Task' && ifMatch !== undefined;
}

/** With the type in front, also where the server named the element alone. */
function fullPath({ resourceType }: FhirResource, path: string): string {
  return /^[a-z]/.test(path) ? `${resourceType}.${path}` : path;
}
