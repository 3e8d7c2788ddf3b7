import type { Request, Response, Router } from 'express';
import { idOf, refuseOtherMethods, sendNotFound, valueOrRefusal } from './handlers.js';
import type { ApiOptions } from './options.js';
import { nextPage, parseMessageQuery, parseNone, parsePackSince } from './parameters.js';

/** `GET /messages`, `GET /messages/{id}`, `POST /messages/{id}/replay`, `POST /messages/replay?pack=&since=` */
export function handleMessages(router: Router, options: ApiOptions): void {
  router
    .route('/messages')
    .get((request, response) => listMessages(options, request, response))
    .all(refuseOtherMethods('GET'));
  router
    .route('/messages/replay')
    .post((request, response) => replayPack(options, request, response))
    .all(refuseOtherMethods('POST'));
  router
    .route('/messages/:id')
    .get((request, response) => showMessage(options, request, response))
    .all(refuseOtherMethods('GET'));
  router
    .route('/messages/:id/replay')
    .post((request, response) => replayMessage(options, request, response))
    .all(refuseOtherMethods('POST'));
}

async function listMessages(options: ApiOptions, request: Request, response: Response): Promise<void> {
  const query = valueOrRefusal(parseMessageQuery(request.query), response);
  if (query === undefined) return;
  const { messages, next } = await options.listMessages(query);
  response.json({ messages, ...(next === undefined ? {} : { next: nextPage(query, next) }) });
}

async function showMessage(options: ApiOptions, request: Request, response: Response): Promise<void> {
  if (valueOrRefusal(parseNone(request.query), response) === undefined) return;
  const message = await options.message(idOf(request));
  if (message === undefined) sendNotFound(response, 'message');
  else response.json(message);
}

async function replayMessage(options: ApiOptions, request: Request, response: Response): Promise<void> {
  if (valueOrRefusal(parseNone(request.query), response) === undefined) return;
  const id = idOf(request);
  if (await options.replay(id)) response.status(202).json({ id, status: 'received' });
  else sendNotFound(response, 'message');
}

async function replayPack(options: ApiOptions, request: Request, response: Response): Promise<void> {
  const wanted = valueOrRefusal(parsePackSince(request.query), response);
  if (wanted === undefined) return;
  response.status(202).json({ count: await options.replayPack(wanted.pack, wanted.since) });
}
