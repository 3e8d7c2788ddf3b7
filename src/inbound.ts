import type { Router } from 'express';
import type { FhirServer } from './fhir-server/fhir-server.js';
import { loadInboundCheck } from './load-checks.js';
import type { Failure } from './model/failure.js';
import { createFhirDoor } from './receive/fhir-door.js';
import type { Accept } from './receive/accept-batch.js';
import { createPollDoor, type PollDoor } from './receive/poll-door.js';
import type { Polled, PolledSource } from './receive/take-changes.js';
import { takeFeed } from './receive/take-feed.js';
import type { ResolveOptions } from './resolve/resolve-references.js';
import { inProject } from './root.js';
import { EMBEDDED, type Source, type Sources } from './sources.js';
import type { Store } from './store/store.js';
import type { Clock } from './support/clock.js';
import { placeOf, type Log } from './support/log.js';
import { startWorkLoop, type WorkLoop } from './support/work-loop.js';
import { scheduleJob, type Schedule } from './watch/schedule.js';
import { createReader, type FhirReader } from './write/fhir-reader.js';

export interface InboundOptions {
  readonly sources: Sources;
  readonly store: Store;
  /** The embedded FHIR server, where there is one. */
  readonly fhir: FhirServer | undefined;
  /** The journal. */
  readonly accept: Accept;
  /** Called after something new was stored: there is work. */
  readonly onAccepted: () => void;
  /** Called after each poll, with what it brought. */
  readonly onPolled: (polled: Polled) => void;
  readonly pollCron: string | undefined;
  readonly clock: Clock;
  readonly log: Log;
}

/** The pack that the profiles of what comes in are about. */
const DESCRIBED = 'fhir-r4';
const READ_TIMEOUT_MS = 10_000;
const IDLE_MS = 500;

/** All ways in for resources: what is sent to the door, what is polled, and what others commit on the embedded server. */
export class Inbound {
  readonly door: Router;
  private readonly readers = new Map<string, FhirReader>();
  private readonly polls: PollDoor;
  private readonly failures = new Map<string, Failure['code']>();
  private feed: WorkLoop | undefined;
  private schedule: Schedule | undefined;

  constructor(private readonly options: InboundOptions) {
    const { sources, accept, store, clock, onAccepted } = options;
    for (const { name, base, token } of sources.all) {
      if (base === undefined) continue;
      const access = { baseUrl: base, timeoutMs: READ_TIMEOUT_MS, clock };
      this.readers.set(name, createReader({ ...access, ...(token === undefined ? {} : { token }) }));
    }
    this.polls = createPollDoor({
      sources: sources.polled.map((source) => this.polledSource(source)),
      steps: {
        accept,
        watermark: (source, type) => store.watermark(source, type),
        moveWatermark: (source, type, to) => store.moveWatermark(source, type, to),
        openPatients: (source) => store.openPatients(source),
        findOwn: (names) => store.ownResources(names),
        clock,
      },
      onPolled: (source, polled) => this.polled(source, polled),
      onFailed: (source, error) => this.pollFailed(source, error),
    });
    const check = loadInboundCheck({
      structure: inProject('profiles/r4'),
      profiles: inProject('profiles/inbound-schemas'),
    });
    this.door = createFhirDoor({
      accept,
      isSource: (name) => sources.named(name) !== undefined,
      poll: (source) => this.polls.poll(source),
      check: (resource, source) => check(resource, sources.named(source)?.pack === DESCRIBED),
      onAccepted,
      clock,
    });
  }

  /** Whether every source answered when it was asked last. */
  get isWell(): boolean {
    return this.failures.size === 0;
  }

  /** The server that a source's references are read from. */
  serverOf(name: string): Pick<ResolveOptions, 'base' | 'read'> {
    const base = this.options.sources.named(name)?.base;
    const reader = this.readers.get(name);
    return base === undefined || reader === undefined ? {} : { base: base(), read: (of) => reader.read(of) };
  }

  /** Polls at once, so that what changed while nothing ran is not left to the next slot; then by the clock. */
  start(): void {
    const { fhir, pollCron, store, log, sources } = this.options;
    const failed = (error: unknown) => log.error('work failed', placeOf(error));
    if (fhir !== undefined && sources.named(EMBEDDED) !== undefined) {
      this.feed = startWorkLoop({ idleMs: IDLE_MS, round: () => this.takeFeed(fhir), failed });
      fhir.listen(() => this.wake());
    }
    if (pollCron === undefined || sources.polled.length === 0) return;
    // A source that is slow, or asked to be left alone, keeps none of the others from their next slot.
    const run = () => Promise.resolve(void this.polls.pollAll());
    const takeSlot = (name: string, slot: string) => store.takeSlot(name, slot);
    this.schedule = scheduleJob({ name: 'poll', expression: pollCron, run, takeSlot, log });
    void run();
  }

  /** Something was committed on the embedded server, or sent to it. */
  wake(): void {
    this.feed?.wake();
  }

  async stop(): Promise<void> {
    await this.schedule?.stop();
    for (const reader of this.readers.values()) reader.close();
    await this.polls.stop();
    await this.feed?.stop();
  }

  private takeFeed(fhir: FhirServer): Promise<boolean> {
    const { store, accept, onAccepted, clock } = this.options;
    return takeFeed(EMBEDDED, {
      changes: (after, limit) => fhir.changes(after, limit),
      accept: async (messages, options) => {
        const acceptances = await accept(messages, options);
        onAccepted();
        return acceptances;
      },
      position: async () => Number((await store.watermark(EMBEDDED, '')) ?? 0),
      moveTo: (position) => store.moveWatermark(EMBEDDED, '', String(position)),
      findOwn: (names) => store.ownResources(names),
      isSending: (taskIds) => store.isSending(taskIds),
      clock,
    });
  }

  private polledSource({ name, types, isTarget }: Source): PolledSource {
    const reader = this.readers.get(name);
    if (reader === undefined) throw new Error('A source that is polled has a reader');
    return {
      name,
      types,
      isTarget,
      changedSince: (type, since) => reader.changedSince(type, since),
      ofPatient: (type, patientId) => reader.ofPatient(type, patientId),
    };
  }

  private polled(source: string, polled: Polled): void {
    const { log, onAccepted, onPolled } = this.options;
    for (const { code } of polled.failures) log.warn('a source was not polled to the end', { source, code });
    if (polled.leftOut > 0) log.warn('resources of a source were left out', { source, count: polled.leftOut });
    const [failure] = polled.failures;
    if (failure === undefined) this.failures.delete(source);
    else this.failures.set(source, failure.code);
    if (polled.received > 0) onAccepted();
    onPolled(polled);
  }

  private pollFailed(source: string, error: unknown): void {
    const place = placeOf(error);
    this.options.log.error('a source could not be polled', { ...place, source });
    this.failures.set(source, place.code ?? 'failed');
  }
}
