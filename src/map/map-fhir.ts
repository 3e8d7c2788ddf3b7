import { ADAPTER, isByAdapter } from '../model/canonical.js';
import { factKeyOf, type Fact, type HeldFact, type KeyedFact } from '../model/facts.js';
import type { Deletion, FhirContent, FhirEntry, InboundResource, References } from '../model/fhir-content.js';
import type { Reason } from '../model/message.js';
import type { MissingCode, SaidResource } from '../model/record.js';
import { missingIn } from './concept-map.js';
import { factKindOf, factOf } from './fact-of.js';
import { versionOfArrival, versionOfResource, type Arrival } from './fact-version.js';
import { faultsOfEvents, reasonOf } from './fault-reason.js';
import { atHospital } from './hospital-of.js';
import type { DataCheck } from './map-message.js';
import type { KnownPlaces } from './organization-table.js';
import { faultsIn } from './map-events.js';
import type { CanonicalEvent, Evaluation, FhirPack, MappingFault } from './pack.js';
import { stepsOf } from './pointers.js';
import { ResourceFunctions, type Found, type Hold } from './resource-functions.js';
import { withPathwayOfUnit } from './unit-pathway.js';
import { answerOn, isOwnTask } from './task-answer.js';

export interface FhirMessage extends Arrival {
  readonly source: string;
  readonly content: FhirContent;
  readonly references: References;
}

/** What came of each resource: facts of the good ones, reasons of those refused, holds of those that wait. */
export interface MappedResources {
  readonly facts: readonly KeyedFact[];
  readonly reasons: readonly Reason[];
  readonly holds: readonly Hold[];
  readonly missing: readonly MissingCode[];
  /** The people and organisations (and what leads to them) among the resources: later messages may refer to them. */
  readonly said: readonly SaidResource[];
}

/** Maps every resource of a message by itself: one that is wrong or waits takes no other down. */
export async function mapFhir(
  message: FhirMessage,
  pack: FhirPack,
  places: KnownPlaces,
  checkData: DataCheck,
): Promise<MappedResources> {
  const source = pack.source ?? message.source;
  const all: MappedResources[] = [];
  for (const entry of message.content.entries) {
    if (entry.deleted !== undefined) all.push(deletion(entry.deleted, source, message, pack));
    else all.push(await mapEntry(entry, { ...message, source }, pack, places, checkData));
  }
  return {
    facts: withoutRepetition(all.flatMap(({ facts }) => facts)),
    reasons: all.flatMap(({ reasons }) => reasons),
    holds: all.flatMap(({ holds }) => holds),
    missing: all.flatMap(({ missing }) => missing),
    said: message.content.entries.flatMap((entry) => saidIn(entry, message)),
  };
}

const REFERRED_TO = ['Patient', 'Organization', 'PractitionerRole', 'Encounter', 'ServiceRequest', 'EpisodeOfCare'];

function saidIn({ resource }: FhirEntry, arrival: Arrival): SaidResource[] {
  if (resource?.id === undefined || !REFERRED_TO.includes(resource.resourceType)) return [];
  return [{ resource, version: versionOfResource(resource, arrival).version }];
}

const NOTHING: MappedResources = { facts: [], reasons: [], holds: [], missing: [], said: [] };

/** A deletion is the version that its source says, else as new as its arrival. */
function deletion(
  { type, id, lastUpdated, versionId }: Deletion,
  source: string,
  arrival: Arrival,
  { types }: FhirPack,
): MappedResources {
  if (!types.includes(type)) return NOTHING;
  const key = factKeyOf({ source, kind: type, businessId: id });
  const meta = {
    ...(lastUpdated === undefined ? {} : { lastUpdated }),
    ...(versionId === undefined ? {} : { versionId }),
  };
  const { version, byArrival } = versionOfResource({ meta }, arrival);
  return {
    ...NOTHING,
    facts: [{ key, fact: { kind: 'nothing', status: 'withdrawn', businessId: id, version }, byArrival }],
  };
}

