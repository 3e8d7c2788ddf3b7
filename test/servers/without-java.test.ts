import { spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { expect, test } from '@jest/globals';

const tests = readdirSync('test/hapi').filter((name) => name.endsWith('.test.ts'));

/** As on a machine that has neither Java nor Maven. */
function runWithout(required: string) {
  const env = { PATH: '/nowhere', REQUIRE_SERVERS: required };
  const { status, stderr } = spawnSync(process.execPath, ['test/hapi/run.js'], { env, encoding: 'utf8' });
  return { status, said: stderr };
}

test('without Java the tests against HAPI are left out and named, or are a failure where servers are required', () => {
  const { status, said } = runWithout('');
  expect(status).toBe(0);
  for (const name of tests) expect(said).toContain(`skipped: test/hapi/${name} (no java, javac, mvn here)`);
  expect(runWithout('1').status).toBe(1);
});
