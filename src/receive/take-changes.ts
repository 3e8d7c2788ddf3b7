import type { Failure } from '../model/failure.js';
import type { InboundResource } from '../model/fhir-content.js';
import type { Clock, Instant } from '../support/clock.js';
import { addMs, isInstant, toInstant } from '../support/dates.js';
import { acceptAnyhow } from './accept-anyhow.js';
import type { Accept } from './accept-batch.js';
import { unkeepableText } from './check-text.js';
import { resourceIn } from './inbound-resource.js';
import { writtenByOthers, type FindOwn } from './own-writes.js';
import { messageOfResource } from './resource-message.js';

type Page =
  | { readonly resources: readonly InboundResource[]; readonly serverTime?: string }
  | {
      readonly failure: Failure;
      readonly expired: boolean;
      readonly unsupported: boolean;
      /** It would answer nothing else either. */
      readonly unreachable: boolean;
    };

/** A server that is asked what changed. */
export interface PolledSource {
  readonly name: string;
  /** It is the server that this service writes to: what it wrote there is nobody's news, and people answer on its Tasks. */
  readonly isTarget: boolean;
  /** Empty: all that facts are made of. */
  readonly types: readonly string[];
  readonly changedSince: (type: string, since?: Instant) => AsyncIterable<Page>;
  readonly ofPatient: (type: string, patientId: string) => AsyncIterable<Page>;
}

export interface PollSteps {
  readonly accept: Accept;
  readonly watermark: (source: string, type: string) => Promise<Instant | undefined>;
  readonly moveWatermark: (source: string, type: string, to: Instant) => Promise<void>;
  /** The ids of a source's own Patients whose pathways are open. */
  readonly openPatients: (source: string) => Promise<readonly string[]>;
  /** Which of a source's resources are this service's own. */
  readonly findOwn: FindOwn;
  readonly clock: Clock;
}

/** What commits late on the other side carries an earlier time than what was seen before it. */
const OVERLAP_MS = 120_000;
const MOST_RESTARTS = 5;
/** More steps than this is a server whose time runs away. */
const MOST_STEPS = 10_000;
const TYPES = ['Patient', 'ServiceRequest', 'Encounter', 'Appointment', 'Condition', 'ClinicalImpression'];

export interface Polled {
  /** New messages. */
  readonly received: number;
  /** What is no resource, or holds text that no store keeps. */
  readonly leftOut: number;
  readonly failures: readonly Failure[];
}

/**
 * Takes what changed on a source since the last time. The mark of how far it came is moved only when all before it is on disk, and
 * by the server's clock, never by ours; what is seen twice is a duplicate and costs nothing.
 */
export async function takeChanges(source: PolledSource, steps: PollSteps): Promise<Polled> {
  const total = { received: 0, leftOut: 0 };
  const failures: Failure[] = [];
  for (const type of typesOf(source)) {
    const { received, leftOut, end } = await takeType(source, type, steps);
    total.received += received;
    total.leftOut += leftOut;
    if (end !== undefined) failures.push(end.failure);
    if (end?.unreachable === true) break;
  }
  return { ...total, failures };
}

function typesOf({ types, isTarget }: PolledSource): readonly string[] {
  return types.length > 0 ? types : isTarget ? [...TYPES, 'Task'] : TYPES;
}

type End = Extract<Page, { failure: Failure }>;
type Taken = Omit<Polled, 'failures'> & { readonly end?: End };

async function takeType(source: PolledSource, type: string, steps: PollSteps): Promise<Taken> {
  const reading = new Reading(source, steps);
  const mark = await steps.watermark(source.name, type);
  const from = mark === undefined ? undefined : addMs(mark, -OVERLAP_MS);
  let since = from;
  for (let restarts = 0; ; restarts++) {
    const end = await reading.all(source.changedSince(type, since));
    if (end === undefined) {
      const again = reading.mayHaveMissed ? await takeStepwise(source, type, reading, from) : undefined;
      if (again !== undefined) return { ...reading.taken, end: again };
      const reached = reading.reached(steps.clock.now());
      if (reached !== undefined && (mark === undefined || reached > mark))
        await steps.moveWatermark(source.name, type, reached);
      return reading.taken;
    }
    if (end.unsupported) return takeByPatient(source, type, steps);
    if (!end.expired || restarts === MOST_RESTARTS) return { ...reading.taken, end };
    // Pages come oldest first: from the newest seen it goes on, with the overlap, should the server not sort.
    since = reading.newest === undefined ? since : addMs(reading.newest, -OVERLAP_MS);
  }
}

