import { execFile } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, test } from '@jest/globals';
import { startService } from '../../src/service.js';
import { silentLog } from '../../src/support/log.js';
import { storeKinds } from '../store/stores.js';

/** The stories and their runner stand beside the project, where they are checked out. */
const RUNNER = resolve('../shared/journeys/run.mjs');
const STORIES = resolve('../shared/journeys/journeys.json');
const here = existsSync(RUNNER);
if (!here) console.warn('skipped: the journeys (no ../shared/journeys here)');

const WAYS: readonly (readonly [string, readonly string[]])[] = [
  ['in order', []],
  ['shuffled by 7', ['--shuffle', '7']],
  ['shuffled by 11', ['--shuffle', '11']],
  ['shuffled by 2026', ['--shuffle', '2026']],
  ['each event three times', ['--twice']],
  ['as resources, in order', ['--door', 'fhir']],
  ['as resources, shuffled by 13', ['--door', 'fhir', '--shuffle', '13']],
  ['as resources, each three times', ['--door', 'fhir', '--twice']],
];
const ways = process.env['JOURNEYS'] === 'ordered' ? WAYS.slice(0, 1) : WAYS;
const kinds = await storeKinds();

(here ? describe : describe.skip).each(kinds)('every journey ends as told, on $name', (kind) => {
  // Services on files wait for the disk and go well together; those on one PostgreSQL would wait for one another.
  const each = kind.name === 'SQLite' ? test.concurrent.each(ways) : test.each(ways);
  each(
    '%s',
    async (_way, options) => {
      const kept = await kind.open();
      await kept.store.close();
      const fhirDir = mkdtempSync(join(tmpdir(), 'journeys-'));
      const service = await startService(
        {
          port: 0,
          host: '127.0.0.1',
          logLevel: 'silent',
          dataDir: kept.databaseUrl === undefined ? kept.dataDir : fhirDir,
          ...(kept.databaseUrl === undefined ? {} : { databaseUrl: kept.databaseUrl }),
        },
        { log: silentLog },
      );
      try {
        const patience = ['--wait-ms', '90000', '--look-ms', '60000', '--still-ms', '200', '--parallel', '8'];
        const args = [RUNNER, '--base', service.url, ...patience, ...options, STORIES];
        // Exit code 1 says that a story did not end as told: what it printed says which.
        const { stdout } = await promisify(execFile)(process.execPath, args).catch(
          (error: unknown) => error as { stdout: string },
        );
        expect(stdout.trim()).toMatch(/^\d+ passed, 0 failed$/);
      } finally {
        await service.stop();
        await kept.remove();
        rmSync(fhirDir, { recursive: true, force: true });
      }
    },
    240_000,
  );
});
