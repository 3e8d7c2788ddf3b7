// Processes with a core for themselves, where the system can do that.
import { spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { cpus } from 'node:os';

const FIRST_CORE = '0';
const OTHER_CORES = `1-${cpus().length - 1}`;
/** The first line that taskset prints of a process: where it was until now. */
const FORMER = /current affinity list: (\S+)/;

/** Why no process can have a core for itself here, in words; undefined: it can. */
export function leftOutOfPinning() {
  if (cpus().length < 2) return 'left out: one core only';
  return spawnSync('taskset', ['--version']).status === 0 ? undefined : 'left out: no taskset';
}

/**
 * These have the first core for themselves, with all their threads and whatever they start from now on; all else that can be moved is on
 * the others. Why that is not so, in words, where one of these cannot be moved. When this process ends, each is where it was.
 */
export function keepAlone(ids) {
  const former = new Map();
  process.once('exit', () => {
    for (const [id, cores] of former) move(id, cores);
  });
  for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => process.exit(1));
  const keep = (id, cores) => {
    const { status, stdout, stderr } = move(id, cores);
    if (status === 0) former.set(id, FORMER.exec(stdout)[1]);
    return stderr;
  };
  for (const id of ids) {
    const fault = keep(id, FIRST_CORE);
    if (isThere(id) && !former.has(id)) return `left out: process ${id} cannot be moved: ${fault.trim()}`;
  }
  for (const id of all()) if (!ids.includes(id)) keep(id, OTHER_CORES);
  return undefined;
}

function move(id, cores) {
  return spawnSync('taskset', ['--all-tasks', '--cpu-list', '--pid', cores, String(id)], { encoding: 'utf8' });
}

function all() {
  return readdirSync('/proc').flatMap((name) => (/^\d+$/.test(name) ? [Number(name)] : []));
}

function isThere(id) {
  return all().includes(id);
}