/**
 * Once more, by first pages alone, each from the newest of the one before: what changes meanwhile comes later in the order and moves
 * nothing past. Where a whole page changed at one instant, its other pages are read after all.
 */
async function takeStepwise(
  source: PolledSource,
  type: string,
  reading: Reading,
  from: Instant | undefined,
): Promise<End | undefined> {
  let since = from;
  for (let step = 0; step < MOST_STEPS; step++) {
    const newest = await reading.firstOf(source.changedSince(type, since));
    if (typeof newest === 'object') return newest;
    if (newest === undefined || (since !== undefined && newest <= since)) break;
    since = newest;
  }
  return reading.all(source.changedSince(type, since));
}

/**
 * For a server that cannot say what changed: everything of each patient whose pathway is open. One that refuses this too does not
 * have the type, and there is nothing to take.
 */
async function takeByPatient(source: PolledSource, type: string, steps: PollSteps): Promise<Taken> {
  const reading = new Reading(source, steps);
  const patientIds = type === 'Patient' ? [] : await steps.openPatients(source.name);
  for (const patientId of patientIds) {
    const end = await reading.all(source.ofPatient(type, patientId));
    if (end !== undefined) return end.unsupported ? reading.taken : { ...reading.taken, end };
  }
  return reading.taken;
}

/** Pages, each on disk before the next is asked for. */
class Reading {
  private received = 0;
  private leftOut = 0;
  newest: Instant | undefined;
  private serverTime: Instant | undefined;
  private pages = 0;

  constructor(
    private readonly source: PolledSource,
    private readonly steps: PollSteps,
  ) {}

  get taken(): Omit<Polled, 'failures'> {
    return { received: this.received, leftOut: this.leftOut };
  }

  /** What ended it before its time; undefined: nothing did. */
  async all(pages: AsyncIterable<Page>): Promise<End | undefined> {
    for await (const page of pages) {
      if ('failure' in page) return page;
      // The first page's: what changes while later pages are read may be in none of them.
      if (this.serverTime === undefined && page.serverTime !== undefined && !Number.isNaN(Date.parse(page.serverTime)))
        this.serverTime = toInstant(page.serverTime);
      this.pages++;
      await this.keep(page.resources);
    }
    return undefined;
  }

  /** Keeps one page; gives its newest, or what ended it. */
  async firstOf(pages: AsyncIterable<Page>): Promise<Instant | undefined | End> {
    for await (const page of pages) {
      if ('failure' in page) return page;
      await this.keep(page.resources);
      return newestIn(page.resources);
    }
    return undefined;
  }

  /**
   * Something changed while pages were read. A server that counts its pages anew has then moved what is older from a page that was
   * still to come to one that was read.
   */
  get mayHaveMissed(): boolean {
    const { pages, newest, serverTime } = this;
    return pages > 1 && newest !== undefined && (serverTime === undefined || newest >= serverTime);
  }

  /**
   * How far it came by the server's own clock, where that is known: what says to be of later may be wrong, and what changes meanwhile
   * is of before. Never later than now.
   */
  reached(now: Instant): Instant | undefined {
    const last = this.serverTime ?? this.newest;
    return last === undefined || last <= now ? last : now;
  }

  private async keep(resources: readonly InboundResource[]): Promise<void> {
    const { accept, findOwn, clock } = this.steps;
    const newest = newestIn(resources) ?? '';
    if (newest > (this.newest ?? '')) this.newest = newest;
    const whole = resources.filter(isWhole);
    this.leftOut += resources.length - whole.length;
    const news = this.source.isTarget ? await writtenByOthers(whole, findOwn) : whole;
    const messages = news.map((resource) => messageOfResource(this.source.name, resource, clock.now()));
    const answers = await acceptAnyhow(messages, accept);
    this.received += answers.filter(({ status }) => status === 'received').length;
  }
}

function newestIn(resources: readonly InboundResource[]): Instant | undefined {
  const times = resources.flatMap(({ meta }) => {
    const { lastUpdated } = meta ?? {};
    return typeof lastUpdated === 'string' && isInstant(lastUpdated) ? toInstant(lastUpdated) : [];
  });
  return times.sort().at(-1);
}

/** A server may hold what no door would take. */
function isWhole(resource: InboundResource): boolean {
  return 'resource' in resourceIn(resource) && unkeepableText(resource).length === 0;
}
