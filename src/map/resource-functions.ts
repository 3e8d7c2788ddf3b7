import type { HeldFact, Identifier, OrganizationStatement, PatientStatement } from '../model/facts.js';
import type { InboundResource, References } from '../model/fhir-content.js';
import type { Place } from '../model/organization-table.js';
import type { KnownPlaces } from './organization-table.js';
import type { Bindings } from './pack.js';
import { personIn, personOf } from './person-of.js';
import { identifiersIn, placeOf, type PlaceOptions } from './place-of.js';
import { idIn, readReference, referencesOf, typeOf, type FhirReference, type FoundResource } from './references.js';
import { organizationNamed, senderOf } from './sender-of.js';

export interface ResourceContext {
  readonly resource: InboundResource;
  readonly place: string;
  readonly source: string;
  readonly references: References;
  readonly places: KnownPlaces;
}

const VERSION = /\/_history\/[^/]*$/;

/** The names that the functions below are called by. */
export const RESOURCE_FUNCTIONS = [
  'patientOf',
  'placeOf',
  'organizationOf',
  'senderOf',
  'read',
  'idOf',
  'ofType',
  'identifierOf',
  'numbersOf',
] as const;

/** What a resource waits for until it can be mapped. */
export interface Hold {
  readonly code: HeldFact['reason'];
  readonly path: string;
  /** What could not be followed, or leads to no hospital; empty: it names no resource. */
  readonly reference: string;
}

/** Whom and where the resource is about, as far as it was found. */
export interface Found {
  readonly person?: PatientStatement;
  readonly place?: Place;
}

/**
 * The functions an expression may call about the resource it maps (README). Each takes a Reference or a list of them. What
 * `$patientOf`, `$placeOf` and `$organizationOf` cannot find is noted in `holds`, and the resource waits, unless `false` comes behind.
 */
export class ResourceFunctions {
  readonly holds: Hold[] = [];
  found: Found = {};
  /** The id of the Patient resource that the person was read from. */
  patientId: string | undefined;

  private readonly resource: InboundResource;
  private readonly options: PlaceOptions;

  constructor(private readonly context: ResourceContext) {
    const { resource, references, places } = context;
    this.resource = resource;
    this.options = {
      read: (reference, holder) => readReference(reference, holder, references),
      typeOf: (reference, holder) => typeOf(reference, holder, references),
      known: places,
    };
  }

  readonly bindings: Record<(typeof RESOURCE_FUNCTIONS)[number], Bindings[string]> = {
    patientOf: (value, waits) => this.patientOf(value, waits !== false),
    placeOf: (value, waits) => this.placeOf(referencesOf(value), waits !== false),
    organizationOf: (value, waits) => this.organizationOf(referencesOf(value), waits !== false),
    senderOf: (value) => {
      const [sender] = referencesOf(value);
      return sender === undefined ? undefined : senderOf(sender, this.resource, this.options);
    },
    read: (value) => referencesOf(value).flatMap((reference) => this.read(reference)?.resource ?? [])[0],
    idOf: (value, type) => referencesOf(value).flatMap((reference) => this.idOf(reference, String(type)) ?? [])[0],
    ofType: (value, type) =>
      referencesOf(value).filter((reference) => this.options.typeOf(reference, this.resource) === type),
    identifierOf: (value, ...systems) => this.identifierOf(referencesOf(value), systems.flat()),
    numbersOf: (value) => referencesOf(value).flatMap((reference) => this.numbersOf(reference)),
  };

  private read(reference: FhirReference) {
    return this.options.read(reference, this.resource);
  }

  private idOf(reference: FhirReference, type: string): string | undefined {
    return idIn(reference, type, this.resource, this.context.references);
  }

  /** Of the Patient that is mapped itself, or of the one that is referred to. */
  private patientOf(value: unknown, waits: boolean): PatientStatement | undefined {
    if (value === this.resource) {
      this.patientId = this.resource.id;
      return personOf(this.resource, this.context.source, this.resource.id);
    }
    const [reference] = referencesOf(value);
    if (reference === undefined) return undefined;
    const person = this.personBy(reference);
    if (person === undefined) {
      this.hold(waits, 'unresolved-reference', reference.reference ?? '');
      return undefined;
    }
    this.patientId = this.patientIdBy(reference);
    this.found = { ...this.found, person };
    return person;
  }

  private personBy(reference: FhirReference): PatientStatement | undefined {
    const found = this.read(reference);
    return found === undefined ? personIn(reference) : personOf(found.resource, this.context.source, idOutside(found));
  }

  /** The id of a Patient on the source's own server: one elsewhere may have the id of somebody else. */
  private patientIdBy(reference: FhirReference): string | undefined {
    const found = this.read(reference);
    if (found !== undefined) return idOutside(found);
    return reference.reference?.startsWith('Patient/') === true ? this.idOf(reference, 'Patient') : undefined;
  }

  private placeOf(
    references: readonly FhirReference[],
    waits: boolean,
  ): (Place & { readonly identifiers: readonly Identifier[] }) | undefined {
    const found = placeOf(references, this.resource, this.options);
    if (found === undefined) return undefined;
    if ('place' in found) {
      this.found = { place: found.place, ...this.found };
      const { unit } = found.place;
      return { ...found.place, identifiers: [...(unit === undefined ? [] : [unit.identifier]), ...found.identifiers] };
    }
    this.hold(waits, found.missing, found.reference);
    return undefined;
  }

  /** The hospital, else the organisation just as it is named. */
  private organizationOf(references: readonly FhirReference[], waits: boolean): OrganizationStatement | undefined {
    const [reference] = references;
    const named = reference && organizationNamed(reference, this.read(reference));
    return this.placeOf(references, waits && named === undefined)?.organization ?? named;
  }

  /** The value of an identifier of one of the systems: of the reference itself, else of what it means. */
  private identifierOf(references: readonly FhirReference[], systems: readonly unknown[]): string | undefined {
    const said = references.flatMap((reference) => [reference, this.read(reference)?.resource ?? {}]);
    return said.flatMap(identifiersIn).find(({ system }) => systems.includes(system))?.value;
  }

  /** The numbers of a person, as far as they are known. */
  private numbersOf(reference: FhirReference): readonly Identifier[] {
    const isPatient = this.options.typeOf(reference, this.resource) === 'Patient';
    return (isPatient ? this.personBy(reference) : undefined)?.identifier ?? [];
  }

  private hold(waits: boolean, code: Hold['code'], reference: string): void {
    // Any version will do: it is waited for by the name that it has in all of them.
    if (waits) this.holds.push({ code, path: this.context.place, reference: reference.replace(VERSION, '') });
  }
}

/** What is contained has no id that means anything outside. */
function idOutside({ resource, holder }: FoundResource): string | undefined {
  return resource === holder ? resource.id : undefined;
}
