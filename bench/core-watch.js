// How much of the time a core had nothing to do.
import { cpus } from 'node:os';
import { clearInterval, setInterval } from 'node:timers';

const LOOK_MS = 50;

/** Looks at the first core from now on. Told to stop, it gives the share of the time between two moments that the core was idle. */
export function watchFirstCore() {
  const looks = [];
  const look = () => looks.push({ at: performance.timeOrigin + performance.now(), idleMs: cpus()[0].times.idle });
  const timer = setInterval(look, LOOK_MS);
  look();
  return () => {
    clearInterval(timer);
    look();
    return (from, to) => {
      const within = looks.filter(({ at }) => at >= from && at <= to);
      const [first, last] = [within[0], within.at(-1)];
      return (last.idleMs - first.idleMs) / (last.at - first.at);
    };
  };
}
