import { randomInt } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { types } from 'node:util';
import { StoreUnavailable } from './store.js';

const SQLITE = {
  SQLITE_BUSY: 'locked',
  SQLITE_LOCKED: 'locked',
  SQLITE_FULL: 'full',
  SQLITE_IOERR: 'unreachable',
} as const;
const POSTGRES = {
  '53100': 'full',
  '53200': 'unreachable',
  '53300': 'unreachable',
  '55P03': 'locked',
  '57P01': 'unreachable',
  '57P02': 'unreachable',
  '57P03': 'unreachable',
  '57P05': 'unreachable',
  // A server that became a standby takes no writes.
  '25006': 'unreachable',
} as const;
const NETWORK = [
  'ECONNREFUSED',
  'ECONNRESET',
  'ECONNABORTED',
  'EPIPE',
  'ETIMEDOUT',
  'ENOTFOUND',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'EAI_AGAIN',
];
/** The driver gives these no code. */
const CONNECTION_LOST = /Connection terminated|not queryable|timeout exceeded when trying to connect/;
const MOST_TRIES = 8;
const FIRST_PAUSE_MS = 5;

/** What an error of a driver says about the store, if it says that it cannot be used now. */
export function unavailable(error: unknown): StoreUnavailable | undefined {
  if (error instanceof StoreUnavailable) return error;
  if (!isError(error)) return undefined;
  const code = 'code' in error && typeof error.code === 'string' ? error.code : '';
  const reason = ofSqlite(code) ?? ofPostgres(code, error.message);
  return reason === undefined ? undefined : new StoreUnavailable(reason, { cause: error });
}

/** Errors of the drivers are made in more than one way, and `instanceof` alone knows only some of them. */
function isError(error: unknown): error is Error {
  return error instanceof Error || types.isNativeError(error);
}

/** Extended codes begin with the plain one: `SQLITE_BUSY_SNAPSHOT`. */
function ofSqlite(code: string): StoreUnavailable['code'] | undefined {
  const known = (Object.keys(SQLITE) as (keyof typeof SQLITE)[]).find((each) => code.startsWith(each));
  return known === undefined ? undefined : SQLITE[known];
}

function ofPostgres(code: string, message: string): StoreUnavailable['code'] | undefined {
  if (code in POSTGRES) return POSTGRES[code as keyof typeof POSTGRES];
  if (code.startsWith('08') && code.length === 5) return 'unreachable';
  if (NETWORK.includes(code)) return 'unreachable';
  return CONNECTION_LOST.test(message) ? 'unreachable' : undefined;
}

/** Another transaction went first: the same work done anew may go through (PostgreSQL, class 40). */
function isWorthRepeating(error: unknown): boolean {
  return isError(error) && 'code' in error && (error.code === '40001' || error.code === '40P01');
}

/** Runs `work`; an error of the driver that means «not now» comes out as {@link StoreUnavailable}. */
export async function orUnavailable<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw unavailable(error) ?? error;
  }
}

/** Like {@link orUnavailable}; the work is done anew, after a short pause, when another transaction went first. */
export async function repeated<T>(work: () => Promise<T>): Promise<T> {
  for (let tries = 1; ; tries++) {
    try {
      return await orUnavailable(work);
    } catch (error) {
      if (!isWorthRepeating(error) || tries === MOST_TRIES) throw error;
      await pause(randomInt(FIRST_PAUSE_MS * 2 ** tries) + 1);
    }
  }
}
