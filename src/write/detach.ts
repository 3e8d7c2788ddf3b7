import type { FhirResource, Identifier } from 'fhir/r4.js';
import { referencesIn, withReferences } from '../model/references.js';
import { referenceTo } from './groups.js';

/**
 * The order in which to write a circle of references on a server without transactions: each member as soon as all it refers to
 * stands; where none is left like that, an episode goes first, without the references that would dangle (`detached`), and once more
 * at the end.
 */
export function nextInCircle<T extends { readonly content: FhirResource }>(
  left: readonly T[],
): { readonly item: T; readonly missing: ReadonlySet<string> } | undefined {
  const names = new Set(left.map(({ content }) => referenceTo(content)));
  const missingOf = ({ content }: T) =>
    new Set(referencesIn(content).filter((name) => names.has(name) && name !== referenceTo(content)));
  const item =
    left.find((one) => missingOf(one).size === 0) ??
    left.find(({ content }) => content.resourceType === 'EpisodeOfCare') ??
    left[0];
  return item === undefined ? undefined : { item, missing: missingOf(item) };
}

/** The resource with the references named made logical (FHIR R4, 2.3.0.3): by type, and by identifier where the target has one. */
export function detached(
  resource: FhirResource,
  missing: ReadonlySet<string>,
  identifiers: ReadonlyMap<string, Identifier>,
): FhirResource {
  return withReferences(resource, ({ reference, ...rest }) => {
    if (!missing.has(reference)) return { reference, ...rest };
    const identifier = identifiers.get(reference);
    return { type: reference.split('/')[0] ?? '', ...(identifier === undefined ? {} : { identifier }), ...rest };
  });
}

/** Is it what {@link detached} made of ours? An identifier that ours has stays in it; else it got that of what it leads to. */
export function isDetachedFrom(ours: unknown, theirs: unknown): boolean {
  if (Array.isArray(ours)) {
    const isAsLong = Array.isArray(theirs) && ours.length === theirs.length;
    return isAsLong && ours.every((each, n) => isDetachedFrom(each, theirs[n]));
  }
  if (ours === null || typeof ours !== 'object') return ours === theirs;
  if (theirs === null || typeof theirs !== 'object') return false;
  const { reference, ...kept } = ours as Readonly<Record<string, unknown>>;
  const isCut = typeof reference === 'string' && !('reference' in theirs);
  const { identifier = valueOf(theirs, 'identifier') } = kept;
  const expected = isCut
    ? { type: reference.split('/')[0], ...kept, ...(identifier === undefined ? {} : { identifier }) }
    : ours;
  const keys = Object.keys(expected);
  const isAsLarge = keys.length === Object.keys(theirs).length;
  return isAsLarge && keys.every((key) => isDetachedFrom(valueOf(expected, key), valueOf(theirs, key)));
}

function valueOf(object: object, key: string): unknown {
  return (object as Readonly<Record<string, unknown>>)[key];
}

/** The first identifier of each resource that has one, by the resource's name. */
export function identifiersOf(resources: readonly FhirResource[]): Map<string, Identifier> {
  return new Map(
    resources.flatMap((resource): [string, Identifier][] => {
      const list: unknown = 'identifier' in resource ? resource.identifier : undefined;
      const first: unknown = Array.isArray(list) ? list[0] : list;
      return first === undefined ? [] : [[referenceTo(resource), first as Identifier]];
    }),
  );
}
