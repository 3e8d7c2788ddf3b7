import cron from 'node-cron';
import type { Instant } from '../support/clock.js';
import { placeOf, type Log } from '../support/log.js';
import { toInstant } from '../support/dates.js';

/** Is it an expression that {@link scheduleJob} understands (five fields, or six with seconds)? */
export function isCronExpression(text: string): boolean {
  return cron.validate(text);
}

export interface Job {
  readonly name: string;
  readonly expression: string;
  /** Of several replicas the one that takes the slot runs the job; the slot is the instant it was planned for. */
  readonly takeSlot: (job: string, slot: Instant) => Promise<boolean>;
  readonly run: () => Promise<unknown>;
  readonly log: Log;
}

export interface Schedule {
  /** No new run begins; resolves when the one that runs has ended. */
  stop(): Promise<void>;
}

/**
 * Runs a job by a node-cron expression, in UTC: an hourly job in Norwegian time would rest for two hours in October. Runs do not
 * overlap; one that fails is logged and tried again at its next slot, so a job must find what was missed.
 */
export function scheduleJob({ name, expression, takeSlot, run, log }: Job): Schedule {
  let running: Promise<void> = Promise.resolve();
  const once = async (slot: Instant) => {
    try {
      if (await takeSlot(name, slot)) await run();
    } catch (error) {
      log.error('scheduled job failed', placeOf(error));
    }
  };
  const task = cron.schedule(
    expression,
    ({ date }) => {
      running = once(toInstant(date.toISOString()));
      return running;
    },
    { name, timezone: 'UTC', noOverlap: true, logger: loggerOn(log) },
  );
  return {
    stop: async () => {
      await task.destroy();
      await running;
    },
  };
}

/** What node-cron has to say, without its words: a run that was left out since the one before still ran is no fault. */
function loggerOn(log: Log) {
  return {
    info: () => undefined,
    debug: () => undefined,
    warn: () => log.info('a scheduled run was left out'),
    error: (_message: string | Error, error?: Error) => log.error('scheduled job failed', placeOf(error)),
  };
}
