import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Config } from './config.js';
import { openFhirServer, type FhirServer } from './fhir-server/fhir-server.js';
import { loadMappings } from './load-mappings.js';
import type { DeliveryResult, PendingWrite } from './model/resources.js';
import { inProject } from './root.js';
import { RunningService } from './running-service.js';
import { Sources } from './sources.js';
import { openStore } from './store/open-store.js';
import { systemClock, type Clock } from './support/clock.js';
import { createLog, type Log } from './support/log.js';
import { createSender } from './write/sender.js';

/** What a test may put in the place of the real thing. */
export interface ServiceOverrides {
  readonly clock?: Clock;
  readonly log?: Log;
  readonly deliver?: (rows: readonly PendingWrite[], attempts: number) => Promise<DeliveryResult>;
  readonly random?: () => number;
}

export interface Service {
  /** Where it answers, without a trailing slash. */
  readonly url: string;
  readonly fhirUrl: string;
  /** Doors closed, work drained, schedules ended, the embedded FHIR server and the store last. */
  stop(): Promise<void>;
}

const SEND_TIMEOUT_MS = 10_000;

/** Builds everything from a checked configuration and starts it. Rejects when anything it needs cannot be opened. */
export async function startService(config: Config, overrides: ServiceOverrides = {}): Promise<Service> {
  const clock = overrides.clock ?? systemClock;
  const log = overrides.log ?? createLog(config.logLevel);
  const mappings = loadMappings(config.mappingsDir ?? inProject('mappings'), inProject('profiles/mappings'));
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
    const sources = new Sources(config, mappings.packs, fhirUrl);
    refuseMissingPacks(sources);
    fhir = config.fhirBaseUrl === undefined ? openEmbedded(config, clock, log, fhirUrl) : undefined;
    const token = config.fhirBaseUrl === undefined ? config.apiToken : config.fhirToken;
    const sender = createSender({
      baseUrl: fhirUrl,
      ...(token === undefined ? {} : { token }),
      timeoutMs: SEND_TIMEOUT_MS,
      clock,
      random: overrides.random ?? Math.random,
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
    return { ...(await running.start()), stop: () => running.stop() };
  } catch (error) {
    await fhir?.close();
    await store.close();
    throw error;
  }
}

/** Only sources that somebody named: a hospital's own mappings need no pack for resources. */
function refuseMissingPacks({ missingPacks }: Sources): void {
  if (missingPacks.length === 0) return;
  throw new Error(`SOURCES_FILE names mapping packs that are not there: ${missingPacks.join(', ')}`);
}

function openEmbedded(config: Config, clock: Clock, log: Log, baseUrl: () => string): FhirServer {
  const file = join(config.dataDir, 'fhir.db');
  return openFhirServer({ file, definitionsDir: inProject('profiles/r4'), clock, baseUrl, log });
}
