import { createServer, type Server } from 'node:http';
import { closable } from './api/closable.js';
import { createApi } from './api/create-api.js';
import { createApp } from './api/create-app.js';
import { createMetrics, type Metrics } from './api/metrics.js';
import { createOpenApi } from './api/openapi.js';
import { apiOptions } from './api-options.js';
import type { Config } from './config.js';
import { createDoors } from './doors.js';
import type { FhirServer } from './fhir-server/fhir-server.js';
import type { LiveMappings } from './live-mappings.js';
import { closeServer, listen } from './http-listener.js';
import { Inbound } from './inbound.js';
import { createPipeline, type Deliver, type Pipeline } from './pipeline.js';
import type { Accept } from './receive/accept-batch.js';
import { createDataCheck } from './receive/data-check.js';
import { createEventChecks, type EventChecks } from './receive/event-checks.js';
import { readEventSchemas } from './receive/read-event-schemas.js';
import { inProject, projectVersion } from './root.js';
import { Sending } from './sending.js';
import type { Sources } from './sources.js';
import type { Store } from './store/store.js';
import type { Clock } from './support/clock.js';
import { msBetween } from './support/dates.js';
import { newId } from './support/ids.js';
import { placeOf, type Log } from './support/log.js';
import { startWorkLoop, type WorkLoop } from './support/work-loop.js';
import { scheduleJob, type Schedule } from './watch/schedule.js';
import { benchOf } from './workbench/bench-routes.js';
import type { Sender } from './write/sender.js';

/** What the service is made of, opened and ready. */
export interface Parts {
  readonly config: Config;
  /** In the place of the sender, for tests. */
  readonly deliver: Deliver | undefined;
  readonly clock: Clock;
  readonly log: Log;
  readonly mappings: LiveMappings;
  readonly store: Store;
  readonly fhir: FhirServer | undefined;
  readonly sender: Sender;
  readonly sources: Sources;
  readonly address: { url: string };
  readonly fhirUrl: () => string;
}

const IDLE_MS = 500;
const DRAIN_MS = 10_000;
const LOOK_AGAIN_MS = 300_000;
const LONG_AGO = '1970-01-01T00:00:00.000Z';

/** The service while it runs: who wakes whom, and in which order it stops. */
export class RunningService {
  private readonly metrics: Metrics = createMetrics({ processMetrics: true });
  private readonly pipeline: Pipeline;
  private readonly inbound: Inbound;
  private readonly sending: Sending;
  private readonly server: Server;
  private applying: WorkLoop | undefined;
  private delivering: WorkLoop | undefined;
  private schedule: Schedule | undefined;
  private firstScan: Promise<void> = Promise.resolve();
  private closing = false;
  /** At the start everything is: the mappings may know more now. */
  private lookedAt = LONG_AGO;
  private remapped = false;

  constructor(private readonly parts: Parts) {
    const { config, store, mappings, clock, log } = parts;
    const schemas = readEventSchemas(inProject('profiles/events'));
    const extraTypes = () => mappings.current.packs.flatMap((pack) => (pack.door === 'events' ? pack.kinds : []));
    const checks = createEventChecks(schemas, extraTypes);
    const registered = config.organizations;
    this.inbound = this.createInbound();
    this.sending = new Sending(parts.sender, this.metrics);
    this.pipeline = createPipeline({
      store,
      mappings: () => mappings.current,
      checkData: createDataCheck(checks, clock),
      deliver: parts.deliver ?? ((...asked) => this.sending.deliver(...asked)),
      newId,
      registersFor: (organization) => registered === undefined || registered.includes(organization),
      packNameOf: (source) => parts.sources.named(source)?.pack,
      serverOf: (source) => this.inbound.serverOf(source),
      livesOnTarget: (source) => parts.sources.isOnTarget(source),
      lookUp: (...asked) => this.sending.lookUp(...asked),
      clock,
      log,
    });
    this.server = createServer(this.app(checks, createOpenApi(schemas, projectVersion())));
  }

  async start(): Promise<{ readonly url: string; readonly fhirUrl: string }> {
    const { config, address, fhirUrl, log, store, clock } = this.parts;
    address.url = await listen(this.server, config);
    await store.reviveDeadLetters(clock.now());
    const failed = (error: unknown) => log.error('work failed', placeOf(error));
    this.applying = startWorkLoop({ idleMs: IDLE_MS, round: () => this.applyRound(), failed });
    this.delivering = startWorkLoop({ idleMs: IDLE_MS, round: () => this.deliverRound(failed), failed });
    this.inbound.start();
    this.parts.mappings.watch(() => this.mappingsChanged());
    if (config.scanCron !== undefined) {
      const job = { name: 'scan', expression: config.scanCron, run: () => this.scan(), log };
      this.schedule = scheduleJob({ ...job, takeSlot: (name, slot) => store.takeSlot(name, slot) });
      // What came near or passed while nothing ran is told now, not at the next slot.
      this.firstScan = this.scan().then(() => undefined, failed);
    }
    log.info('ready', { port: Number(new URL(address.url).port) });
    return { url: address.url, fhirUrl: fhirUrl() };
  }

