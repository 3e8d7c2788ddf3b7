import express, { type Request, type Response, type Router } from 'express';
import { idOf, refuseOtherMethods, sendNotFound, valueOrRefusal } from './handlers.js';
import type { ApiOptions } from './options.js';
import { parseNone, parsePatient } from './parameters.js';
import { sendProblem } from './problem.js';

const FORM = 'application/x-www-form-urlencoded';

/** `GET /pathways?patient=`, `POST /pathways/_search`, `GET /pathways/{id}` and its explanation. */
export function handlePathways(router: Router, options: ApiOptions): void {
  router
    .route('/pathways')
    .get((request, response) => searchPathways(options, request.query, response))
    .all(refuseOtherMethods('GET'));
  router
    .route('/pathways/_search')
    .post(express.urlencoded({ extended: false, limit: '10kb' }), (request, response) =>
      searchByForm(options, request, response),
    )
    .all(refuseOtherMethods('POST'));
  router
    .route('/pathways/:id')
    .get((request, response) => showPathway(options, request, response))
    .all(refuseOtherMethods('GET'));
  router
    .route('/pathways/:id/explanation')
    .get((request, response) => explainPathway(options, request, response))
    .all(refuseOtherMethods('GET'));
}

async function searchPathways(options: ApiOptions, parameters: unknown, response: Response): Promise<void> {
  const patient = valueOrRefusal(parsePatient(parameters), response);
  if (patient !== undefined) response.json({ pathways: await options.pathwaysOf(patient) });
}

async function searchByForm(options: ApiOptions, request: Request, response: Response): Promise<void> {
  if (!request.is(FORM)) {
    sendProblem(response, { status: 415, detail: `The content type must be ${FORM}.` });
    return;
  }
  if (valueOrRefusal(parseNone(request.query), response) === undefined) return;
  await searchPathways(options, request.body, response);
}

async function showPathway(options: ApiOptions, request: Request, response: Response): Promise<void> {
  if (valueOrRefusal(parseNone(request.query), response) === undefined) return;
  const pathway = await options.pathway(idOf(request));
  if (pathway === undefined) sendNotFound(response, 'pathway');
  else response.json(pathway);
}

async function explainPathway(options: ApiOptions, request: Request, response: Response): Promise<void> {
  if (valueOrRefusal(parseNone(request.query), response) === undefined) return;
  const form = request.accepts(['application/json', 'text/plain']);
  if (form === false) {
    sendProblem(response, { status: 406, detail: 'An explanation is application/json or text/plain.' });
    return;
  }
  const explanation = await options.explanation(idOf(request));
  response.vary('Accept');
  if (explanation === undefined) sendNotFound(response, 'pathway');
  else if (form === 'text/plain') response.type('text/plain').send(explanation.text);
  else response.json(explanation.json);
}
