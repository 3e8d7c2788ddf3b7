// npm run test:hapi [-- options of jest]: starts HAPI, runs the tests of this folder against it, and stops it.
import { spawn } from 'node:child_process';
import { openSync, readdirSync, readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { hapiDatabase } from './database.js';
import { build, javaArguments, LOG, missingPrograms } from './java.js';

const START_MS = 300_000;

process.exitCode = await main(process.argv.slice(2));

async function main(options) {
  const missing = missingPrograms();
  if (missing.length > 0) return leaveOut(`no ${missing.join(', ')} here`);
  if (!build()) return leaveOut('Maven cannot build test/hapi/java');
  const database = await hapiDatabase();
  try {
    const server = startServer(database.jdbcUrl);
    try {
      const base = await server.ready;
      console.log(`HAPI on ${database.name}, at ${base}`);
      return await runJest(base, options);
    } finally {
      await server.stop();
    }
  } finally {
    await database.remove();
  }
}

/** Said by name, so that nobody takes it for done; where servers are required it is a failure. */
function leaveOut(why) {
  const tests = readdirSync(import.meta.dirname).filter((name) => name.endsWith('.test.ts'));
  for (const name of tests) console.warn(`skipped: test/hapi/${name} (${why})`);
  return process.env.REQUIRE_SERVERS === '1' ? 1 : 0;
}

/** It ends when its standard input does: also when this process is killed. */
function startServer(jdbcUrl) {
  const java = spawn('java', javaArguments('Server', '0', jdbcUrl), { stdio: ['pipe', 'pipe', openSync(LOG, 'w')] });
  const ended = new Promise((resolve) => java.on('exit', resolve));
  const ready = new Promise((resolve, reject) => {
    const fail = (why) => reject(new Error(`HAPI ${why}:\n${readFileSync(LOG, 'utf8').slice(-4_000)}`));
    const timer = setTimeout(fail, START_MS, 'did not start in time');
    createInterface(java.stdout).on('line', (line) => {
      if (!line.startsWith('ready ')) return;
      clearTimeout(timer);
      resolve(line.slice('ready '.length));
    });
    java.on('exit', (code) => {
      clearTimeout(timer);
      fail(`ended with ${code}`);
    });
  });
  const stop = () => {
    java.stdin.end();
    return ended;
  };
  return { ready, stop };
}

function runJest(base, options) {
  const jest = ['--experimental-vm-modules', '--no-warnings', 'node_modules/jest/bin/jest.js'];
  const args = [...jest, '--config', 'test/hapi/jest.config.js', ...options];
  const [java, ...validator] = ['java', ...javaArguments('Validate')];
  const env = { ...process.env, HAPI_BASE_URL: base, VALIDATOR: JSON.stringify([java, ...validator]) };
  const child = spawn(process.execPath, args, { stdio: 'inherit', env });
  return new Promise((resolve) => child.on('exit', (code) => resolve(code ?? 1)));
}
