import express, { type Request, type Response, type Router } from 'express';
import { refuseOtherMethods, sendNotFound, valueOrRefusal } from './handlers.js';
import type { ApiOptions, BenchRoutes } from './options.js';
import { parseNone, parsePage } from './parameters.js';
import { parseBenchRequest } from './bench-request.js';
import { sendProblem } from './problem.js';

const MOST_BYTES = 5 * 1024 * 1024;

/**
 * `GET /unmapped-codes`; and for a page of those who write packs, where it is switched on: `GET /mappings`,
 * `POST /mappings/{pack}/try`, `POST /mappings/{pack}/coverage`, `GET /mappings/{pack}/messages?since=`.
 */
export function handleMappings(router: Router, options: ApiOptions): void {
  router
    .route('/unmapped-codes')
    .get((request, response) => listUnmapped(options, request, response))
    .all(refuseOtherMethods('GET'));
  const { bench } = options;
  if (bench === undefined) return;
  router
    .route('/mappings')
    .get((request, response) => listPacks(bench, request, response))
    .all(refuseOtherMethods('GET'));
  for (const task of ['try', 'coverage'] as const)
    router
      .route(`/mappings/:pack/${task}`)
      .post(express.raw({ type: () => true, limit: MOST_BYTES }), (request, response) =>
        ask(bench, task, request, response),
      )
      .all(refuseOtherMethods('POST'));
  router
    .route('/mappings/:pack/messages')
    .get((request, response) => listMessages(bench, request, response))
    .all(refuseOtherMethods('GET'));
}

async function listUnmapped(options: ApiOptions, request: Request, response: Response): Promise<void> {
  if (valueOrRefusal(parseNone(request.query), response) === undefined) return;
  response.json({ codes: await options.unmappedCodes() });
}

function listPacks(bench: BenchRoutes, request: Request, response: Response): void {
  if (valueOrRefusal(parseNone(request.query), response) === undefined) return;
  response.json({ packs: bench.packs(), faults: bench.faults() });
}

async function ask(bench: BenchRoutes, task: 'try' | 'coverage', request: Request, response: Response): Promise<void> {
  const asked = valueOrRefusal(parseBenchRequest(request.body, task === 'try'), response);
  if (asked === undefined) return;
  if (Object.keys(asked.edits).length > 0 && !bench.takesEdits) {
    sendProblem(response, { status: 403, detail: 'Edited files are taken only where MAPPING_BENCH_EDIT is 1.' });
    return;
  }
  const answer = await bench.ask(packOf(request), { task, ...asked });
  if ('json' in answer) response.json(answer.json);
  else if ('status' in answer) sendProblem(response, answer);
  else {
    const errors = answer.faults.map((message) => ({ path: '', message }));
    sendProblem(response, { status: 422, detail: 'The pack cannot be used.', errors });
  }
}

async function listMessages(bench: BenchRoutes, request: Request, response: Response): Promise<void> {
  const page = valueOrRefusal(parsePage(request.query), response);
  if (page === undefined) return;
  const pack = packOf(request);
  const found = await bench.messages(pack, page);
  if (found === undefined) {
    sendNotFound(response, 'mapping pack');
    return;
  }
  const { messages, next } = found;
  const query = new URLSearchParams({ since: page.since, cursor: String(next) }).toString();
  const address = `/mappings/${encodeURIComponent(pack)}/messages?${query}`;
  response.json({ messages, ...(next === undefined ? {} : { next: address }) });
}

function packOf(request: Request): string {
  return String(request.params['pack']);
}