  private createInbound(): Inbound {
    const { config, sources, store, fhir, clock, log } = this.parts;
    return new Inbound({
      sources,
      store,
      fhir,
      accept: (messages, options) => this.accept(messages, options),
      onAccepted: () => this.applying?.wake(),
      onPolled: ({ received, failures }) => this.metrics.polled(received, failures.length),
      pollCron: config.pollCron,
      clock,
      log,
    });
  }

  private async accept(...[messages, options]: Parameters<Accept>): ReturnType<Accept> {
    const acceptances = await this.parts.store.accept(messages, options);
    const kept = options.lenient || acceptances.every(({ status }) => status !== 'conflict');
    for (const { status } of acceptances) this.metrics.messagesAnswered(kept ? status : 'conflict', 1);
    return acceptances;
  }

  private app(checks: EventChecks, openApi: unknown) {
    const { config, store, clock, log, fhir, mappings } = this.parts;
    const doors = createDoors({
      store,
      mappings,
      checks,
      accept: (messages, options) => this.accept(messages, options),
      onAccepted: () => this.applying?.wake(),
      clock,
    });
    const isClosing = () => this.closing;
    return createApp({
      doors: [...doors, this.inbound.door].map((door) => closable('/inbox', door, isClosing)),
      api: createApi(
        apiOptions({
          store,
          onReplayed: () => this.applying?.wake(),
          scan: () => this.scan(),
          readiness: () => this.readiness(),
          metrics: this.metrics,
          openApi,
          ...benchOf(config, { mappings, store, clock }),
        }),
      ),
      ...(fhir === undefined ? {} : { fhirRoutes: fhir.routes }),
      ...(config.apiToken === undefined ? {} : { token: config.apiToken }),
      log,
      onHandled: (request) => this.metrics.requestHandled(request),
    });
  }

  private async applyRound(): Promise<boolean> {
    const some = await this.pipeline.applySome();
    if (some) this.delivering?.wake();
    else if (msBetween(this.lookedAt, this.parts.clock.now()) > LOOK_AGAIN_MS) await this.lookAgain();
    return some;
  }

  /** What waits for something outside (a reference, an organisation, a Patient that is there twice) is looked at again. */
  private async lookAgain(): Promise<void> {
    this.lookedAt = this.parts.clock.now();
    const areNew = !this.remapped;
    this.remapped = true;
    if (!(await this.pipeline.lookAgain({ areNew }))) return;
    this.applying?.wake();
    this.delivering?.wake();
  }

  reloadMappings(): boolean {
    const isLoaded = this.parts.mappings.reload();
    if (isLoaded) this.mappingsChanged();
    return isLoaded;
  }

  /** What waits may have waited for just this. */
  private mappingsChanged(): void {
    this.remapped = false;
    this.lookedAt = LONG_AGO;
    this.applying?.wake();
  }

  /** What was sent to the embedded server is in its feed, and may have waited to be told from what people wrote. */
  private deliverRound(failed: (error: unknown) => void): Promise<boolean> {
    return this.pipeline.beginDeliveries((error) => {
      if (error !== undefined) failed(error);
      for (const loop of [this.delivering, this.inbound]) loop?.wake();
    });
  }

  private async scan() {
    const { clock, log } = this.parts;
    const startedAt = clock.now();
    const result = await this.pipeline.scan();
    await this.lookAgain();
    const durationMs = msBetween(startedAt, clock.now());
    this.metrics.scanned(durationMs);
    this.metrics.warningsPosted(result.posted);
    log.info('scanned', { on: result.on, count: result.examined, durationMs });
    this.delivering?.wake();
    return result;
  }

  /** Ready: what comes in can be stored. A FHIR server that is in trouble is told, but stops nobody from sending. */
  private async readiness() {
    const stored = await this.parts.store.check().then(
      () => true,
      () => false,
    );
    const fhir = this.sending.isWell ? ('ok' as const) : ('failed' as const);
    const sources = this.inbound.isWell ? ('ok' as const) : ('failed' as const);
    const store = stored ? ('ok' as const) : ('failed' as const);
    const mappings = this.parts.mappings.faults.length === 0 ? ('ok' as const) : ('failed' as const);
    return { ready: stored && !this.closing, checks: { store, fhir, sources, mappings } };
  }

  async stop(): Promise<void> {
    if (this.closing) return;
    const { clock, log, sender, fhir, store, mappings } = this.parts;
    this.closing = true;
    const beganAt = clock.now();
    mappings.close();
    await this.schedule?.stop();
    await this.inbound.stop();
    await this.firstScan;
    await Promise.all([this.applying?.stop(), this.delivering?.stop()]);
    await this.pipeline.deliveriesEnded();
    const timeLeft = () => msBetween(beganAt, clock.now()) < DRAIN_MS;
    while (timeLeft() && (await this.pipeline.applySome()));
    while (timeLeft() && (await this.pipeline.deliverSome()));
    await sender.close();
    await closeServer(this.server);
    await fhir?.close();
    await store.close();
    log.info('stopped');
  }
}
