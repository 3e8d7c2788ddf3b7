import type { FhirResource, Reference } from 'fhir/r4.js';
import { ADAPTER } from '../model/canonical.js';
import type { Instant } from '../support/clock.js';
import type { ExplanationTexts, PathwayDefinition } from '../model/definition.js';
import type { HeldFact, OrganizationStatement, PathwayFact, PatientFact, StandingFact } from '../model/facts.js';
import type { Derivation, Pathway } from '../model/pathway.js';
import type { PatientRecord, QuestionRow } from '../model/record.js';
import type { KnownResource } from '../model/record.js';
import { withReferences } from '../model/references.js';
import type { WantedResource, WrittenType } from '../model/resources.js';
import type { WarningState } from '../model/warning.js';
import { isTold, narrativeOf } from './narrative/narrative.js';
import { sourceIdentifier } from './terms.js';
import { definitionFor } from './definition-for.js';

/** A question with what became of it: open, answered, or gone in another way. */
export interface QuestionState {
  readonly question: QuestionRow;
  readonly state: 'open' | 'answered' | 'gone';
}

/** Everything that composition looks at. Pure: the same input gives the same resources, ids of new ones aside. */
export interface ComposeInput {
  readonly record: PatientRecord;
  readonly person: {
    readonly name?: { family: string; given: readonly string[] };
    readonly birthDate?: string;
    readonly gender?: string;
    readonly deceasedOn?: string;
  };
  readonly pathways: readonly Pathway[];
  readonly outcomes: Derivation['outcomes'];
  readonly questions: readonly QuestionState[];
  readonly warnings: readonly WarningState[];
  readonly definitionOf: (pathway: Pathway) => PathwayDefinition;
  /** All that there are: what is left of a pathway that is gone has words too. */
  readonly definitions: readonly PathwayDefinition[];
  readonly texts: ExplanationTexts;
  readonly at: Instant;
  readonly newId: () => string;
  /** Whether this installation writes what belongs to the organisation with that number. */
  readonly registersFor: (organizationNumber: string) => boolean;
  /** Whether a source's resources are on the server that is written to: then they are referred to, not copied. */
  readonly livesOnTarget: (source: string) => boolean;
}

/** The resources of one patient while they are being put together: who refers to what is known only at the end. */
export class Composition {
  readonly wanted: WantedResource[] = [];
  readonly facts: ReadonlyMap<string, StandingFact>;
  private readonly others: ReadonlyMap<string, StandingFact<PatientFact | HeldFact>>;
  private readonly organizations = new Map<string, OrganizationStatement>();
  private readonly sources = new Set<string>();
  private readonly newIds = new Map<string, string>();
  private patientUsed = false;

  constructor(readonly input: ComposeInput) {
    this.facts = new Map(input.record.facts.map((standing) => [standing.key, standing]));
    this.others = new Map([...input.record.people, ...input.record.held].map((standing) => [standing.key, standing]));
  }

  known(key: string): KnownResource | undefined {
    return this.input.record.resources.get(key);
  }

  /** The id of a resource: given before, or now. */
  idOf(key: string): string {
    const known = this.known(key)?.id ?? this.newIds.get(key);
    if (known !== undefined) return known;
    const id = this.input.newId();
    this.newIds.set(key, id);
    return id;
  }

  add(
    key: string,
    type: WrittenType,
    id: string,
    content: FhirResource,
    messageIds: readonly string[],
    factKey?: string,
  ): void {
    const isWritten = this.known(key)?.isWritten === true;
    const renewed = isWritten ? content : withReferences(content, (reference) => this.current(reference));
    const resource = this.told({ ...renewed, id, meta: { source: ADAPTER } });
    this.wanted.push({ key, type, id, content: resource, messageIds, ...(factKey === undefined ? {} : { factKey }) });
  }

  /** With what it says in words, made anew of what it says in elements. */
  private told(resource: FhirResource): FhirResource {
    if (!isTold(resource)) return resource;
    return { ...resource, text: narrativeOf(resource, this.input.texts, definitionFor(resource, this.input)) };
  }

