import { MESSAGE_STATUSES } from './parameters.js';

type Schema = Readonly<Record<string, unknown>>;

const text = { type: 'string' } as const;
const schemaRef = (name: string): Schema => ({ $ref: `#/components/schemas/${name}` });
const object = (properties: Schema, required: readonly string[], description?: string): Schema => ({
  type: 'object',
  properties,
  required,
  ...(description === undefined ? {} : { description }),
});
const listOf = (items: Schema): Schema => ({ type: 'array', items });

/** The schemas of the answers; those of the events come from `profiles/events`. */
export function apiSchemas(): Schema {
  return {
    Fault: object(
      { path: { ...text, description: 'JSON Pointer into the request.' }, message: text },
      ['path', 'message'],
      'What is wrong with one place. Holds nothing that was sent.',
    ),
    Problem: object(
      {
        type: text,
        title: text,
        status: { type: 'integer' },
        detail: text,
        errors: listOf(schemaRef('Fault')),
      },
      ['type', 'title', 'status', 'detail', 'errors'],
      'RFC 9457.',
    ),
    Resource: { type: 'object', description: 'A FHIR R4 resource, in JSON.', required: ['resourceType'] },
    OperationOutcome: { type: 'object', description: 'FHIR R4 OperationOutcome. Holds nothing that was sent.' },
    ...messageSchemas(),
    ...operationSchemas(),
    ...mappingSchemas(),
  };
}

function messageSchemas(): Schema {
  const reason = object({ code: text, path: text, message: text }, ['code', 'path', 'message']);
  return {
    Accepted: object(
      { messages: listOf({ oneOf: [schemaRef('Stored'), schemaRef('Refused')] }) },
      ['messages'],
      'In the order sent, after everything is on disk.',
    ),
    AcceptedRows: object(
      { table: text, messages: listOf(schemaRef('Stored')), refused: listOf(schemaRef('Fault')) },
      ['table', 'messages'],
      'One message a row that was kept, in their order; `refused` only with `Prefer: handling=lenient`.',
    ),
    Stored: object({ id: text, status: { enum: ['received', 'duplicate'] } }, ['id', 'status']),
    Refused: object(
      { status: { const: 'refused' }, errors: listOf(schemaRef('Fault')) },
      ['status', 'errors'],
      'Only in a batch sent with `Prefer: handling=lenient`.',
    ),
    Message: object(
      {
        id: text,
        source: text,
        kind: text,
        status: { enum: MESSAGE_STATUSES },
        receivedAt: { ...text, format: 'date-time' },
        reasons: listOf(reason),
      },
      ['id', 'source', 'kind', 'status', 'receivedAt', 'reasons'],
    ),
    MessageList: object(
      {
        messages: listOf(schemaRef('Message')),
        next: { ...text, description: 'Address of the next page, relative.' },
      },
      ['messages'],
      'Newest first.',
    ),
    Replayed: object({ id: text, status: { const: 'received' } }, ['id', 'status']),
    ReplayedPack: object({ count: { type: 'integer', minimum: 0 } }, ['count']),
  };
}

function operationSchemas(): Schema {
  const count = { type: 'integer', minimum: 0 };
  return {
    Pathway: {
      type: 'object',
      description: 'As derived: episodes, registrations, deadlines, findings and completeness.',
    },
    PathwayList: object({ pathways: listOf(schemaRef('Pathway')) }, ['pathways']),
    Explanation: {
      type: 'object',
      description: 'For each registration, deadline and finding: the rule, the facts used, and what was left out.',
    },
    ScanOutcome: object({ on: { ...text, format: 'date' }, examined: count, posted: count, closed: count }, [
      'on',
      'examined',
      'posted',
      'closed',
    ]),
    Live: object({ status: { const: 'live' } }, ['status']),
    Readiness: object(
      { ready: { type: 'boolean' }, checks: { type: 'object', additionalProperties: { enum: ['ok', 'failed'] } } },
      ['ready', 'checks'],
    ),
  };
}

function mappingSchemas(): Schema {
  const share = object({ reached: { type: 'integer' }, of: { type: 'integer' } }, ['reached', 'of']);
  const list = listOf({ type: 'object' });
  return {
    UnmappedCodes: object(
      {
        codes: listOf(
          object({ pack: text, system: text, code: text, messages: { type: 'integer' } }, [
            'pack',
            'system',
            'code',
            'messages',
          ]),
        ),
      },
      ['codes'],
    ),
    Packs: object({ packs: list, faults: listOf(text) }, ['packs', 'faults']),
    BenchRequest: object(
      {
        messages: { ...listOf({ type: ['string', 'object', 'array'] }), maxItems: 100 },
        edits: { type: 'object', additionalProperties: text },
      },
      [],
      'Messages as they are sent to the door of the pack, as text or JSON; files of the pack in the place of those it has.',
    ),
    Tried: object(
      { pack: text, version: text, facts: list, reasons: list, holds: list, trace: list, unused: listOf(text) },
      ['pack', 'version', 'trace', 'unused'],
      'Also `unmapped` codes, the `pathways` that follow from these messages alone, and the `resources` that would be written.',
    ),
    Coverage: object(
      { pack: text, version: text, lines: share, rows: share, unreached: list, unusedRows: listOf(text) },
      ['pack', 'version', 'lines', 'rows', 'unreached', 'unusedRows'],
    ),
    MappedMessages: object({ messages: list, next: text }, ['messages']),
  };
}