async function mapEntry(
  entry: FhirEntry,
  message: FhirMessage,
  pack: FhirPack,
  places: KnownPlaces,
  checkData: DataCheck,
): Promise<MappedResources> {
  const resource = entry.resource ?? (entry.toRead && message.references[`${entry.toRead.type}/${entry.toRead.id}`]);
  if (resource === undefined) return unread(entry, message);
  if (isOwnTask(resource)) return answered(resource, message);
  if (!pack.types.includes(resource.resourceType) || isByAdapter(resource.meta?.source)) return NOTHING;
  const { version, byArrival } = versionOfResource(resource, message);
  const { source, references } = message;
  const functions = new ResourceFunctions({ resource, place: entry.place, source, references, places });
  const id = resource.id ?? entry.fullUrl ?? version;
  const result = await pack.canonicalOf({ resource, id, source, version, settings: pack.settings }, functions.bindings);
  const key = factKeyOf({ source, kind: resource.resourceType, businessId: id });
  const [hold] = functions.holds;
  if (hold !== undefined) {
    const { resourceType } = resource;
    const fact = heldFact(hold, { businessId: id, version, resourceType }, functions.found);
    return { ...NOTHING, facts: [{ key, fact, byArrival }], holds: functions.holds };
  }
  const faults = 'faults' in result ? result.faults : await faultsInAll(result, checkData);
  if (faults.length > 0 || 'faults' in result) {
    const reasons = faults.map((fault) => {
      const reason = reasonOf(fault, (path) => placeIn(entry, path));
      return reason.path === '' ? { ...reason, path: entry.place } : reason;
    });
    return { ...NOTHING, reasons, missing: missingIn(faults) };
  }
  const facts = result.events.map((event) =>
    withPathwayOfUnit(atHospital(asFact(event, resource, functions.patientId), places), pack.settings),
  );
  const none: Fact = { kind: 'nothing', status: 'withdrawn', businessId: id, version };
  return { ...NOTHING, facts: (facts.length === 0 ? [none] : facts).map((fact) => ({ key, fact, byArrival })) };
}

/** What a notification named and could not be read yet. */
function unread({ place, toRead }: FhirEntry, arrival: Arrival & { readonly source: string }): MappedResources {
  const { type, id } = toRead ?? { type: '', id: '' };
  const key = factKeyOf({ source: arrival.source, kind: type, businessId: id });
  const hold: Hold = { code: 'unresolved-reference', path: place, reference: `${type}/${id}` };
  const fact = heldFact(hold, { businessId: id, version: versionOfArrival(arrival), resourceType: type });
  return { ...NOTHING, facts: [{ key, fact, byArrival: true }], holds: [hold] };
}

type Named = Pick<HeldFact, 'businessId' | 'version' | 'resourceType'>;

function heldFact({ code, path }: Hold, named: Named, { person, place }: Partial<Found> = {}): HeldFact {
  const patient = person === undefined ? {} : { patient: person };
  return { kind: 'held', status: 'active', ...named, reason: code, path, ...patient, ...place };
}

/** What a person put on a Task of ours is a fact of the Task, whatever door it came by. */
function answered(task: InboundResource, arrival: Arrival): MappedResources {
  const businessId = task.id ?? '';
  const { version, byArrival } = versionOfResource(task, arrival);
  const says = answerOn(task);
  const fact: Fact =
    says === undefined
      ? { kind: 'nothing', status: 'withdrawn', businessId, version }
      : { kind: 'answer', status: 'active', businessId, version, says };
  return { ...NOTHING, facts: [{ key: factKeyOf({ source: ADAPTER, kind: 'Task', businessId }), fact, byArrival }] };
}

async function faultsInAll(
  evaluation: Extract<Evaluation, { events: unknown }>,
  checkData: DataCheck,
): Promise<readonly MappingFault[]> {
  const { events, file, madeBy } = evaluation;
  if (events.length > 1) {
    const place = await madeBy?.('/1/type');
    const fault = { code: 'mapping', path: '', message: 'a resource says one fact at most' };
    return [{ ...fault, ...(file === undefined ? {} : { file }), ...(place === undefined ? {} : { place }) }];
  }
  return faultsOfEvents(evaluation, (event) => faultsIn(event, checkData));
}

/** As FHIRPath. The expression is given more than the resource. */
function placeIn({ place }: FhirEntry, path: string): string | undefined {
  const [first, ...steps] = stepsOf(path);
  if (first !== 'resource') return undefined;
  return place + steps.map((step) => (/^\d+$/.test(step) ? `[${step}]` : `.${step}`)).join('');
}

function asFact(
  { type, data, notes = [] }: CanonicalEvent,
  { resourceType }: InboundResource,
  patientId?: string,
): Fact {
  const kind = factKindOf(type);
  if (kind === undefined) throw new Error('An event type that was checked names a fact');
  const said = data as Readonly<Record<string, unknown>>;
  const resourceId = patientId === undefined ? {} : { resourceId: patientId };
  return {
    ...factOf(kind, { ...said, patient: { ...(said['patient'] as object), ...resourceId } }),
    resourceType,
    ...(notes.length === 0 ? {} : { notes }),
  } as Fact;
}

/** The same resource may stand in a Bundle more than once; of one key the last version in it is enough. */
function withoutRepetition(facts: readonly KeyedFact[]): KeyedFact[] {
  return [...new Map(facts.map((each) => [JSON.stringify([each.key, each.fact.version]), each])).values()];
}
