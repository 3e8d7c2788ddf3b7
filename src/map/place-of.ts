import { ORGANIZATION_NUMBER } from '../model/canonical.js';
import type { Identifier, OrganizationStatement } from '../model/facts.js';
import type { InboundResource } from '../model/fhir-content.js';
import type { Place } from '../model/organization-table.js';
import type { KnownPlaces } from './organization-table.js';
import { referencesOf, type FhirReference, type FoundResource } from './references.js';

const SERIES = /^[A-Za-z][A-Za-z0-9+.-]*:[^\s|]+$/;
const MOST_LEVELS = 10;

/** The elements by which a resource names whose it is; of a referral, who received it. */
const LEADS_TO: Readonly<Record<string, string>> = {
  PractitionerRole: 'organization',
  Encounter: 'serviceProvider',
  EpisodeOfCare: 'managingOrganization',
  ServiceRequest: 'performer',
};

export interface PlaceOptions {
  /** What a reference in a resource means, where that is known. */
  readonly read: (reference: FhirReference, holder: InboundResource) => FoundResource | undefined;
  /** The type of what a reference means, as far as anybody says. */
  readonly typeOf: (reference: FhirReference, holder: InboundResource) => string | undefined;
  readonly known: KnownPlaces;
}

/** A place with every number on the way to it, or why there is none: a reference could not be read, or leads to no hospital. */
export type PlaceFound =
  | { readonly place: Place; readonly identifiers: readonly Identifier[] }
  | { readonly missing: 'unresolved-reference' | 'unknown-organization'; readonly reference: string };

/**
 * The hospital that references lead to, through a PractitionerRole, Encounter or ServiceRequest and up by `partOf`: the nearest
 * organisation in the table, else the highest with an organisation number that is no region. Where it began is the unit. Of several
 * references the first that leads to a hospital counts; undefined: there are none.
 */
export function placeOf(
  references: readonly FhirReference[],
  holder: InboundResource,
  options: PlaceOptions,
  seen = new Set<InboundResource>(),
): PlaceFound | undefined {
  const found = references.map((reference) => placeOfOne(reference, holder, options, seen));
  return (
    found.find((each) => 'place' in each) ??
    found.find((each) => 'missing' in each && each.missing === 'unresolved-reference') ??
    found[0]
  );
}

function placeOfOne(
  reference: FhirReference,
  holder: InboundResource,
  options: PlaceOptions,
  seen: Set<InboundResource>,
): PlaceFound {
  const named = reference.reference ?? '';
  const found = options.read(reference, holder);
  if (found === undefined) return placeUnread(reference, options.typeOf(reference, holder), options.known);
  const { resource } = found;
  if (resource.resourceType === 'Organization')
    return placeOfChain(chainFrom(found, reference, options), options.known);
  const leads = referencesOf(resource[LEADS_TO[resource.resourceType] ?? '']);
  const next = seen.has(resource) ? undefined : placeOf(leads, found.holder, options, seen.add(resource));
  return next ?? { missing: 'unknown-organization', reference: named };
}

/** By its number alone. What may still be read is waited for; a person never leads to a hospital. */
function placeUnread(reference: FhirReference, type: string | undefined, known: KnownPlaces): PlaceFound {
  const { reference: named = '', display: name } = reference;
  const identifiers = identifiersIn(reference);
  const [identifier] = identifiers;
  const mayLead = type === undefined || type === 'Organization' || Object.hasOwn(LEADS_TO, type);
  if (identifier === undefined)
    return { missing: mayLead ? 'unresolved-reference' : 'unknown-organization', reference: named };
  const numbered = isNumber(identifier, known) ? { organization: statementOf(identifier, name) } : undefined;
  const place = known.placeOf(identifier) ?? numbered;
  return place === undefined ? { missing: 'unknown-organization', reference: named } : { place, identifiers };
}

function isNumber(identifier: Identifier, known: KnownPlaces): boolean {
  return identifier.system === ORGANIZATION_NUMBER && !known.isAbove(identifier);
}

