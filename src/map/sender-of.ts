import { ORGANIZATION_NUMBER } from '../model/canonical.js';
import type { Identifier, OrganizationStatement, ReferralFact } from '../model/facts.js';
import type { InboundResource } from '../model/fhir-content.js';
import { identifiersIn, type PlaceOptions } from './place-of.js';
import { referencesOf, type FhirReference, type FoundResource } from './references.js';

/** Numbers a person or an organisation is best known by: HPR, and the organisation number. */
const HPR = 'urn:oid:2.16.578.1.12.4.1.4.4';

export type Sender = Pick<NonNullable<ReferralFact['sender']>, 'practitioner' | 'organization'>;

/**
 * What is said of who sent a referral, by its `requester`: a Practitioner, an Organization, or a PractitionerRole of both; as it was
 * read, else as the reference itself says. What is not known is left out: a referral does not wait for its sender.
 */
export function senderOf(reference: FhirReference, holder: InboundResource, options: PlaceOptions): Sender | undefined {
  const found = options.read(reference, holder);
  const type = found?.resource.resourceType ?? options.typeOf(reference, holder);
  if (type === 'Practitioner') return { ...practitionerBy(reference, found) };
  if (type === 'Organization') return { ...organizationBy(reference, found) };
  if (type !== 'PractitionerRole' || found === undefined) return undefined;
  const [practitioner] = referencesOf(found.resource['practitioner']);
  const [organization] = referencesOf(found.resource['organization']);
  return {
    ...(practitioner && practitionerBy(practitioner, options.read(practitioner, found.holder))),
    ...(organization && organizationBy(organization, options.read(organization, found.holder))),
  };
}

function practitionerBy(reference: FhirReference, found?: FoundResource): Pick<Sender, 'practitioner'> | undefined {
  const identifier = bestOf(HPR, found?.resource ?? {}, reference);
  const name = nameIn(found?.resource['name']) ?? textIn(reference.display);
  if (identifier === undefined && name === undefined) return undefined;
  return {
    practitioner: { ...(identifier === undefined ? {} : { identifier }), ...(name === undefined ? {} : { name }) },
  };
}

function organizationBy(reference: FhirReference, found?: FoundResource): Pick<Sender, 'organization'> | undefined {
  const organization = organizationNamed(reference, found);
  return organization === undefined ? undefined : { organization };
}

/** An organisation as it is said, whatever it belongs to; undefined: no number of it is known. */
export function organizationNamed(reference: FhirReference, found?: FoundResource): OrganizationStatement | undefined {
  const identifier = bestOf(ORGANIZATION_NUMBER, found?.resource ?? {}, reference);
  const name = textIn(found?.resource['name']) ?? textIn(reference.display);
  return identifier === undefined ? undefined : { identifier, ...(name === undefined ? {} : { name }) };
}

function bestOf(series: string, ...said: readonly object[]): Identifier | undefined {
  const all = said.flatMap(identifiersIn);
  return all.find(({ system }) => system === series) ?? all[0];
}

/** A HumanName in one line. */
function nameIn(names: unknown): string | undefined {
  const [first] = (Array.isArray(names) ? names : []) as unknown[];
  const { text, family, given } = Object(first) as { text?: unknown; family?: unknown; given?: unknown };
  const parts: unknown[] = [...(Array.isArray(given) ? (given as unknown[]) : []), family];
  return textIn(text) ?? textIn(parts.filter((each) => typeof each === 'string').join(' '));
}

function textIn(value: unknown): string | undefined {
  return typeof value === 'string' && value.trim() !== '' ? value.trim() : undefined;
}
