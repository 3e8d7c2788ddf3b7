import { versionOfTag, type Stored } from './resource-store.js';

/** What a reader has already. */
export interface KnownVersion {
  /** Tags, separated by commas, or `*`. */
  readonly ifNoneMatch?: string | undefined;
  /** The last millisecond of the time that it has it from. */
  readonly sinceMs?: number | undefined;
}

/** Is it the version that the reader has? Where it names versions, times do not count (RFC 7232, 3.3). */
export function isNotModified({ versionId, updated }: Stored, { ifNoneMatch, sinceMs }: KnownVersion): boolean {
  if (ifNoneMatch !== undefined) {
    const tags = ifNoneMatch.split(',').map(versionOfTag);
    return tags.includes(versionId) || tags.includes('*');
  }
  return sinceMs !== undefined && updated <= sinceMs;
}

/** Of a header, which knows seconds only; what is no date counts for nothing. */
export function sinceOfHeader(value: string | undefined): number | undefined {
  const ms = Date.parse(value ?? '');
  return Number.isNaN(ms) ? undefined : ms + 999;
}
