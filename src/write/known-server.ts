import pLimit, { type LimitFunction } from 'p-limit';
import type { ResourceKey } from '../model/resources.js';
import type { Instant } from '../support/clock.js';

/** What was learnt about the server, for all deliveries of this process. */
export interface KnownServer {
  transactions: boolean;
  /** It takes no ids of ours. */
  givesIds: boolean;
  /** By type: whether its CapabilityStatement says that it takes ids of ours; null: it does not say. Undefined: not asked yet. */
  takesIds: ReadonlyMap<string, boolean> | undefined;
  /** When what patients share was last to be created, without an answer since, for deliveries that began before. */
  readonly lookedForSince: Map<ResourceKey, Instant>;
  /** Ids that were given to what patients share, likewise. */
  readonly made: Map<string, string>;
  /** What patients share is created by one delivery at a time. */
  readonly oneByOne: LimitFunction;
}

export function unknownServer(): KnownServer {
  return {
    transactions: true,
    givesIds: false,
    takesIds: undefined,
    lookedForSince: new Map(),
    made: new Map(),
    oneByOne: pLimit(1),
  };
}
