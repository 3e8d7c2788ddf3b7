import { takeChanges, type Polled, type PolledSource, type PollSteps } from './take-changes.js';

export interface PollDoorOptions {
  readonly sources: readonly PolledSource[];
  readonly steps: PollSteps;
  /** What became of a poll. Never throws. */
  readonly onPolled: (source: string, polled: Polled) => void;
  /** The store, or we ourselves, failed. Never throws. */
  readonly onFailed: (source: string, error: unknown) => void;
}

export interface PollDoor {
  /** Asks every source what changed; resolves when all were asked. */
  pollAll(): Promise<void>;
  /** Asks one; a name that is no polled source is none. Never throws. */
  poll(source: string): void;
  /** No new poll begins; resolves when those that run have ended. */
  stop(): Promise<void>;
}

/** Polls each source by itself, one poll at a time: asked again meanwhile, it is polled once more when that one has ended. */
export function createPollDoor({ sources, steps, onPolled, onFailed }: PollDoorOptions): PollDoor {
  const running = new Map<string, Promise<void>>();
  const asked = new Set<string>();
  let stopped = false;
  const run = async (source: PolledSource) => {
    while (asked.delete(source.name) && !stopped) {
      await takeChanges(source, steps).then(
        (polled) => onPolled(source.name, polled),
        (error: unknown) => onFailed(source.name, error),
      );
    }
    // In the same turn as the look at what was asked: nobody asks in between.
    running.delete(source.name);
  };
  const ask = (source: PolledSource): Promise<void> => {
    asked.add(source.name);
    const known = running.get(source.name);
    if (known !== undefined) return known;
    const promise = Promise.resolve().then(() => run(source));
    running.set(source.name, promise);
    return promise;
  };
  return {
    pollAll: async () => {
      await Promise.all(sources.map(ask));
    },
    poll: (name) => {
      const source = sources.find((each) => each.name === name);
      if (source !== undefined) void ask(source);
    },
    stop: async () => {
      stopped = true;
      await Promise.all(running.values());
    },
  };
}
