import type { InboundResource } from '../model/fhir-content.js';

/** The elements by which a resource names a person or a hospital; of an Appointment the referral, since that names the hospital. */
const FOLLOWED: Readonly<Record<string, readonly string[]>> = {
  ServiceRequest: ['subject', 'performer', 'requester'],
  Encounter: ['subject', 'serviceProvider', 'episodeOfCare'],
  Appointment: ['participant', 'basedOn'],
  Condition: ['subject', 'recorder', 'encounter'],
  ClinicalImpression: ['subject', 'assessor', 'encounter', 'supportingInfo'],
  PractitionerRole: ['organization'],
  Organization: ['partOf'],
};

/** What a reference is read for: other types say nothing that a fact needs. */
const READ: Readonly<Record<string, readonly string[]>> = {
  Appointment: ['Patient', 'PractitionerRole', 'Organization', 'ServiceRequest'],
  ClinicalImpression: ['Patient', 'PractitionerRole', 'Organization', 'Encounter', 'EpisodeOfCare'],
};
const READ_OF_OTHERS = ['Patient', 'PractitionerRole', 'Organization', 'Encounter', 'EpisodeOfCare'];

/** The literal references of a resource that are to be followed, in no order, each once. */
export function referencesToFollow(resource: InboundResource): string[] {
  const elements = FOLLOWED[resource.resourceType] ?? [];
  const types = READ[resource.resourceType] ?? READ_OF_OTHERS;
  const found = elements.flatMap((element) => literalReferences(resource[element]));
  return [...new Set(found)].filter((reference) => {
    const type = typeIn(reference);
    return !reference.startsWith('#') && (type === undefined || types.includes(type));
  });
}

function literalReferences(value: unknown): string[] {
  if (Array.isArray(value)) return value.flatMap(literalReferences);
  if (value === null || typeof value !== 'object') return [];
  const { reference, actor } = value as { reference?: unknown; actor?: unknown };
  return [...(typeof reference === 'string' ? [reference] : []), ...literalReferences(actor)];
}

const NAME = /(?:^|\/)([A-Z][A-Za-z]+)\/([A-Za-z0-9\-.]{1,64})(?:\/_history\/[A-Za-z0-9\-.]{1,64})?$/;

function typeIn(reference: string): string | undefined {
  return NAME.exec(reference)?.[1];
}

/**
 * The resource on the source's own server that a literal reference names: relative, or absolute below its base; of a version, the
 * resource as it is now. Undefined: it is somewhere else, where nothing is read.
 */
export function nameOnServer(reference: string, base?: string): { type: string; id: string } | undefined {
  const [whole, type, id] = NAME.exec(reference) ?? [];
  if (whole === undefined || type === undefined || id === undefined) return undefined;
  const before = reference.slice(0, reference.length - whole.length);
  const own = whole.startsWith('/') ? base !== undefined && before === base : before === '';
  return own ? { type, id } : undefined;
}
