import type { InboundResource } from '../model/fhir-content.js';
import type { Instant } from '../support/clock.js';
import { addMs, isInstant, nanosecondsOf, toInstant } from '../support/dates.js';

export interface Arrival {
  readonly receivedAt: Instant;
  /** The order of acceptance. */
  readonly seq: number;
}

/** A server's clock may be that much ahead of ours. What says to be later still is ordered by its arrival. */
const AHEAD_MS = 5 * 60 * 1000;
const WITHIN_MS = 1_000_000n;

/**
 * Which version of a resource it is: `meta.lastUpdated`, and where that is no finer than milliseconds the number in
 * `meta.versionId` decides within one; else the order of arrival. CONTRACT 2, `/inbox/fhir`.
 */
export function versionOfResource(
  { meta }: Pick<InboundResource, 'meta'>,
  arrival: Arrival,
): { readonly version: string; readonly byArrival: boolean } {
  const { lastUpdated, versionId } = meta ?? {};
  if (typeof lastUpdated !== 'string' || !isInstant(lastUpdated) || isAhead(lastUpdated, arrival.receivedAt))
    return { version: versionOfArrival(arrival), byArrival: true };
  if (nanosecondsOf(lastUpdated) % WITHIN_MS !== 0n) return { version: lastUpdated, byArrival: false };
  const number = typeof versionId === 'string' && /^\d{1,15}$/.test(versionId) ? BigInt(versionId) : 0n;
  return { version: within(toInstant(lastUpdated), number), byArrival: false };
}

export function versionOfArrival({ receivedAt, seq }: Arrival): string {
  return within(receivedAt, BigInt(seq));
}

function isAhead(lastUpdated: string, receivedAt: Instant): boolean {
  return toInstant(lastUpdated) > addMs(receivedAt, AHEAD_MS);
}

/** The instant with a number in its digits below milliseconds. */
function within(instant: Instant, number: bigint): string {
  return instant.replace('Z', `${(number % WITHIN_MS).toString().padStart(6, '0')}Z`);
}
