// npm run test:hapi [-- options of jest]: starts HAPI, runs the tests of this folder against it, and stops it. Without options once more
// on the other kind of database.
import { spawn } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { hapiDatabases } from './database.js';
import { javaArguments } from './java.js';
import { hapiIsMissing, withHapi } from './server.js';

process.exitCode = await main(process.argv.slice(2));

async function main(options) {
  const why = hapiIsMissing();
  if (why !== undefined) return leaveOut(why);
  const [first, ...others] = await hapiDatabases();
  const code = await runOn(first, options);
  if (options.length > 0) return code;
  const codes = [code];
  // What does not ask HAPI says the same on any database.
  for (const database of others) codes.push(await runOn(database, tests().filter(asksHapi)));
  return Math.max(...codes);
}

function runOn(database, options) {
  return withHapi(database, ({ base }) => {
    console.log(`HAPI on ${database.name}, at ${base}`);
    return runJest(base, options);
  });
}

function tests() {
  return readdirSync(import.meta.dirname).filter((name) => name.endsWith('.test.ts'));
}

function asksHapi(name) {
  return readFileSync(join(import.meta.dirname, name), 'utf8').includes("from './hapi.js'");
}

/** Said by name, so that nobody takes it for done; where servers are required it is a failure. */
function leaveOut(why) {
  for (const name of tests()) console.warn(`skipped: test/hapi/${name} (${why})`);
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
