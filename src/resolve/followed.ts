import type { InboundResource, ResourceName } from '../model/fhir-content.js';

/**
 * The elements by which a resource names a person or a hospital (an Appointment by its referral, an earlier registration in an
 * extension), or a referral that an address within a Bundle says no id of.
 */
const FOLLOWED = byType({
  ServiceRequest: ['subject', 'performer', 'requester', 'extension', 'basedOn'],
  Encounter: ['subject', 'serviceProvider', 'episodeOfCare', 'basedOn'],
  Appointment: ['participant', 'basedOn'],
  Condition: ['subject', 'recorder', 'encounter'],
  ClinicalImpression: ['subject', 'assessor', 'encounter', 'supportingInfo'],
  Patient: ['link'],
  PractitionerRole: ['organization', 'practitioner'],
  Organization: ['partOf'],
});

/** What a reference is read for: other types say nothing that a fact needs. */
const READ = byType({
  Appointment: ['Patient', 'PractitionerRole', 'Organization', 'ServiceRequest'],
});
const READ_OF_OTHERS = ['Patient', 'PractitionerRole', 'Organization', 'Encounter', 'EpisodeOfCare', 'Practitioner'];

/** What is contained was not looked at by any door: its type may be any text, `constructor` too. */
function byType(lists: Readonly<Record<string, readonly string[]>>): ReadonlyMap<string, readonly string[]> {
  return new Map(Object.entries(lists));
}

/** Who somebody is that only signs is looked at where the message says it, and never asked for. */
const NEVER_ASKED_FOR = ['Practitioner'];

/** The literal references of a resource, and of what it contains, that are to be followed, in no order, each once. */
export function referencesToFollow(resource: InboundResource): string[] {
  const contained: unknown = resource['contained'];
  const found = [resource, ...(Array.isArray(contained) ? (contained as unknown[]) : [])].flatMap(followedIn);
  return [...new Set(found)];
}

function followedIn(value: unknown): string[] {
  const resource = Object(value) as InboundResource;
  const elements = FOLLOWED.get(resource.resourceType) ?? [];
  const types = READ.get(resource.resourceType) ?? READ_OF_OTHERS;
  return elements
    .flatMap((element) => literalReferences(resource[element]))
    .filter((reference) => {
      const type = typeIn(reference);
      return !reference.startsWith('#') && (type === undefined || types.includes(type));
    });
}

function literalReferences(value: unknown): string[] {
  if (Array.isArray(value)) return value.flatMap(literalReferences);
  if (value === null || typeof value !== 'object') return [];
  const { reference, actor, other, extension, valueReference } = value as Readonly<Record<string, unknown>>;
  const own = typeof reference === 'string' ? [reference] : [];
  return [...own, ...[actor, other, extension, valueReference].flatMap(literalReferences)];
}

const NAME = /(?:^|\/)([A-Z][A-Za-z]+)\/([A-Za-z0-9\-.]{1,64})(?:\/_history\/[A-Za-z0-9\-.]{1,64})?$/;

function typeIn(reference: string): string | undefined {
  return NAME.exec(reference)?.[1];
}

/**
 * The resource on the source's own server that a literal reference names: relative, or absolute below its base; of a version, the
 * resource as it is now. Undefined: it is somewhere else, where nothing is read.
 */
export function nameOnServer(reference: string, base?: string): ResourceName | undefined {
  const [whole, type, id] = NAME.exec(reference) ?? [];
  if (whole === undefined || type === undefined || id === undefined) return undefined;
  const before = reference.slice(0, reference.length - whole.length);
  const own = whole.startsWith('/') ? base !== undefined && before === base : before === '';
  return own ? { type, id } : undefined;
}

export function isAskedFor({ type }: ResourceName): boolean {
  return !NEVER_ASKED_FOR.includes(type);
}
