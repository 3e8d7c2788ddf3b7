// npm run test:hapi [-- options of jest]: starts HAPI, runs the tests of this folder against it, and stops it.
import { spawn } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { javaArguments } from './java.js';
import { hapiIsMissing, withHapi } from './server.js';

process.exitCode = await main(process.argv.slice(2));

async function main(options) {
  const why = hapiIsMissing();
  if (why !== undefined) return leaveOut(why);
  return withHapi(({ base, database }) => {
    console.log(`HAPI on ${database}, at ${base}`);
    return runJest(base, options);
  });
}

/** Said by name, so that nobody takes it for done; where servers are required it is a failure. */
function leaveOut(why) {
  const tests = readdirSync(import.meta.dirname).filter((name) => name.endsWith('.test.ts'));
  for (const name of tests) console.warn(`skipped: test/hapi/${name} (${why})`);
  return process.env.REQUIRE_SERVERS === '1' ? 1 : 0;
}

function runJest(base, options) {
  const jest = ['--experimental-vm-modules', '--no-warnings', 'node_modules/jest/bin/jest.js'];
  const args = [...jest, '--config', 'test/hapi/jest.config.js', ...options];
  const [java, ...validator] = ['java', ...javaArguments('Validate')];
  const env = { ...process.env, HAPI_BASE_URL: base, VALIDATOR: JSON.stringify([java, ...validator]) };
  const child = spawn(process.execPath, args, { stdio: 'inherit', env });
  return new Promise((resolve) => child.on('exit', (code) => resolve(code ?? 1)));
}
