import { mappingPaths } from './openapi-mappings.js';
import {
  JSON_TYPE,
  FHIR_TYPE,
  FORM_TYPE,
  TEXT,
  schemaRef,
  content,
  answers,
  refusal,
  query,
  PATH_ID,
  UNAVAILABLE,
  BAD_PARAMETERS,
  operation,
  type Part,
} from './openapi-parts.js';
import { COUNT, MESSAGE_STATUSES } from './parameters.js';

/** Every route of the service but the FHIR server's, which describes itself in its CapabilityStatement. */
export function openApiPaths(): Part {
  return {
    '/inbox/events': { post: receiveEvents() },
    '/inbox/csv/{pack}': { post: receiveRows() },
    ...fhirInboxPaths(),
    ...messagePaths(),
    ...pathwayPaths(),
    ...mappingPaths(),
    ...operationPaths(),
  };
}

function receiveEvents(): Part {
  const event = schemaRef('event');
  const batch = { type: 'array', items: event, maxItems: 1000 };
  return operation('receiveEvents', 'Takes one CloudEvent, or a batch of at most 1,000', {
    description:
      'Answered after everything is on disk. source and id are the identity of an event: sent again it answers with the same message id. Anything invalid, and nothing is stored; in a batch sent with `Prefer: handling=lenient` the good ones are.',
    parameters: [{ name: 'Prefer', in: 'header', schema: TEXT, example: 'handling=lenient' }],
    requestBody: {
      required: true,
      content: {
        'application/cloudevents+json': { schema: event },
        'application/cloudevents-batch+json': { schema: batch },
        [JSON_TYPE]: { schema: { oneOf: [event, batch] } },
      },
    },
    responses: {
      202: answers('On disk.', 'Accepted'),
      400: refusal('Not as it should be: every fault with its path. Nothing was stored.'),
      409: refusal('The same source and id with other data. Nothing was stored.'),
      413: refusal('The body is over 5 MB.'),
      415: refusal('Another content type, or not UTF-8.'),
      503: UNAVAILABLE,
    },
  });
}

function receiveRows(): Part {
  return operation('receiveRows', 'Takes a file of rows for a mapping pack, each row a message', {
    description:
      'The first line names the columns. Answered after everything is on disk, in the order of the rows; a row that is as it was in the file before is a duplicate. A row that is no row of its table, and nothing is stored; with `Prefer: handling=lenient` the others are.',
    parameters: [
      { name: 'pack', in: 'path', required: true, schema: TEXT },
      { name: 'Prefer', in: 'header', schema: TEXT, example: 'handling=lenient' },
    ],
    requestBody: { required: true, content: { 'text/csv': { schema: TEXT }, 'application/csv': { schema: TEXT } } },
    responses: {
      202: answers('On disk.', 'AcceptedRows'),
      400: refusal('Not as it should be: every fault with its line. Nothing was stored.'),
      404: refusal('There is no such pack, or it takes no files.'),
      413: refusal('The body is over 5 MB.'),
      415: refusal('Another content type.'),
      503: UNAVAILABLE,
    },
  });
}

function fhirInboxPaths(): Part {
  const [source, type, id] = ['source', 'type', 'id'].map((name) => ({ ...PATH_ID, name }));
  const outcome = (description: string): Part => ({
    description,
    ...content(FHIR_TYPE, schemaRef('OperationOutcome')),
  });
  const messageId = { description: 'The id of the message.', schema: TEXT };
  const kept = {
    ...outcome('On disk; what is no part of it is listed, and as warnings what is not as FHIR R4 says.'),
    headers: { 'Message-Id': messageId },
  };
  const refused = {
    400: outcome('No resource, or not the one that the address names.'),
    404: outcome('There is no such source.'),
    413: outcome('The body is over 5 MB.'),
    415: outcome('Another content type, or not UTF-8.'),
    503: outcome('The store cannot be used now: try again after `Retry-After` seconds.'),
  };
  const requestBody = { required: true, ...content(FHIR_TYPE, schemaRef('Resource')) };
  return {
    '/inbox/fhir/{source}': {
      post: operation('receiveResource', 'Takes a resource, a Bundle or a notification of a Subscription (FHIR R4)', {
        description:
          'A body without anything in it says that something changed: the source is then polled. Warnings of the answer tell what is not as R4, or as the profiles of what the pack fhir-r4 reads, say: it is taken all the same.',
        parameters: [source],
        requestBody: { ...requestBody, required: false },
        responses: { 202: kept, ...refused },
      }),
    },
    '/inbox/fhir/{source}/{type}/{id}': {
      put: operation('receiveVersion', 'Takes a resource as it is now: what a rest-hook Subscription sends', {
        parameters: [source, type, id],
        requestBody,
        responses: { 202: kept, ...refused },
      }),
      delete: operation('receiveDeletion', 'Takes that a resource was deleted: what it said is withdrawn', {
        parameters: [source, type, id],
        responses: { 202: kept, 400: refused[400], 404: refused[404], 503: refused[503] },
      }),
    },
  };
}

