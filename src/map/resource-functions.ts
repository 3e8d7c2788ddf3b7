import type { PatientStatement } from '../model/facts.js';
import type { InboundResource, References } from '../model/fhir-content.js';
import type { Place } from '../model/organization-table.js';
import type { Reason } from '../model/message.js';
import type { KnownPlaces } from './organization-table.js';
import type { Bindings } from './pack.js';
import { personIn, personOf } from './person-of.js';
import { placeOf } from './place-of.js';
import { idIn, readReference, referencesOf, type FhirReference } from './references.js';

export interface ResourceContext {
  readonly resource: InboundResource;
  readonly place: string;
  readonly source: string;
  readonly references: References;
  readonly places: KnownPlaces;
}

/** What a resource waits for until it can be mapped: the reason, and the reference that could not be followed. */
export interface Hold extends Reason {
  readonly reference?: string;
}

/**
 * The functions an expression may call about the resource it maps; each takes a Reference or a list of them.
 * `$patientOf`: what is said of the person. `$placeOf`: `{ organization, unit? }`. `$read`: the resource. `$idOf(reference, type)`:
 * the id alone, seen or not. What `$patientOf` and `$placeOf` cannot find is noted in `holds`: the resource then waits.
 */
export class ResourceFunctions {
  readonly holds: Hold[] = [];
  /** The id of the Patient resource that the person was read from. */
  patientId: string | undefined;

  constructor(private readonly context: ResourceContext) {}

  readonly bindings: Bindings = {
    patientOf: (value) => this.patientOf(referencesOf(value)),
    placeOf: (value) => this.placeOf(referencesOf(value)),
    read: (value) => referencesOf(value).flatMap((reference) => this.read(reference) ?? [])[0],
    idOf: (value, type) =>
      referencesOf(value).flatMap(
        (reference) => idIn(reference, String(type), this.context.resource, this.context.references) ?? [],
      )[0],
  };

  private read(reference: FhirReference): InboundResource | undefined {
    return readReference(reference, this.context.resource, this.context.references);
  }

  private patientOf([reference]: readonly FhirReference[]): PatientStatement | undefined {
    if (reference === undefined) return undefined;
    const patient = this.read(reference);
    const person = patient === undefined ? personIn(reference) : personOf(patient, this.context.source);
    if (person === undefined) this.hold('unresolved-reference', reference.reference ?? '');
    else this.patientId = idIn(reference, 'Patient', this.context.resource, this.context.references);
    return person;
  }

  /** The first that leads to a hospital; if none does, why the first does not. */
  private placeOf(references: readonly FhirReference[]): Place | undefined {
    const found = references.map((reference) => placeOf(reference, (each) => this.read(each), this.context.places));
    for (const each of found) if ('place' in each) return each.place;
    for (const each of found.slice(0, 1)) if ('missing' in each) this.hold(each.missing, each.reference);
    return undefined;
  }

  private hold(code: 'unresolved-reference' | 'unknown-organization', reference: string): void {
    const message =
      code === 'unresolved-reference'
        ? 'what it refers to could not be read yet'
        : 'what it refers to leads to no hospital that is known by number';
    this.holds.push({ code, path: this.context.place, message, reference });
  }
}
