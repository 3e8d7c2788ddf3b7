import type { FhirResource } from 'fhir/r4.js';
import type { Failure } from '../model/failure.js';
import type { ResourceFault } from '../model/resource-fault.js';
import type {
  CreationRights,
  DeliveryResult,
  GivenIds,
  LookedUp,
  PendingWrite,
  ResourceKey,
  WriteDone,
} from '../model/resources.js';
import type { Instant } from '../support/clock.js';
import { addMs, msBetween } from '../support/dates.js';
import { placeOf, type Log } from '../support/log.js';
import { backoffMs } from './backoff.js';
import { Delivery } from './delivery.js';
import { failureOf } from './failure-of.js';
import { lookUp } from './fhir-reader.js';
import { FhirTarget, type FhirTargetOptions } from './fhir-target.js';
import { unknownServer } from './known-server.js';
import { NamedTarget } from './named-target.js';
import type { Refusal } from './refusal.js';

export interface SenderOptions extends FhirTargetOptions {
  readonly random: () => number;
  /** Absent: no other process writes to the server. */
  readonly creations?: CreationRights;
  /** What is wrong with a resource that is about to be sent; one with an error is not. */
  readonly check: (resource: FhirResource) => readonly ResourceFault[];
  readonly log: Log;
}

export interface Sender {
  /** One patient's pending rows, and shared Organizations: makes the server agree. Never throws; `trouble` says what stood in the way. */
  deliver(
    rows: readonly PendingWrite[],
    attempts: number,
    given?: GivenIds,
  ): Promise<DeliveryResult & { readonly trouble?: Failure }>;
  /** Who of the people and organisations in the rows stands on the server already, under another id. Never throws. */
  lookUp(
    rows: readonly PendingWrite[],
    attempts: number,
    given?: GivenIds,
  ): Promise<LookedUp & { readonly trouble?: Failure }>;
  /** Calls that wait for an answer are given up. */
  close(): Promise<void>;
}

/** What only an operator can mend is not mended in a second. */
const LEAST_FOR_OPERATOR_MS = 5_000;
/** Of whoever is the only one. */
const ALL_RIGHTS: CreationRights = { take: () => Promise.resolve(true), release: () => Promise.resolve() };
const BROKEN: Refusal = { sort: 'ambiguous', code: 'unexpected', message: 'the sender failed' };

export function createSender(options: SenderOptions): Sender {
  const { clock, random, check, log, creations = ALL_RIGHTS } = options;
  const target = new FhirTarget(options);
  const server = unknownServer();
  return {
    deliver: async (rows, attempts, given = new Map()) => {
      const startedAt = clock.now();
      const uncertain = new Set<ResourceKey>();
      const named = new NamedTarget({ target, server, clock, creations }, rows, given);
      const delivery = new Delivery({ target: named, uncertain, server, check });
      const refusal = await delivery.run(rows).catch((error: unknown) => {
        log.error('delivery broke', placeOf(error));
        for (const { key } of rows) uncertain.add(key);
        return BROKEN;
      });
      const { done } = delivery;
      logDead(log, rows, done);
      logSeveral(log, rows, named.several);
      if (refusal === undefined) return { done, given: named.given };
      const retryAt = putOff(options, refusal, { attempts, startedAt, count: rows.length - done.length });
      const { given: givenNow, lookedForSince } = named;
      return {
        ...{ done, given: givenNow, lookedForSince, retryAt },
        uncertain: [...uncertain],
        trouble: failureOf(refusal),
      };
    },
    lookUp: (rows, attempts, given = new Map()) => {
      const unknown = rows.filter(({ type, id }) => !given.has(`${type}/${id}`));
      const givesIds = server.givesIds || given.size > 0;
      return lookUp(target, unknown, { now: clock.now(), attempts, random, givesIds });
    },
    close: () => {
      target.close();
      return Promise.resolve();
    },
  };
}

/** When to try again: no sooner than the server asks, or somebody can mend what is wrong. */
function putOff(
  { clock, random, log }: SenderOptions,
  { code, retryAfterMs = 0, operator }: Refusal,
  { attempts, startedAt, count }: { readonly attempts: number; readonly startedAt: Instant; readonly count: number },
): Instant {
  const least = Math.max(retryAfterMs, operator === true ? LEAST_FOR_OPERATOR_MS : 0);
  const delayMs = Math.max(least, backoffMs(attempts, random));
  const now = clock.now();
  log.warn('delivery put off', { code, attempts, delayMs, durationMs: msBetween(startedAt, now), count });
  return addMs(now, delayMs);
}

/** Nothing is ever deleted: somebody has to look. */
function logSeveral(log: Log, rows: readonly PendingWrite[], several: ReadonlyMap<ResourceKey, number>): void {
  const types = new Map(rows.map(({ key, type }) => [key, type]));
  for (const [key, count] of several)
    log.warn('stands more than once on the server', { resource: types.get(key) ?? '', count });
}

function logDead(log: Log, rows: readonly PendingWrite[], done: readonly WriteDone[]): void {
  const types = new Map(rows.map(({ key, type }) => [key, type]));
  for (const { key, outcome, reasons = [] } of done) {
    if (outcome !== 'dead') continue;
    log.error('delivery refused', { resource: types.get(key) ?? '', code: reasons[0]?.code ?? '' });
  }
}
