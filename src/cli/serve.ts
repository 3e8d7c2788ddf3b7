import { types } from 'node:util';
import { readConfig } from '../config.js';
import { loadSources } from '../load-sources.js';
import { inProject } from '../root.js';
import { startService } from '../service.js';
import { CANNOT_OPEN } from '../support/sqlite.js';
import { isCronExpression } from '../watch/schedule.js';

/**
 * Runs the service until a signal ends it. What is wrong with its settings is said in one line a fault, all at once, and ends the
 * process with 2; what cannot be opened ends it with 1.
 */
export async function serve(env: NodeJS.ProcessEnv, isFolder: (path: string) => boolean): Promise<void> {
  const sources = (file: string) => loadSources(file, inProject('profiles/sources.schema.json'));
  const read = readConfig(env, { isFolder, isCronExpression, loadSources: sources });
  if ('faults' in read) {
    for (const fault of read.faults) console.error(fault);
    process.exitCode = 2;
    return;
  }
  try {
    const service = await startService(read.config);
    process.on('SIGHUP', () => service.reloadMappings());
    stopOnSignal(() => service.stop());
  } catch (error) {
    console.error(`Cannot start: ${startFailure(error)}`);
    process.exitCode = 1;
  }
}

/** The first signal stops gracefully, a second one at once. */
export function stopOnSignal(stop: () => Promise<void>): void {
  let stopping = false;
  const onSignal = () => {
    if (stopping) process.exit(1);
    stopping = true;
    stop().then(
      () => process.exit(0),
      () => process.exit(1),
    );
  };
  process.on('SIGINT', onSignal);
  process.on('SIGTERM', onSignal);
}

/** Errors at the start come from files, ports and addresses of the operator's own: they may be shown. */
export function startFailure(error: unknown): string {
  // Errors of a driver are made in more than one way, and `instanceof` alone knows only some of them.
  if (!(error instanceof Error || types.isNativeError(error))) return String(error);
  const code: unknown = 'code' in error ? error.code : undefined;
  if (code === 'EADDRINUSE') return 'PORT is in use by another process';
  if (code === 'EACCES') return 'PORT or DATA_DIR may not be used by this user';
  if (code === CANNOT_OPEN) return 'no file can be opened in DATA_DIR: may this user write there?';
  return error.message;
}
