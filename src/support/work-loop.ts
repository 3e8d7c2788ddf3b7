import { setImmediate } from 'node:timers/promises';

/** Runs work until there is none, then sleeps until woken or until the next look. The sole keeper of timers that re-arm. */
export interface WorkLoop {
  /** There may be work now. */
  wake(): void;
  /** No new round begins; resolves when the one that runs has ended. */
  stop(): Promise<void>;
}

export interface WorkLoopOptions {
  /** How long to sleep when there was nothing: other processes may leave work without waking anybody. */
  readonly idleMs: number;
  /** One round; true: there may be more at once. Must not throw: what it throws goes to `failed`, and the loop sleeps. */
  readonly round: () => Promise<boolean>;
  readonly failed: (error: unknown) => void;
}

/**
 * Lets what came in meanwhile have its turn. Work on an embedded database never waits for anything: a loop of it would keep every
 * request waiting until it is done.
 */
export function letOthersRun(): Promise<void> {
  return setImmediate();
}

export function startWorkLoop({ idleMs, round, failed }: WorkLoopOptions): WorkLoop {
  let stopped = false;
  let woken = false;
  let wakeUp: () => void = () => undefined;
  const sleep = () =>
    new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, idleMs);
      wakeUp = () => {
        clearTimeout(timer);
        resolve();
      };
      if (woken || stopped) wakeUp();
    });
  const run = async () => {
    while (!stopped) {
      woken = false;
      const more = await round().catch((error: unknown) => {
        failed(error);
        return false;
      });
      await (more ? letOthersRun() : sleep());
    }
  };
  const running = run();
  return {
    wake: () => {
      woken = true;
      wakeUp();
    },
    stop: async () => {
      stopped = true;
      wakeUp();
      await running;
    },
  };
}
