import type { Request, RequestHandler, Response, Router } from 'express';
import { refuseOtherMethods, valueOrRefusal } from './handlers.js';
import type { ApiOptions } from './options.js';
import { parseNone } from './parameters.js';

/** The scan, health, metrics and the OpenAPI document. */
export function handleOperations(router: Router, options: ApiOptions): void {
  router
    .route('/scan')
    .post((request, response) => scanNow(options, request, response))
    .all(refuseOtherMethods('POST'));
  const documents: Readonly<Record<string, RequestHandler>> = {
    '/health/live': (_request, response) => void response.json({ status: 'live' }),
    '/health/ready': (_request, response) => sayWhetherReady(options, response),
    '/metrics': (_request, response) => sendMetrics(options, response),
    '/openapi.json': (_request, response) => void response.json(options.openApi),
  };
  for (const [path, handler] of Object.entries(documents))
    router.route(path).get(handler).all(refuseOtherMethods('GET'));
}

async function scanNow(options: ApiOptions, request: Request, response: Response): Promise<void> {
  if (valueOrRefusal(parseNone(request.query), response) === undefined) return;
  response.json(await options.scan());
}

async function sayWhetherReady(options: ApiOptions, response: Response): Promise<void> {
  const { ready, checks } = await options.readiness();
  response.status(ready ? 200 : 503).json({ ready, checks });
}

async function sendMetrics(options: ApiOptions, response: Response): Promise<void> {
  const { contentType, body } = await options.metrics();
  response.set('Content-Type', contentType).send(body);
}
