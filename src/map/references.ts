import type { InboundResource, References } from '../model/fhir-content.js';

/** A FHIR Reference, as far as it is looked at. */
export interface FhirReference {
  readonly reference?: string;
  readonly type?: string;
  readonly identifier?: { readonly system?: string; readonly value?: string };
  readonly display?: string;
}

/** The one resource a reference means: contained in `holder`, or read before; undefined: it is not known. */
export function readReference(
  { reference }: FhirReference,
  holder: InboundResource,
  references: References,
): InboundResource | undefined {
  if (reference === undefined) return undefined;
  if (!reference.startsWith('#')) return references[reference];
  const contained: unknown = holder['contained'];
  return Array.isArray(contained)
    ? (contained as InboundResource[]).find(({ id }) => id === reference.slice(1))
    : undefined;
}

const NAME = /(?:^|\/)([A-Z][A-Za-z]+)\/([A-Za-z0-9\-.]{1,64})(?:\/_history\/[A-Za-z0-9\-.]{1,64})?$/;

/** The id that a reference to a type names, versioned or absolute too; nothing else needs to be known of it. */
export function idIn(
  reference: FhirReference,
  type: string,
  holder: InboundResource,
  references: References,
): string | undefined {
  const name = NAME.exec(reference.reference ?? '');
  if (name !== null) return name[1] === type ? name[2] : undefined;
  const target = readReference(reference, holder, references);
  return target?.resourceType === type ? target.id : undefined;
}

/** A value that may be one reference, a list of them or nothing: JSONata makes no difference. */
export function referencesOf(value: unknown): FhirReference[] {
  const list: unknown[] = Array.isArray(value) ? value : [value];
  return list.filter((each): each is FhirReference => typeof each === 'object' && each !== null);
}
