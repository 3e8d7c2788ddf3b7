import type { Identifier, OrganizationStatement } from '../model/facts.js';
import type { InboundResource } from '../model/fhir-content.js';
import type { Place } from '../model/organization-table.js';
import type { KnownPlaces } from './organization-table.js';
import { referencesOf, type FhirReference } from './references.js';

/** Organisation numbers (ENH): what NPR knows hospitals by. */
const ORGANIZATION_NUMBER = 'urn:oid:2.16.578.1.12.4.1.4.101';
const MOST_LEVELS = 10;

export type Read = (reference: FhirReference) => InboundResource | undefined;

/** A place, or why there is none: what the reference means is not known, or it leads to no hospital. */
export type PlaceFound =
  | { readonly place: Place }
  | { readonly missing: 'unresolved-reference' | 'unknown-organization'; readonly reference: string };

/**
 * The hospital that a reference leads to, through a PractitionerRole and up by `partOf`: the nearest organisation in the table,
 * else the highest with an organisation number that is no region. Where it began is the unit.
 */
export function placeOf(reference: FhirReference, read: Read, known: KnownPlaces, steps = MOST_LEVELS): PlaceFound {
  const named = reference.reference ?? '';
  const target = read(reference);
  if (target === undefined) {
    const identifier = identifiersIn(reference)[0];
    if (identifier === undefined) return { missing: 'unresolved-reference', reference: named };
    const place = known.placeOf(identifier) ?? placeByNumber(identifier, reference.display);
    return place === undefined ? { missing: 'unknown-organization', reference: named } : { place };
  }
  if (target.resourceType === 'Organization') return placeOfChain(chainFrom(target, read), known, named);
  const [next] = referencesOf(target['organization'] ?? target['managingOrganization'] ?? target['serviceProvider']);
  if (next === undefined || steps === 0) return { missing: 'unknown-organization', reference: named };
  return placeOf(next, read, known, steps - 1);
}

function placeByNumber(identifier: Identifier, name?: string): Place | undefined {
  if (identifier.system !== ORGANIZATION_NUMBER) return undefined;
  return { organization: { identifier, ...(name === undefined ? {} : { name }) } };
}

interface Level {
  readonly identifiers: readonly Identifier[];
  readonly name?: string;
  /** What is above it could not be read. */
  readonly broken?: string;
}

/** From the organisation up: not in circles, and not for ever. */
function chainFrom(first: InboundResource, read: Read): Level[] {
  const levels: Level[] = [];
  const seen = new Set<InboundResource>();
  for (let at: InboundResource | undefined = first; at !== undefined && !seen.has(at);) {
    seen.add(at);
    if (levels.length === MOST_LEVELS) break;
    const [above]: FhirReference[] = referencesOf(at['partOf']);
    const next: InboundResource | undefined = above === undefined ? undefined : read(above);
    const { name } = at;
    const unread = above !== undefined && next === undefined;
    levels.push({
      identifiers: identifiersIn(at),
      ...(typeof name === 'string' && name !== '' ? { name } : {}),
      ...(unread ? { broken: above.reference ?? '' } : {}),
    });
    if (unread) levels.push({ identifiers: identifiersIn(above) });
    at = next;
  }
  return levels;
}

function placeOfChain(levels: readonly Level[], known: KnownPlaces, named: string): PlaceFound {
  for (const { identifiers } of levels) {
    const place = identifiers.map((identifier) => known.placeOf(identifier)).find((each) => each !== undefined);
    if (place !== undefined) return { place: place.unit === undefined ? withUnit(place, levels) : place };
  }
  const hospital = levels.findLast((level) => numberOf(level, known) !== undefined);
  const number = hospital === undefined ? undefined : numberOf(hospital, known);
  const broken = levels.find((level) => level.broken !== undefined)?.broken;
  if (number === undefined || hospital === undefined)
    return broken === undefined
      ? { missing: 'unknown-organization', reference: named }
      : { missing: 'unresolved-reference', reference: broken };
  const { name } = hospital;
  return { place: withUnit({ organization: { identifier: number, ...(name === undefined ? {} : { name }) } }, levels) };
}

function numberOf({ identifiers }: Level, known: KnownPlaces): Identifier | undefined {
  return identifiers.find((each) => each.system === ORGANIZATION_NUMBER && !known.isAbove(each));
}

/** Where the reference began, if that is not the hospital itself. */
function withUnit(place: Place, [first]: readonly Level[]): Place {
  const unit = first?.identifiers[0];
  const hospital = place.organization.identifier;
  const itself = first?.identifiers.some(({ system, value }) => system === hospital.system && value === hospital.value);
  if (unit === undefined || itself === true) return place;
  const statement: OrganizationStatement = {
    identifier: unit,
    ...(first?.name === undefined ? {} : { name: first.name }),
  };
  return { ...place, unit: statement };
}

/** The identifiers that say of which series they are. */
export function identifiersIn(of: object): Identifier[] {
  const { identifier } = of as { identifier?: unknown };
  const list: unknown[] = Array.isArray(identifier) ? identifier : [identifier];
  return list.flatMap((each) => {
    const { system, value } = Object(each) as { system?: unknown; value?: unknown };
    return typeof system === 'string' && typeof value === 'string' && value.trim() !== ''
      ? [{ system, value: value.trim() }]
      : [];
  });
}
