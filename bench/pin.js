// Processes on cores of their own, where the system can do that.
import { spawnSync } from 'node:child_process';
import { cpus } from 'node:os';

/** Why processes cannot be kept on cores of their own here, in words; undefined: they can. */
export function leftOutOfPinning() {
  if (cpus().length < 2) return 'left out: one core only';
  return spawnSync('taskset', ['--version']).status === 0 ? undefined : 'left out: no taskset';
}

/** The first processes on the first core, the others on all others; with all their threads. One that has ended is none. */
export function pin([first, others]) {
  const rest = `1-${cpus().length - 1}`;
  for (const [cores, processes] of [
    ['0', first],
    [rest, others],
  ])
    for (const id of processes) spawnSync('taskset', ['--all-tasks', '--cpu-list', '--pid', cores, String(id)]);
}
