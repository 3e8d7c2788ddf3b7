import type { Reference } from 'fhir/r4.js';

/**
 * The value with the references in it replaced by what is current: what was wanted before may name a hospital or the patient by an
 * id that they have no more, since they were found on the server before anything of that id was written.
 */
export function renewReferences<T>(value: T, current: (reference: Reference) => Reference): T {
  const renew = (inner: unknown): unknown => {
    if (Array.isArray(inner)) return inner.map(renew);
    if (inner === null || typeof inner !== 'object') return inner;
    if ('reference' in inner && typeof inner.reference === 'string') return current(inner as Reference);
    return Object.fromEntries(Object.entries(inner).map(([name, part]) => [name, renew(part)]));
  };
  return renew(value) as T;
}
