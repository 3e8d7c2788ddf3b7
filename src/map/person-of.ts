import type { PatientStatement } from '../model/facts.js';
import type { InboundResource } from '../model/fhir-content.js';
import { isDay } from '../support/dates.js';
import { identifiersIn } from './place-of.js';
import type { FhirReference } from './references.js';
import { sourceUri } from '../model/canonical.js';

const GENDERS = ['male', 'female', 'other', 'unknown'];

/**
 * What a Patient resource says of the person, death aside (that is a fact of its own). One without any number is known by its
 * id at the source; an id is never used beside numbers, since ids of one Bundle may mean somebody else in the next. `idAtSource` is
 * absent where the resource is contained in another: what it is called there means nobody outside.
 */
export function personOf(patient: InboundResource, source: string, idAtSource?: string): PatientStatement | undefined {
  if (patient.resourceType !== 'Patient') return undefined;
  const numbers = identifiersIn(patient);
  const own = idAtSource === undefined ? [] : [{ system: `${sourceUri(source)}/Patient`, value: idAtSource }];
  const identifier = numbers.length > 0 ? numbers : own;
  if (identifier.length === 0) return undefined;
  const { gender, birthDate } = patient;
  const name = nameOf(patient);
  return {
    identifier,
    ...(name === undefined ? {} : { name }),
    ...(typeof birthDate === 'string' && isDay(birthDate) ? { birthDate } : {}),
    ...(typeof gender === 'string' && GENDERS.includes(gender)
      ? { gender: gender as NonNullable<PatientStatement['gender']> }
      : {}),
  };
}

/** A reference that names the person by a number alone. */
export function personIn(reference: FhirReference): PatientStatement | undefined {
  const identifier = identifiersIn(reference);
  return identifier.length === 0 ? undefined : { identifier };
}

interface HumanName {
  readonly use?: unknown;
  readonly family?: unknown;
  readonly given?: unknown;
}

function nameOf(patient: InboundResource): PatientStatement['name'] {
  const names = (Array.isArray(patient['name']) ? patient['name'] : []) as HumanName[];
  const name = names.find(({ use }) => use === 'official') ?? names.find(({ use }) => use !== 'old') ?? names[0];
  const { family, given } = Object(name) as HumanName;
  if (typeof family !== 'string' || family === '') return undefined;
  const all: unknown[] = Array.isArray(given) ? given : [];
  return { family, given: all.filter((each): each is string => typeof each === 'string' && each !== '') };
}
