import type { HumanName, Organization, Patient } from 'fhir/r4.js';
import type { Composition } from './composition.js';

/** The Patient, once anything refers to it, and the Patients that turned out to be the same person. */
export function composePatient(composition: Composition): void {
  const { record, person } = composition.input;
  const key = `Patient|${record.id}`;
  if (!composition.usesPatient && composition.known(key) === undefined) return;
  composeFormerPatients(composition);
  if (composition.sourcePatientId !== undefined || record.onTarget !== 'ours') return;
  const patient: Patient = {
    resourceType: 'Patient',
    identifier: [...record.identifiers]
      .sort((a, b) => (`${a.system}|${a.value}` < `${b.system}|${b.value}` ? -1 : 1))
      .map(({ system, value }) => ({ system, value })),
    ...(person.name === undefined ? {} : { name: [nameOf(person.name)] }),
    ...(person.gender === undefined ? {} : { gender: person.gender as NonNullable<Patient['gender']> }),
    ...(person.birthDate === undefined ? {} : { birthDate: person.birthDate }),
    ...(person.deceasedOn === undefined ? {} : { deceasedDateTime: person.deceasedOn }),
  };
  composition.add(key, 'Patient', record.resourceId, patient, []);
}

/** FHIR has no empty lists: who has no given name is told without. */
function nameOf({ family, given }: { readonly family: string; readonly given: readonly string[] }): HumanName {
  return { family, ...(given.length === 0 ? {} : { given: [...given] }) };
}

/** Patients of ours that turned out to be this one, and ours where the source has its own on the server. */
function composeFormerPatients(composition: Composition): void {
  const { record } = composition.input;
  const current = composition.sourcePatientId ?? record.resourceId;
  for (const { key, type, id } of record.resources.values()) {
    const former = record.formerResourceIds.includes(id) || id === record.resourceId;
    if (type !== 'Patient' || id === current || !former) continue;
    const replaced: Patient = {
      resourceType: 'Patient',
      active: false,
      link: [{ other: { reference: `Patient/${current}` }, type: 'replaced-by' }],
    };
    composition.add(key, 'Patient', id, replaced, []);
  }
}

/** The organisations that something refers to. */
export function composeOrganizations(composition: Composition): void {
  const { record } = composition.input;
  for (const [key] of composition.organizationsUsed) {
    const known = record.organizations.get(key);
    if (known === undefined || known.onTarget !== 'ours') continue;
    const organization: Organization = {
      resourceType: 'Organization',
      identifier: [{ ...known.identifier }],
      ...(known.name === undefined ? {} : { name: known.name }),
    };
    composition.add(`Organization|${key}`, 'Organization', known.resourceId, organization, []);
  }
}
