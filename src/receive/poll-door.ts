import { setTimeout as pause } from 'node:timers/promises';
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

/**
 * Polls each source by itself, one poll at a time: asked again meanwhile, it is polled once more when that one has ended, and the time
 * is over for which the source asked to be left alone.
 */
export function createPollDoor({ sources, steps, onPolled, onFailed }: PollDoorOptions): PollDoor {
  const running = new Map<string, Promise<void>>();
  const asked = new Set<string>();
  const stopping = new AbortController();
  const { signal } = stopping;
  const run = async (source: PolledSource) => {
    while (asked.delete(source.name) && !signal.aborted) {
      const restMs = await takeChanges(source, steps).then(
        (polled) => {
          onPolled(source.name, polled);
          return restAfter(polled);
        },
        (error: unknown) => {
          onFailed(source.name, error);
          return 0;
        },
      );
      if (restMs > 0) await pause(restMs, undefined, { signal }).catch(() => undefined);
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
      stopping.abort();
      await Promise.all(running.values());
    },
  };
}

function restAfter({ failures }: Polled): number {
  return Math.max(0, ...failures.map(({ retryAfterMs = 0 }) => retryAfterMs));
}
