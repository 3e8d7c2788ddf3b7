import { CSV_KIND, type CsvContent } from '../model/csv-content.js';
import type { KeyedFact } from '../model/facts.js';
import { FHIR_KIND, type FhirContent, type References } from '../model/fhir-content.js';
import type { Fault, JournaledMessage, Reason } from '../model/message.js';
import type { MissingCode, SaidResource } from '../model/record.js';
import { versionOfArrival } from './fact-version.js';
import { mapEvents } from './map-events.js';
import { mapFhir } from './map-fhir.js';
import { csvPackNamed, fhirPackNamed, packFor } from './open-pack.js';
import type { KnownPlaces } from './organization-table.js';
import type { Pack } from './pack.js';
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
  /** Codes that its pack has no target for: what needs them waits too. */
  readonly missing: readonly MissingCode[];
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
  const { source } = message;
  const pack = packOf(message, options);
  const nothing = { facts: [], reasons: [], holds: [], missing: [], said: [] };
  if (pack === undefined) return { ...nothing, source, reasons: [NO_PACK], pack: '', packVersion: '' };
  const made = { ...nothing, source: pack.source ?? source, pack: pack.name, packVersion: pack.version };
  return { ...made, ...(await mapWith(pack, made.source, message, options)) };
}

const NO_PACK: Reason = { code: 'no-pack', path: '', message: 'no mapping pack takes this kind of message' };

function packOf(
  { source, kind }: Pick<JournaledMessage, 'source' | 'kind'>,
  { packs, packNameOf }: MapOptions,
): Pack | undefined {
  if (kind.startsWith(FHIR_KIND)) return fhirPackNamed(packs, packNameOf(source) ?? source);
  if (kind.startsWith(CSV_KIND)) return csvPackNamed(packs, kind.slice(CSV_KIND.length).replace(/\/[^/]*$/, ''));
  return packFor(packs, kind);
}

async function mapWith(
  pack: Pack,
  source: string,
  message: Parameters<typeof mapMessage>[0],
  { places, checkData }: MapOptions,
): Promise<Partial<Mapped>> {
  const { kind, content, receivedAt, seq, references = {} } = message;
  const { settings } = pack;
  switch (pack.door) {
    case 'events':
      return mapEvents(await pack.canonicalOf(kind, content), {
        source,
        settings,
        places,
        checkData,
        placeInMessage: (path) => path,
      });
    case 'csv': {
      const arrival = versionOfArrival({ receivedAt, seq });
      const { table, row } = content as CsvContent;
      const evaluation = await pack.canonicalOf({ table, row, source, version: arrival, settings });
      // The expression is given more than the row.
      const placeInMessage = (path: string) => (path.startsWith('/row/') ? path : undefined);
      return mapEvents(evaluation, { source, settings, places, checkData, arrival, placeInMessage });
    }
    case 'fhir': {
      const resources = { source: message.source, receivedAt, seq, content: content as FhirContent, references };
      return mapFhir(resources, pack, places, checkData);
    }
  }
}
