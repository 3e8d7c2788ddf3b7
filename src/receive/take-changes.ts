import type { Failure } from '../model/failure.js';
import type { InboundResource } from '../model/fhir-content.js';
import type { SourceMessage } from '../model/message.js';
import type { Clock, Instant } from '../support/clock.js';
import { addMs, isInstant, toInstant } from '../support/dates.js';
import type { Accept } from './accept-batch.js';
import { messageOfResource } from './resource-message.js';

type Page =
  | { readonly resources: readonly InboundResource[]; readonly serverTime?: string }
  | { readonly failure: Failure; readonly expired: boolean; readonly unsupported: boolean };

/** A server that is asked what changed. */
export interface PolledSource {
  readonly name: string;
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
  /** Whether it says something that this service did not write itself. */
  readonly isNews: (resource: InboundResource) => Promise<boolean>;
  readonly clock: Clock;
}

/** What commits late on the other side carries an earlier time than what was seen before it. */
const OVERLAP_MS = 120_000;
const MOST_RESTARTS = 5;
const SOURCE_TYPES = [
  'Patient',
  'ServiceRequest',
  'Encounter',
  'Appointment',
  'Condition',
  'ClinicalImpression',
  'Task',
];

export interface Polled {
  readonly received: number;
  readonly failures: readonly Failure[];
}

/**
 * Takes what changed on a source since the last time. The mark of how far it came is moved only when all before it is on disk, and
 * by the server's clock, never by ours; what is seen twice is a duplicate and costs nothing.
 */
export async function takeChanges(source: PolledSource, steps: PollSteps): Promise<Polled> {
  let received = 0;
  const failures: Failure[] = [];
  for (const type of source.types.length > 0 ? source.types : SOURCE_TYPES) {
    const result = await takeType(source, type, steps);
    received += result.received;
    if (result.failure !== undefined) failures.push(result.failure);
  }
  return { received, failures };
}

interface Taken {
  readonly received: number;
  readonly failure?: Failure;
}

async function takeType(source: PolledSource, type: string, steps: PollSteps): Promise<Taken> {
  let received = 0;
  const mark = await steps.watermark(source.name, type);
  let since = mark === undefined ? undefined : addMs(mark, -OVERLAP_MS);
  for (let restarts = 0; ; restarts++) {
    const reading = new Reading(source, steps);
    const end = await reading.all(source.changedSince(type, since));
    received += reading.received;
    const reached = reading.reached(steps.clock.now());
    if (end === undefined) {
      if (reached !== undefined && (mark === undefined || reached > mark))
        await steps.moveWatermark(source.name, type, reached);
      return { received };
    }
    if (end.unsupported) return takeByPatient(source, type, steps);
    if (!end.expired || restarts === MOST_RESTARTS) return { received, failure: end.failure };
    // Pages come oldest first: from the newest seen it goes on, with the overlap, should the server not sort.
    since = reading.newest === undefined ? since : addMs(reading.newest, -OVERLAP_MS);
  }
}

/** For a server that cannot say what changed: everything of each patient whose pathway is open. */
async function takeByPatient(source: PolledSource, type: string, steps: PollSteps): Promise<Taken> {
  const reading = new Reading(source, steps);
  if (type === 'Patient') return { received: 0 };
  for (const patientId of await steps.openPatients(source.name)) {
    const end = await reading.all(source.ofPatient(type, patientId));
    if (end !== undefined) return { received: reading.received, failure: end.failure };
  }
  return { received: reading.received };
}

/** Pages, each on disk before the next is asked for. */
class Reading {
  received = 0;
  newest: Instant | undefined;
  private serverTime: Instant | undefined;

  constructor(
    private readonly source: PolledSource,
    private readonly steps: PollSteps,
  ) {}

  /** What ended it before its time; undefined: nothing did. */
  async all(pages: AsyncIterable<Page>): Promise<Extract<Page, { failure: Failure }> | undefined> {
    for await (const page of pages) {
      if ('failure' in page) return page;
      // The first page's: what changes while later pages are read may be in none of them.
      if (this.serverTime === undefined && page.serverTime !== undefined && !Number.isNaN(Date.parse(page.serverTime)))
        this.serverTime = toInstant(page.serverTime);
      await this.keep(page.resources);
    }
    return undefined;
  }

  /** How far it came: what was seen, and what the server would have shown by its own clock; never later than now. */
  reached(now: Instant): Instant | undefined {
    const times = [this.newest, this.serverTime].filter((each) => each !== undefined).sort();
    const last = times.at(-1);
    return last === undefined || last <= now ? last : now;
  }

  private async keep(resources: readonly InboundResource[]): Promise<void> {
    const messages: SourceMessage[] = [];
    for (const resource of resources) {
      const { lastUpdated } = resource.meta ?? {};
      if (lastUpdated !== undefined && isInstant(lastUpdated) && toInstant(lastUpdated) > (this.newest ?? ''))
        this.newest = toInstant(lastUpdated);
      if (await this.steps.isNews(resource))
        messages.push(messageOfResource(this.source.name, resource, this.steps.clock.now()));
    }
    if (messages.length === 0) return;
    const answers = await this.steps.accept(messages, { lenient: true });
    this.received += answers.filter(({ status }) => status === 'received').length;
    const conflicting = messages.filter((_message, index) => answers[index]?.status === 'conflict');
    // The same version with other content, from a server restored from a backup: what can be stored is stored.
    if (conflicting.length > 0) await this.steps.accept(conflicting.map(renamed), { lenient: true });
  }
}

function renamed(message: SourceMessage): SourceMessage {
  return { ...message, messageKey: `${message.messageKey}#${message.contentHash}` };
}