interface Level {
  /** How it was referred to. */
  readonly named: string;
  readonly identifiers: readonly Identifier[];
  readonly name?: string;
  /** What is above it could not be read, and has no organisation number either; empty: it has no address to be read by. */
  readonly broken?: string;
}

/** From the organisation up: not in circles, and not for ever. An organisation has also the number that a reference calls it by. */
function chainFrom(first: FoundResource, reference: FhirReference, { read }: PlaceOptions): Level[] {
  const levels: Level[] = [];
  const seen = new Set<InboundResource>();
  let by: FhirReference | undefined = reference;
  for (let at: FoundResource | undefined = first; at !== undefined && by !== undefined && !seen.has(at.resource);) {
    const { resource, holder }: FoundResource = at;
    seen.add(resource);
    if (levels.length === MOST_LEVELS) break;
    const { name } = resource;
    const level = {
      named: by.reference ?? '',
      identifiers: distinct([...identifiersIn(resource), ...identifiersIn(by)]),
      ...(typeof name === 'string' && name !== '' ? { name } : {}),
    };
    [by] = referencesOf(resource['partOf']);
    at = by === undefined ? undefined : read(by, holder);
    if (by === undefined || at !== undefined) levels.push(level);
    else levels.push(...brokenOff(level, by));
  }
  return levels;
}

/** What is above could not be read: it may have a number all the same. */
function brokenOff(level: Level, above: FhirReference): Level[] {
  const top = { named: above.reference ?? '', identifiers: identifiersIn(above) };
  const numbered = top.identifiers.some(({ system }) => system === ORGANIZATION_NUMBER);
  return [numbered ? level : { ...level, broken: top.named }, top];
}

function distinct(identifiers: readonly Identifier[]): readonly Identifier[] {
  return [...new Map(identifiers.map((each) => [`${each.system}|${each.value}`, each])).values()];
}

/** A chain that breaks off below the hospital says nothing of which it is: a unit may have an organisation number of its own. */
function placeOfChain(levels: readonly Level[], known: KnownPlaces): PlaceFound {
  const identifiers = levels.flatMap((level) => level.identifiers);
  for (const level of levels) {
    const place = level.identifiers.map((identifier) => known.placeOf(identifier)).find((each) => each !== undefined);
    if (place !== undefined) return { place: begunAt(levels, level, place), identifiers };
  }
  const broken = levels.find((level) => level.broken !== undefined)?.broken;
  if (broken !== undefined && broken !== '') return { missing: 'unresolved-reference', reference: broken };
  const hospital = levels.findLast((level) => level.identifiers.some((each) => isNumber(each, known)));
  const identifier = hospital?.identifiers.find((each) => isNumber(each, known));
  // The highest is the one that should be part of a hospital.
  const top = levels.findLast(({ named }) => named !== '' && !named.startsWith('#'))?.named ?? '';
  if (hospital === undefined || identifier === undefined || broken === '')
    return { missing: 'unknown-organization', reference: top };
  return { place: begunAt(levels, hospital, { organization: statementOf(identifier, hospital.name) }), identifiers };
}

/** Where the reference began is the unit, if the table names no other and that is not the hospital itself. */
function begunAt(levels: readonly Level[], hospital: Level, place: Place): Place {
  const [first] = levels;
  const unit = first === hospital ? undefined : first?.identifiers[0];
  return place.unit === undefined && unit !== undefined ? { ...place, unit: statementOf(unit, first?.name) } : place;
}

function statementOf(identifier: Identifier, name: string | undefined): OrganizationStatement {
  return { identifier, ...(name === undefined ? {} : { name }) };
}

/** The identifiers that say of which series they are. */
export function identifiersIn(of: object): Identifier[] {
  const { identifier } = of as { identifier?: unknown };
  const list: unknown[] = Array.isArray(identifier) ? identifier : [identifier];
  return list.flatMap((each) => {
    const { system, value } = Object(each) as { system?: unknown; value?: unknown };
    return typeof system === 'string' && SERIES.test(system) && typeof value === 'string' && value.trim() !== ''
      ? [{ system, value: value.trim() }]
      : [];
  });
}
