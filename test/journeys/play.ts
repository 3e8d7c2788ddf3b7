import { execFile } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { startService } from '../../src/service.js';
import { silentLog } from '../../src/support/log.js';
import type { StoreKind } from '../store/stores.js';

/** The stories and their runner stand beside the project, where they are checked out. */
const RUNNER = resolve('../shared/journeys/run.mjs');
const STORIES = resolve('../shared/journeys/journeys.json');

export const journeysAreHere = existsSync(RUNNER);
if (!journeysAreHere) console.warn('skipped: the journeys (no ../shared/journeys here)');

/** A way to send the events of each story, as options of the runner. */
export type Way = readonly [name: string, options: readonly string[]];

/**
 * Tells every story to a service with a store of its own, which writes to the FHIR server at `fhirBaseUrl` (none: the embedded one).
 * What the runner says at the end: a line of sums, and before it what did not end as told.
 */
export async function play(store: StoreKind, options: readonly string[], fhirBaseUrl?: string): Promise<string> {
  const kept = await store.open();
  await kept.store.close();
  const folder = mkdtempSync(join(tmpdir(), 'journeys-'));
  const { databaseUrl } = kept;
  const service = await startService(
    {
      port: 0,
      host: '127.0.0.1',
      logLevel: 'silent',
      dataDir: databaseUrl === undefined ? kept.dataDir : folder,
      ...(databaseUrl === undefined ? {} : { databaseUrl }),
      ...(fhirBaseUrl === undefined ? {} : { fhirBaseUrl }),
    },
    { log: silentLog },
  );
  try {
    const patience = ['--wait-ms', '90000', '--look-ms', '60000', '--still-ms', '200', '--parallel', '8'];
    const where = ['--base', service.url, '--fhir', service.fhirUrl];
    const running = promisify(execFile)(process.execPath, [RUNNER, ...where, ...patience, ...options, STORIES]);
    // Exit code 1 says that a story did not end as told: what it printed says which.
    const { stdout } = await running.catch((error: unknown) => error as { stdout: string });
    return stdout.trim();
  } finally {
    await service.stop();
    await kept.remove();
    rmSync(folder, { recursive: true, force: true });
  }
}
