import type { Reference } from 'fhir/r4.js';

/** A reference by `Type/id`, or by an address (FHIR R4, 2.3.0.1). */
export type LiteralReference = Reference & { reference: string };

/** The same value with each literal reference in it, however deep, as `change` gives it. */
export function withReferences<T>(value: T, change: (reference: LiteralReference) => Reference): T {
  const changed = (inner: unknown): unknown => {
    if (Array.isArray(inner)) return inner.map(changed);
    if (inner === null || typeof inner !== 'object') return inner;
    const parts = Object.fromEntries(Object.entries(inner).map(([name, part]) => [name, changed(part)]));
    return isLiteral(parts) ? change(parts) : parts;
  };
  return changed(value) as T;
}

/** What a value refers to, as it is written there. */
export function referencesIn(value: unknown): string[] {
  if (Array.isArray(value)) return value.flatMap(referencesIn);
  if (value === null || typeof value !== 'object') return [];
  return [...(isLiteral(value) ? [value.reference] : []), ...Object.values(value).flatMap(referencesIn)];
}

function isLiteral(value: object): value is LiteralReference {
  return 'reference' in value && typeof value.reference === 'string';
}
