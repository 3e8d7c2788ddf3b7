import { createHash, randomUUID } from 'node:crypto';

/** An id of ours: given once, kept in a table, never derived from anything about a patient. */
export function newId(): string {
  return randomUUID();
}

/** JSON with the keys of every object in one order: equal content gives equal text. */
export function canonicalJson(value: unknown): string {
  return JSON.stringify(value, (_key, inner: unknown) =>
    inner !== null && typeof inner === 'object' && !Array.isArray(inner)
      ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1)))
      : inner,
  );
}

/** SHA-256 of the canonical JSON of a value, hexadecimal: two contents are the same when their hashes are. */
export function contentHash(value: unknown): string {
  return createHash('sha256').update(canonicalJson(value)).digest('hex');
}
