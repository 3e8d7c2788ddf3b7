import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { startFailure } from '../../src/cli/serve.js';
import { openStore } from '../../src/store/open-store.js';
import { systemClock } from '../../src/support/clock.js';
import { silentLog } from '../../src/support/log.js';

test('a folder where no file can be opened is said to be one', async () => {
  const dataDir = mkdtempSync(join(tmpdir(), 'unusable-'));
  // For root, too: a folder stands where the file should be.
  mkdirSync(join(dataDir, 'adapter.lock'));
  try {
    const failure: unknown = await openStore({ dataDir, clock: systemClock, log: silentLog }).catch(
      (error: unknown) => error,
    );
    expect(startFailure(failure)).toBe('no file can be opened in DATA_DIR: may this user write there?');
  } finally {
    rmSync(dataDir, { recursive: true });
  }
});
