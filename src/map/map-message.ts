import { factKeyOf, type Fact, type KeyedFact } from '../model/facts.js';
import { FHIR_KIND, type FhirContent, type References } from '../model/fhir-content.js';
import type { Fault, JournaledMessage, Reason } from '../model/message.js';
import type { SaidResource } from '../model/record.js';
import { factKindOf, factOf } from './fact-of.js';
import { atHospital } from './hospital-of.js';
import { mapFhir } from './map-fhir.js';
import { fhirPackNamed, packFor } from './open-pack.js';
import type { KnownPlaces } from './organization-table.js';
import type { CanonicalEvent, EventPack, Pack } from './pack.js';
import type { Hold } from './resource-functions.js';

/** Checks canonical data against the schema of its type; no faults: it is well-formed. */
export type DataCheck = (type: string, data: unknown) => readonly Fault[];

export interface MapOptions {
  readonly packs: readonly Pack[];
  readonly places: KnownPlaces;
  /** The pack for what a source says in FHIR; undefined: it has none. */
  readonly packNameOf: (source: string) => string | undefined;
  readonly checkData: DataCheck;
}

/**
 * What came of a message. With `reasons` some of it was refused (it can be replayed once the pack knows better), with `holds` some
 * of it waits; what could be mapped counts all the same.
 */
export interface Mapped {
  /** The source that the facts are said by. */
  readonly source: string;
  readonly facts: readonly KeyedFact[];
  readonly reasons: readonly Reason[];
  readonly holds: readonly Hold[];
  /** Resources that later messages may refer to. */
  readonly said: readonly SaidResource[];
  readonly pack: string;
  readonly packVersion: string;
}

/**
 * The facts a message says, by the pack that takes it, or everything that could not be mapped, each with its place. What an
 * expression returns is checked like what comes by the door: an expression that finds nothing is an error, not a silence.
 */
export async function mapMessage(
  message: Pick<JournaledMessage, 'kind' | 'content' | 'source' | 'receivedAt' | 'seq'> & { references?: References },
  options: MapOptions,
): Promise<Mapped> {
  const { source, kind, content, references = {} } = message;
  const resources = kind.startsWith(FHIR_KIND);
  const pack = resources
    ? fhirPackNamed(options.packs, options.packNameOf(source) ?? source)
    : packFor(options.packs, kind);
  const nothing = { facts: [], reasons: [], holds: [], said: [] };
  if (pack === undefined) return { ...nothing, source, reasons: [NO_PACK], pack: '', packVersion: '' };
  const made = { source: pack.source ?? source, pack: pack.name, packVersion: pack.version };
  if (pack.door === 'events') return { ...made, ...nothing, ...(await mapEvent(made.source, message, pack, options)) };
  const { receivedAt, seq } = message;
  const resourceMessage = { source, receivedAt, seq, content: content as FhirContent, references };
  return { ...made, ...(await mapFhir(resourceMessage, pack, options.places, options.checkData)) };
}

const NO_PACK: Reason = { code: 'no-pack', path: '', message: 'no mapping pack takes this kind of message' };

async function mapEvent(
  source: string,
  { kind, content }: Pick<JournaledMessage, 'kind' | 'content'>,
  pack: EventPack,
  { checkData, places }: MapOptions,
): Promise<Pick<Mapped, 'facts'> | Pick<Mapped, 'reasons'>> {
  const result = await pack.canonicalOf(kind, content);
  if ('faults' in result) return { reasons: result.faults.map(({ code, path, message }) => ({ code, path, message })) };
  const reasons = result.events.flatMap((event, index) => faultsIn(event, index, checkData));
  if (reasons.length > 0) return { reasons };
  const facts = result.events.map((event) => atHospital(factFrom(event), places));
  return {
    facts: facts.map((fact) => ({ key: factKeyOf({ source, kind: fact.kind, businessId: fact.businessId }), fact })),
  };
}

function factFrom({ type, data, notes = [] }: CanonicalEvent): Fact {
  const kind = factKindOf(type);
  if (kind === undefined) throw new Error('An event type that was checked names a fact');
  const fact = factOf(kind, data as Readonly<Record<string, unknown>>);
  return notes.length === 0 ? fact : ({ ...fact, notes } as Fact);
}

function faultsIn({ type, data }: CanonicalEvent, index: number, checkData: DataCheck): Reason[] {
  if (factKindOf(type) === undefined) {
    return [
      { code: 'mapping', path: `/${index}/type`, message: 'is not the type of a canonical event that holds a fact' },
    ];
  }
  return checkData(type, data).map(({ path, message }) => ({ code: 'mapping', path: `/${index}${path}`, message }));
}
