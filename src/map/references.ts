import type { InboundResource, References } from '../model/fhir-content.js';

/** A FHIR Reference, as far as it is looked at. */
export interface FhirReference {
  readonly reference?: string;
  readonly type?: string;
  readonly identifier?: { readonly system?: string; readonly value?: string };
  readonly display?: string;
}

/** A resource that a reference means. What `#id` in it means is contained in `holder`: itself, or the one that contains it. */
export interface FoundResource {
  readonly resource: InboundResource;
  readonly holder: InboundResource;
}

/** The one resource a reference in `holder` means: contained there, or read before; undefined: it is not known. */
export function readReference(
  { reference }: FhirReference,
  holder: InboundResource,
  references: References,
): FoundResource | undefined {
  if (reference === undefined) return undefined;
  if (!reference.startsWith('#')) {
    const resource = Object.hasOwn(references, reference) ? references[reference] : undefined;
    return resource === undefined ? undefined : { resource, holder: resource };
  }
  const contained: unknown = holder['contained'];
  const resource = Array.isArray(contained)
    ? (contained as InboundResource[]).find(({ id }) => id === reference.slice(1))
    : undefined;
  return resource === undefined ? undefined : { resource, holder };
}

const NAME = /(?:^|\/)([A-Z][A-Za-z]+)\/([A-Za-z0-9\-.]{1,64})(?:\/_history\/[A-Za-z0-9\-.]{1,64})?$/;

/**
 * The id that a reference to a type names, versioned or absolute too; nothing else needs to be known of it. A resource of the same
 * Bundle that has no id yet goes by the address that the others call it by. What is contained has no id that means anything outside.
 */
export function idIn(
  reference: FhirReference,
  type: string,
  holder: InboundResource,
  references: References,
): string | undefined {
  const { reference: address = '' } = reference;
  const name = NAME.exec(address);
  if (name !== null) return name[1] === type ? name[2] : undefined;
  if (address.startsWith('#')) return undefined;
  const found = readReference(reference, holder, references);
  return found?.resource.resourceType === type ? (found.resource.id ?? address) : undefined;
}

/** The type of what a reference means: by its address, as the reference says itself, or as it was read; undefined: nobody says. */
export function typeOf(reference: FhirReference, holder: InboundResource, references: References): string | undefined {
  return (
    NAME.exec(reference.reference ?? '')?.[1] ??
    reference.type ??
    readReference(reference, holder, references)?.resource.resourceType
  );
}

/** A value that may be one reference, a list of them or nothing: JSONata makes no difference. */
export function referencesOf(value: unknown): FhirReference[] {
  const list: unknown[] = Array.isArray(value) ? value : [value];
  return list.filter((each): each is FhirReference => typeof each === 'object' && each !== null);
}
