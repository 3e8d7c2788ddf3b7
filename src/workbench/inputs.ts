import { CSV_KIND, type CsvContent } from '../model/csv-content.js';
import type { FhirContent } from '../model/fhir-content.js';
import type { JournaledMessage, Reason, SourceMessage } from '../model/message.js';
import type { Pack } from '../map/pack.js';
import { stepsOf } from '../map/pointers.js';
import { checkBatch } from '../receive/check-batch.js';
import type { EventChecks } from '../receive/event-checks.js';
import { isRefusal } from '../receive/problem.js';
import { isBundleType, readBundle } from '../receive/read-bundle.js';
import { readBody } from '../receive/read-body.js';
import { readCsv } from '../receive/read-csv.js';
import { readResourceBody } from '../receive/read-resource-body.js';
import { messageOfBundle, messageOfResource } from '../receive/resource-message.js';
import type { Instant } from '../support/clock.js';
import { contentHash } from '../support/ids.js';

/** A message as the journal would keep it, and where in its file it stood: empty, `/3` of a batch, `/line/3` of a CSV file. */
export interface Input {
  readonly at: string;
  readonly message: JournaledMessage;
}

/** What a file holds for a pack: messages, and what the door would refuse or leave out of it. */
export interface Inputs {
  readonly inputs: readonly Input[];
  readonly refused: readonly Reason[];
}

export interface ReadInputsOptions {
  readonly receivedAt: Instant;
  readonly checks: EventChecks;
  /** Of a file of rows, where it is another than the pack says. */
  readonly charset?: string;
}

/** The bytes of a file → messages, by the code of the door that the pack is for. Nothing of the bytes is repeated in what is refused. */
export function readInputs(bytes: Uint8Array, pack: Pack, options: ReadInputsOptions): Inputs {
  const { messages, refused } = readMessages(bytes, pack, options);
  return { inputs: inOrder(messages), refused };
}

/** One after the other, also those of several files: where nothing else does, the order says which version is newer. */
export function inOrder(inputs: readonly { readonly at: string; readonly message: SourceMessage }[]): readonly Input[] {
  return inputs.map(({ at, message }, index) => ({
    at,
    message: { ...message, id: `input-${index + 1}`, seq: index + 1 },
  }));
}

interface Messages {
  readonly messages: readonly { readonly at: string; readonly message: SourceMessage }[];
  readonly refused: readonly Reason[];
}

function readMessages(bytes: Uint8Array, pack: Pack, options: ReadInputsOptions): Messages {
  switch (pack.door) {
    case 'events':
      return eventsIn(bytes, options);
    case 'fhir':
      return resourcesIn(bytes, pack.name, options);
    case 'csv':
      return rowsIn(bytes, pack, options);
  }
}

function eventsIn(bytes: Uint8Array, { receivedAt, checks }: ReadInputsOptions): Messages {
  const body = readBody(bytes, 'either');
  if (isRefusal(body)) return refusedWhole(body.detail);
  const checked = checkBatch(body, checks, { now: () => receivedAt });
  return {
    messages: checked.flatMap((each) => ('message' in each ? [{ at: each.path, message: each.message }] : [])),
    refused: checked.flatMap((each) => ('faults' in each ? each.faults.map(refusal) : [])),
  };
}

function resourcesIn(bytes: Uint8Array, source: string, { receivedAt }: ReadInputsOptions): Messages {
  const read = readResourceBody(bytes, 'application/fhir+json');
  if ('status' in read) return refusedWhole(...read.issues.map(({ diagnostics }) => diagnostics));
  const { resource } = read;
  if (resource.resourceType !== 'Bundle')
    return { messages: [{ at: '', message: messageOfResource(source, resource, receivedAt) }], refused: [] };
  if (!isBundleType(resource['type'])) return refusedWhole('Bundle.type is no Bundle type of FHIR R4.');
  const { content, leftOut } = readBundle(resource);
  return {
    messages: [{ at: '', message: messageOfBundle(source, resource, content, receivedAt) }],
    refused: leftOut.map(({ diagnostics, expression }) =>
      refusal({ path: expression?.[0] ?? '', message: diagnostics }),
    ),
  };
}

function rowsIn(
  bytes: Uint8Array,
  pack: Extract<Pack, { door: 'csv' }>,
  { receivedAt, charset }: ReadInputsOptions,
): Messages {
  const read = readCsv(bytes, charset, pack.takes);
  if ('fault' in read) return refusedWhole(read.fault);
  const kind = `${CSV_KIND}${pack.name}/${read.table.name}`;
  return {
    messages: read.rows.map(({ line, row }) => {
      const content: CsvContent = { table: read.table.name, row };
      const hash = contentHash(content);
      const message = {
        source: pack.source ?? pack.name,
        messageKey: hash,
        kind,
        receivedAt,
        content,
        contentHash: hash,
      };
      return { at: `/line/${line}`, message };
    }),
    refused: read.faults.map(refusal),
  };
}

function refusedWhole(...messages: readonly string[]): Messages {
  return { messages: [], refused: messages.map((message) => refusal({ path: '', message })) };
}

function refusal({ path, message }: { readonly path: string; readonly message: string }): Reason {
  return { code: 'refused', path, message };
}

/**
 * Where in the file a place in a message's content is, as a person would look for it: FHIRPath in a resource, a JSON Pointer in an
 * event or a row. Undefined: it is nothing that the file says.
 */
export function placeInFile({ at, message: { kind, content } }: Input, pointer: string): string | undefined {
  if (kind.startsWith(CSV_KIND)) return pointer.startsWith('/row/') ? `${at}${pointer}` : undefined;
  const [first, index = '', part, ...steps] = stepsOf(pointer);
  if (first !== 'entries' || !isFhir(content)) return `${at}${pointer}`;
  const entry = content.entries[Number(index)];
  if (entry === undefined || part !== 'resource') return undefined;
  return entry.place + steps.map((step) => (/^\d+$/.test(step) ? `[${step}]` : `.${step}`)).join('');
}

function isFhir(content: unknown): content is FhirContent {
  return Array.isArray((Object(content) as Partial<FhirContent>).entries);
}
