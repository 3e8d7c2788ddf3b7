import { randomUUID } from 'node:crypto';
import { ask, type Answer } from './client.js';
import { DIFFERENCES, type ServerName } from './differences.js';

export type DifferenceName = keyof typeof DIFFERENCES;

/** What a test of the suite stands on: a server that others may use too, so that every id and identifier is this run's own. */
export interface Ground {
  readonly base: () => string;
  /** A search is asked for anew: HAPI may answer with what it found within the last minute. */
  readonly call: (method: string, path: string, body?: unknown, headers?: Record<string, string>) => Promise<Answer>;
  /** A name that is this run's own, as id or as value of an identifier. */
  readonly own: (name: string) => string;
  /** What this server does where servers differ. */
  readonly here: (difference: DifferenceName) => number | boolean | string;
  /** Those that were asked for. */
  readonly asked: ReadonlySet<string>;
}

export const SYSTEM = 'urn:behaviour';

export function groundOn(name: ServerName, base: () => string): Ground {
  const run = randomUUID().slice(0, 8);
  const asked = new Set<string>();
  return {
    base,
    call: (method, path, body, headers) =>
      ask(path.startsWith('http') ? path : base() + path, method, body, { 'cache-control': 'no-cache', ...headers }),
    own: (what) => `${what}-${run}`,
    here: (difference) => {
      asked.add(difference);
      return DIFFERENCES[difference][name];
    },
    asked,
  };
}

export const patient = (id?: string, more: object = {}) => ({
  resourceType: 'Patient',
  ...(id === undefined ? {} : { id }),
  ...more,
});

export const task = (id?: string, more: object = {}) => ({
  resourceType: 'Task',
  ...(id === undefined ? {} : { id }),
  status: 'requested',
  intent: 'order',
  ...more,
});

export const identified = (value: string) => ({ identifier: [{ system: SYSTEM, value }] });
