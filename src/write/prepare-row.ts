import type { FhirResource } from 'fhir/r4.js';
import type { PendingWrite, WriteDone } from '../model/resources.js';
import { canonicalJson } from '../support/ids.js';
import type { Target } from './target.js';
import { isSame, isShared, merge, type Merged } from './merge.js';
import type { Refusal } from './refusal.js';

/** A row on its way: what to write, on which version, and what to remember of it. */
export interface Prepared extends Merged {
  readonly row: PendingWrite;
  readonly ifMatch?: string;
}

export type Preparation =
  { readonly prepared: Prepared } | { readonly settled: WriteDone } | { readonly refusal: Refusal };

/** Wanted again as it was last written and confirmed, and nothing was sent since: nothing to send. */
export function isConfirmed({ wanted, written, serverVersion, sent }: PendingWrite): boolean {
  if (written === undefined || serverVersion === undefined || sent.length > 0) return false;
  return canonicalJson(wanted) === canonicalJson(written);
}

/**
 * Must it be read before it is written? Tasks that may stand: they are people's too. Others only where it is known that somebody
 * else's elements are in it, that an answer was lost, or that nothing seems to be changed.
 */
export function mustBeRead({ type, wanted, written, sent }: PendingWrite): boolean {
  if (sent.length > 0) return true;
  if (type === 'Task') return written !== undefined;
  if (isShared(written)) return true;
  return written !== undefined && canonicalJson(wanted) === canonicalJson(written);
}

/** As it is wanted, on the version that we know of. */
export function asWanted(row: PendingWrite): Prepared {
  const { wanted, serverVersion } = row;
  const condition = serverVersion === undefined ? {} : { ifMatch: serverVersion };
  return { row, content: wanted, remembered: wanted, ...condition };
}

/** Reads what stands and joins it with what is wanted. Where nothing stands (any more), it is written anew, on no version. */
export async function readAndMerge(target: Target, row: PendingWrite): Promise<Preparation> {
  const reading = await target.read(row.type, row.id);
  if ('refusal' in reading) return reading;
  const { standing } = reading;
  if (standing === undefined) return { prepared: { row, content: row.wanted, remembered: row.wanted } };
  const bases = row.written === undefined ? row.sent : [row.written, ...row.sent];
  const merged = merge(row.wanted, standing.resource, bases);
  const { version } = standing;
  if (isSame(merged.content, standing.resource))
    return { settled: settledRow(row, 'unchanged', merged.remembered, version) };
  return { prepared: { row, ...merged, ...(version === undefined ? {} : { ifMatch: version }) } };
}

export function settledRow(
  { key, wantedN }: PendingWrite,
  outcome: 'written' | 'unchanged',
  written: FhirResource,
  version: string | undefined,
): WriteDone {
  return { key, wantedN, outcome, written, ...(version === undefined ? {} : { serverVersion: version }) };
}