function messagePaths(): Part {
  const parameters = [
    query('status', 'Only those with this status.', { enum: MESSAGE_STATUSES }),
    query('source', 'Only those of this source.', TEXT),
    query('_count', 'At most so many.', { type: 'integer', minimum: 1, maximum: COUNT.most, default: COUNT.default }),
    query('cursor', 'From `next` of the page before.', TEXT),
  ];
  const notFound = refusal('There is no such message.');
  return {
    '/messages': {
      get: operation('listMessages', 'Messages, newest first', {
        parameters,
        responses: { 200: answers('A page.', 'MessageList'), 400: BAD_PARAMETERS, 503: UNAVAILABLE },
      }),
    },
    '/messages/{id}': {
      get: operation('showMessage', 'One message: its status and why', {
        parameters: [PATH_ID],
        responses: { 200: answers('The message.', 'Message'), 404: notFound, 503: UNAVAILABLE },
      }),
    },
    '/messages/replay': {
      post: operation('replayPack', 'Maps again what a mapping pack mapped before', {
        parameters: [
          { ...query('pack', 'The name of the pack.', TEXT), required: true },
          { ...query('since', 'Messages received since this day or instant.', TEXT), required: true },
        ],
        responses: {
          202: answers('They will be mapped again.', 'ReplayedPack'),
          400: BAD_PARAMETERS,
          503: UNAVAILABLE,
        },
      }),
    },
    '/messages/{id}/replay': {
      post: operation('replayMessage', 'Maps a message again, with the mapping pack of today', {
        parameters: [PATH_ID],
        responses: { 202: answers('It will be mapped again.', 'Replayed'), 404: notFound, 503: UNAVAILABLE },
      }),
    },
  };
}

function pathwayPaths(): Part {
  const patient = query('patient', 'A number of the patient: `{system}|{value}`.', TEXT);
  const form = { type: 'object', properties: { patient: TEXT }, required: ['patient'], additionalProperties: false };
  const found = { 200: answers('The pathways; none is an empty list.', 'PathwayList'), 400: BAD_PARAMETERS };
  const notFound = refusal('There is no such pathway.');
  const explanation = {
    description: 'JSON, or text for people (`Accept: text/plain`).',
    content: { [JSON_TYPE]: { schema: schemaRef('Explanation') }, 'text/plain': { schema: TEXT } },
  };
  return {
    '/pathways': {
      get: operation('searchPathways', 'The pathways of a patient', {
        parameters: [{ ...patient, required: true }],
        responses: { ...found, 503: UNAVAILABLE },
      }),
    },
    '/pathways/_search': {
      post: operation('searchPathwaysByForm', 'The same, with the number in the body instead of the address', {
        requestBody: { required: true, ...content(FORM_TYPE, form) },
        responses: { ...found, 415: refusal('Not a form.'), 503: UNAVAILABLE },
      }),
    },
    '/pathways/{id}': {
      get: operation('showPathway', 'One pathway, as derived', {
        parameters: [PATH_ID],
        responses: { 200: answers('The pathway.', 'Pathway'), 404: notFound, 503: UNAVAILABLE },
      }),
    },
    '/pathways/{id}/explanation': {
      get: operation('explainPathway', 'Why each code, date and finding is what it is', {
        parameters: [PATH_ID],
        responses: { 200: explanation, 404: notFound, 406: refusal('Another form was asked for.'), 503: UNAVAILABLE },
      }),
    },
  };
}

function operationPaths(): Part {
  const metrics = { description: 'Prometheus text.', ...content('text/plain', TEXT) };
  const document = { description: 'This document.', ...content(JSON_TYPE, { type: 'object' }) };
  return {
    '/scan': {
      post: operation('scanDeadlines', 'Runs the deadline scan now', {
        responses: { 200: answers('What it found and posted.', 'ScanOutcome'), 503: UNAVAILABLE },
      }),
    },
    '/health/live': {
      get: operation('isLive', 'The process answers', {
        security: [],
        responses: { 200: answers('It does.', 'Live') },
      }),
    },
    '/health/ready': {
      get: operation('isReady', 'Whether messages can be taken and written', {
        security: [],
        responses: { 200: answers('They can.', 'Readiness'), 503: answers('They cannot.', 'Readiness') },
      }),
    },
    '/metrics': { get: operation('showMetrics', 'Metrics', { responses: { 200: metrics } }) },
    '/openapi.json': { get: operation('showOpenApi', 'What this service offers', { responses: { 200: document } }) },
  };
}
