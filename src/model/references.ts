import type { Reference } from 'fhir/r4.js';

/** The same value with each literal reference in it, however deep, as `change` gives it. */
export function withReferences<T>(value: T, change: (reference: Reference & { reference: string }) => Reference): T {
  const changed = (inner: unknown): unknown => {
    if (Array.isArray(inner)) return inner.map(changed);
    if (inner === null || typeof inner !== 'object') return inner;
    const parts = Object.fromEntries(Object.entries(inner).map(([name, part]) => [name, changed(part)]));
    return typeof parts['reference'] === 'string'
      ? change(parts as unknown as Reference & { reference: string })
      : parts;
  };
  return changed(value) as T;
}
