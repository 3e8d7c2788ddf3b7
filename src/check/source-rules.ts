import type { Encounter, FhirResource, Patient } from 'fhir/r4.js';
import { isByAdapter } from '../model/canonical.js';
import { SYSTEMS } from './systems.js';

/** The rules of profiles/fsh/rules.fsh and sources.fsh, each by the name it has there. */

export function byTheAdapter({ meta }: FhirResource): boolean {
  return isByAdapter(meta?.source);
}

const TELEPHONE = '185317003';
const IMAGING = '363679005';

export function typeOfTheClass({ type = [], class: { code } }: Encounter): boolean {
  const codings = type.flatMap(({ coding = [] }) => coding).filter(({ system }) => system === SYSTEMS.snomed);
  const is = (one: string) => codings.some((each) => each.code === one);
  return (!is(TELEPHONE) || code === 'VR') && (!is(IMAGING) || code === 'AMB');
}

export function numberedOrReplaced({ identifier = [], active, link = [] }: Patient): boolean {
  return link.length > 0 ? active === false : identifier.length > 0;
}

export function dayOfDeath({ deceasedDateTime }: Patient): boolean {
  return deceasedDateTime === undefined || deceasedDateTime.length === 'YYYY-MM-DD'.length;
}
