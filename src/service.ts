import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Config } from './config.js';
import { openFhirServer, type FhirServer } from './fhir-server/fhir-server.js';
import { LiveMappings } from './live-mappings.js';
import { loadProfileCheck } from './load-checks.js';
import type { Deliver } from './pipeline.js';
import { inProject } from './root.js';
import { RunningService } from './running-service.js';
import { missingPacks, Sources } from './sources.js';
import { openStore } from './store/open-store.js';
import { systemClock, type Clock } from './support/clock.js';
import { createLog, type Log } from './support/log.js';
import { createSender } from './write/sender.js';

/** What a test may put in the place of the real thing. */
export interface ServiceOverrides {
  readonly clock?: Clock;
  readonly log?: Log;
  readonly deliver?: Deliver;
  readonly random?: () => number;
}

export interface Service {
  /** Where it answers, without a trailing slash. */
  readonly url: string;
  readonly fhirUrl: string;
  /** Reads the folder of the mappings anew; false: it was refused, and the old ones stay. */
  reloadMappings(): boolean;
  /** Doors closed, work drained, schedules ended, the embedded FHIR server and the store last. */
  stop(): Promise<void>;
}

const SEND_TIMEOUT_MS = 10_000;

/** Builds everything from a checked configuration and starts it. Rejects when anything it needs cannot be opened. */
export async function startService(config: Config, overrides: ServiceOverrides = {}): Promise<Service> {
  const clock = overrides.clock ?? systemClock;
  const log = overrides.log ?? createLog(config.logLevel);
  const mappings = new LiveMappings({
    dir: config.mappingsDir ?? inProject('mappings'),
    schemasDir: inProject('profiles/mappings'),
    unfit: ({ packs }) =>
      missingPacks(config, packs).map((pack) => `SOURCES_FILE names a pack that is not there: ${pack}`),
    log,
  });
  mkdirSync(config.dataDir, { recursive: true });
  const store = await openStore({
    dataDir: config.dataDir,
    ...(config.databaseUrl === undefined ? {} : { databaseUrl: config.databaseUrl }),
    clock,
    log,
  });
  const address = { url: '' };
  const fhirUrl = () => config.fhirBaseUrl ?? `${address.url}/fhir`;
  let fhir: FhirServer | undefined;
  try {
    const sources = new Sources(config, () => mappings.current.packs, fhirUrl);
    fhir = config.fhirBaseUrl === undefined ? openEmbedded(config, clock, log, fhirUrl) : undefined;
    const token = config.fhirBaseUrl === undefined ? config.apiToken : config.fhirToken;
    const sender = createSender({
      baseUrl: fhirUrl,
      ...(token === undefined ? {} : { token }),
      timeoutMs: SEND_TIMEOUT_MS,
      clock,
      random: overrides.random ?? Math.random,
      creations: store.creations,
      check: loadProfileCheck(inProject('profiles/schemas')),
      log,
    });
    const { deliver } = overrides;
    const running = new RunningService({
      config,
      deliver,
      clock,
      log,
      mappings,
      store,
      fhir,
      sender,
      sources,
      address,
      fhirUrl,
    });
    return {
      ...(await running.start()),
      reloadMappings: () => running.reloadMappings(),
      stop: () => running.stop(),
    };
  } catch (error) {
    await fhir?.close();
    await store.close();
    throw error;
  }
}

function openEmbedded(config: Config, clock: Clock, log: Log, baseUrl: () => string): FhirServer {
  const file = join(config.dataDir, 'fhir.db');
  const folders = { definitionsDir: inProject('profiles/r4'), searchesDir: inProject('profiles/built') };
  return openFhirServer({ file, ...folders, clock, baseUrl, log });
}
