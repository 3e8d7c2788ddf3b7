import type { Fact, OrganizationStatement } from '../model/facts.js';
import type { KnownPlaces } from './organization-table.js';

/** The fact at its hospital: where the table of organisations knows the number as a unit's, or as another number of a hospital. */
export function atHospital(fact: Fact, places: KnownPlaces): Fact {
  if (!('organization' in fact)) return fact;
  const place = places.placeOf(fact.organization.identifier);
  const moved =
    place === undefined ? fact : { ...fact, ...place, ...(fact.unit === undefined ? {} : { unit: fact.unit }) };
  if (moved.kind !== 'transfer' || moved.status === 'withdrawn') return moved;
  return { ...moved, to: hospitalOf(moved.to, places) };
}

function hospitalOf(organization: OrganizationStatement, places: KnownPlaces): OrganizationStatement {
  return places.placeOf(organization.identifier)?.organization ?? organization;
}
