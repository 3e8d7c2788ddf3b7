import type { Fact } from '../model/facts.js';
import type { Settings } from './pack.js';

/** The note that explains it. */
const NOTE = 'pathway-of-the-unit';

/**
 * A referral that is marked as a cancer pathway, but not which one, and not assessed yet: received by a unit that works up only one
 * pathway, it is for that one. CONTRACT 3, `mark`.
 */
export function withPathwayOfUnit(fact: Fact, { units = [] }: Settings): Fact {
  if (fact.kind !== 'referral' || fact.status !== 'active') return fact;
  if (fact.mark !== 'unspecified' || fact.assessment !== undefined) return fact;
  const at = [fact.unit, fact.organization].flatMap((place) => place?.identifier ?? []);
  const found = units.find(
    ({ identifier, pathway }) =>
      pathway !== undefined &&
      at.some(({ system, value }) => system === identifier.system && value === identifier.value),
  );
  if (found?.pathway === undefined) return fact;
  return { ...fact, mark: found.pathway, notes: [...(fact.notes ?? []), NOTE] };
}
