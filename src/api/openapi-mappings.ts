import {
  answers,
  BAD_PARAMETERS,
  content,
  JSON_TYPE,
  operation,
  PATH_ID,
  query,
  refusal,
  schemaRef,
  TEXT,
  UNAVAILABLE,
  type Part,
} from './openapi-parts.js';

const BENCH = 'Only where `MAPPING_BENCH` is 1.';
const PACK: Part = { ...PATH_ID, name: 'pack' };

/** What is known of mapping packs, and the routes for those who write them. */
export function mappingPaths(): Part {
  const none = refusal('There is no such mapping pack.');
  const asked = { required: true, ...content(JSON_TYPE, schemaRef('BenchRequest')) };
  const refused = {
    400: refusal('The body is not as expected.'),
    403: refusal('It holds edited files, and `MAPPING_BENCH_EDIT` is not 1.'),
    404: none,
    413: refusal('The body is over 5 MB.'),
    422: refusal('The pack is wrong, by file, line and column; or it took more than its time or memory.'),
  };
  return {
    '/unmapped-codes': {
      get: operation('listUnmappedCodes', 'Codes that messages wait for, since no ConceptMap has a target for them', {
        responses: { 200: answers('Those that most wait for first.', 'UnmappedCodes'), 503: UNAVAILABLE },
      }),
    },
    '/mappings': {
      get: operation('listPacks', 'The mapping packs in use, and why a change was refused', {
        description: BENCH,
        responses: { 200: answers('The packs.', 'Packs') },
      }),
    },
    '/mappings/{pack}/try': {
      post: operation('tryMessages', 'What messages become: facts, traced field by field; pathways and resources', {
        description: `${BENCH} Nothing is stored; it runs in a process of its own, with limits on time and memory.`,
        parameters: [PACK],
        requestBody: asked,
        responses: { 200: answers('What they become.', 'Tried'), ...refused },
      }),
    },
    '/mappings/{pack}/coverage': {
      post: operation('countCoverage', 'Which lines and ConceptMap rows messages reach; without any, the examples', {
        description: BENCH,
        parameters: [PACK],
        requestBody: asked,
        responses: { 200: answers('What they reach, and what not.', 'Coverage'), ...refused },
      }),
    },
    '/mappings/{pack}/messages': {
      get: operation('listMappedMessages', 'The messages that a pack mapped, the oldest first', {
        description: `${BENCH} For comparing packs: with their content, and what their references say.`,
        parameters: [
          PACK,
          { ...query('since', 'Received since this day or instant.', TEXT), required: true },
          query('cursor', 'From `next` of the page before.', TEXT),
        ],
        responses: { 200: answers('A page.', 'MappedMessages'), 400: BAD_PARAMETERS, 404: none, 503: UNAVAILABLE },
      }),
    },
  };
}
