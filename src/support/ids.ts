import { createHash, randomUUID } from 'node:crypto';

/** An id of ours: given once, kept in a table, never derived from anything about a patient. */
export function newId(): string {
  return randomUUID();
}

/** JSON with the keys of every object in one order: equal content gives equal text. For what can be read from JSON. */
export function canonicalJson(value: unknown): string {
  return JSON.stringify(inOrder(value));
}

function inOrder(value: unknown): unknown {
  if (value === null || typeof value !== 'object') return value;
  if (Array.isArray(value)) return value.map(inOrder);
  // Without a prototype, where `__proto__` is a key like any other.
  const ordered = Object.create(null) as Record<string, unknown>;
  for (const key of Object.keys(value).sort()) ordered[key] = inOrder((value as Record<string, unknown>)[key]);
  return ordered;
}

/** SHA-256 of the canonical JSON of a value, hexadecimal: two contents are the same when their hashes are. */
export function contentHash(value: unknown): string {
  return createHash('sha256').update(canonicalJson(value)).digest('hex');
}