  /**
   * A reference as it is written today: what was wanted before may name a hospital or the patient by an id that they have no more,
   * since they were found on the server before anything of that id was written.
   */
  private current(reference: Reference): Reference {
    const { record } = this.input;
    const { reference: name = '', identifier } = reference;
    const [type, id = ''] = name.split('/');
    if (type === 'Organization') {
      const known = record.organizations.get(`${identifier?.system ?? ''}|${identifier?.value ?? ''}`);
      return known === undefined ? reference : this.organizationReference(known);
    }
    const ids = [record.resourceId, this.sourcePatientId, ...record.formerResourceIds];
    return type !== 'Patient' || ids.includes(id) ? reference : this.patientReference();
  }

  patientReference(): Reference {
    this.patientUsed = true;
    return { reference: `Patient/${this.sourcePatientId ?? this.input.record.resourceId}` };
  }

  /** The Patient that a source has on the target server itself; of several the one that was spoken of last. */
  get sourcePatientId(): string | undefined {
    const { record, livesOnTarget } = this.input;
    const there = record.demographics.filter(({ source, patient }) => patient.resourceId && livesOnTarget(source));
    const newest = there.sort((a, b) => a.acceptedSeq - b.acceptedSeq).at(-1);
    return newest?.patient.resourceId;
  }

  /** The server has several Patients with the number: nothing can be written about any of them until that is mended. */
  get patientIsUnclear(): boolean {
    return this.input.record.onTarget === 'several' && this.sourcePatientId === undefined;
  }

  get usesPatient(): boolean {
    return this.patientUsed;
  }

  organizationReference(organization: OrganizationStatement): Reference {
    const { identifier } = organization;
    const key = `${identifier.system}|${identifier.value}`;
    const known = this.input.record.organizations.get(key);
    if (known === undefined || known.onTarget === 'several')
      return { type: 'Organization', identifier: { ...identifier } };
    this.organizations.set(key, organization);
    return { reference: `Organization/${known.resourceId}`, identifier: { ...identifier } };
  }

  get organizationsUsed(): ReadonlyMap<string, OrganizationStatement> {
    return this.organizations;
  }

  /** Refers to the resource of a fact, and has it written where it is not on the server; others are named by their source's id. */
  sourceReference(factKey: string): Reference {
    const standing = this.facts.get(factKey) ?? this.others.get(factKey);
    if (standing === undefined) return { display: 'ikke kjent lenger' };
    const { source, fact } = standing;
    if (this.isOnTarget(standing)) return { reference: `${fact.resourceType ?? ''}/${fact.businessId}` };
    const key = fact.kind === 'patient' || fact.kind === 'held' ? undefined : sourceKeyOf({ ...standing, fact });
    if (key === undefined || this.patientIsUnclear) return { identifier: sourceIdentifier(source, fact.businessId) };
    this.sources.add(factKey);
    return { reference: `${key.type}/${this.idOf(key.key)}` };
  }

  /** What a person said on one of our Tasks, or a source that lives there. */
  isOnTarget({ source, fact }: StandingFact<PathwayFact | PatientFact | HeldFact>): boolean {
    if (fact.resourceType === undefined) return false;
    return fact.resourceType === 'Task' || this.input.livesOnTarget(source);
  }

  get sourcesUsed(): ReadonlySet<string> {
    return this.sources;
  }
}

/** Referrals and attendances are resources of their own; other facts are not. */
export function sourceKeyOf({
  key,
  fact,
}: StandingFact): { type: 'ServiceRequest' | 'Encounter'; key: string } | undefined {
  if (fact.kind === 'referral') return { type: 'ServiceRequest', key: `ServiceRequest|${key}` };
  if (fact.kind === 'attendance') return { type: 'Encounter', key: `Encounter|${key}` };
  return undefined;
}

export function episodeKeyOf(episodeId: string): string {
  return `EpisodeOfCare|${episodeId}`;
}
