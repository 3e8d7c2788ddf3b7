import type { Fact, OrganizationStatement, ReferralFact, TransferFact } from '../model/facts.js';
import type { KnownPlaces } from './organization-table.js';

/**
 * The fact at its hospital, and the others that it names at theirs: where the table of organisations knows the number as a unit's,
 * or as another number of a hospital.
 */
export function atHospital(fact: Fact, places: KnownPlaces): Fact {
  if (!('organization' in fact)) return fact;
  const place = places.placeOf(fact.organization.identifier);
  const moved =
    place === undefined ? fact : { ...fact, ...place, ...(fact.unit === undefined ? {} : { unit: fact.unit }) };
  if (moved.status === 'withdrawn') return moved;
  if (moved.kind === 'transfer') return { ...moved, to: hospitalOf(moved.to, places) } satisfies TransferFact;
  return moved.kind === 'referral' ? withEarlier(moved, places) : moved;
}

function withEarlier(referral: ReferralFact, places: KnownPlaces): ReferralFact {
  if (referral.earlier === undefined) return referral;
  const earlier = referral.earlier.map((each) =>
    each.organization === undefined ? each : { ...each, organization: hospitalOf(each.organization, places) },
  );
  return { ...referral, earlier };
}

function hospitalOf(organization: OrganizationStatement, places: KnownPlaces): OrganizationStatement {
  return places.placeOf(organization.identifier)?.organization ?? organization;
}
