// HAPI for as long as somebody needs it, on a database of its own.
import { spawn } from 'node:child_process';
import { openSync, readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { build, javaArguments, LOG, missingPrograms } from './java.js';

const START_MS = 300_000;

/** Why HAPI cannot be started here, in words; undefined: it can, and is built. */
export function hapiIsMissing() {
  const missing = missingPrograms();
  if (missing.length > 0) return `no ${missing.join(', ')} here`;
  return build() ? undefined : 'Maven cannot build test/hapi/java';
}

/** Runs `work` while HAPI, the process `pid`, serves at `base` on a `database` of its own; afterwards both are gone, whatever happens. */
export async function withHapi(kind, work, jvm) {
  const database = await kind.open();
  try {
    const server = startServer(database.jdbcUrl, jvm);
    try {
      return await work({ base: await server.ready, pid: server.pid, database });
    } finally {
      await server.stop();
    }
  } finally {
    await database.remove();
  }
}

/** It ends when its standard input does: also when this process is killed. */
function startServer(jdbcUrl, jvm) {
  const java = spawn('java', javaArguments('Server', ['0', jdbcUrl], jvm), {
    stdio: ['pipe', 'pipe', openSync(LOG, 'w')],
  });
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
  return { pid: java.pid, ready, stop };
}
