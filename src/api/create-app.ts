import express, { type ErrorRequestHandler, type Express, type RequestHandler } from 'express';
import helmet from 'helmet';
import { placeOf, type Log } from '../support/log.js';
import { logRequests, type HandledRequest } from './access-log.js';
import { requireToken } from './guard.js';
import { sendProblem } from './problem.js';

export interface AppOptions {
  /** What takes messages in. */
  readonly doors: readonly RequestHandler[];
  readonly api: RequestHandler;
  /** The embedded FHIR server, mounted at `/fhir`: it reads its bodies itself. */
  readonly fhirRoutes?: RequestHandler;
  /** Bearer token of every route but health; absent: none is needed. */
  readonly token?: string;
  readonly log: Log;
  readonly onHandled?: (request: HandledRequest) => void;
}

/** All routes on one port, in their order: log, headers, token, FHIR, doors, the rest; then what no route took, and errors. */
export function createApp(options: AppOptions): Express {
  const app = express();
  app.disable('x-powered-by').disable('etag').enable('case sensitive routing').enable('strict routing');
  app.set('query parser', 'simple');
  app.use(logRequests(options.log, options.onHandled ?? (() => undefined)));
  app.use(helmet({ contentSecurityPolicy: { directives: { defaultSrc: ["'none'"] }, useDefaults: false } }), noStore);
  if (options.token !== undefined) app.use(requireToken(options.token));
  if (options.fhirRoutes !== undefined) app.use('/fhir', options.fhirRoutes);
  app.use(...options.doors, options.api, refuseUnknownRoute, answerError(options.log));
  return app;
}

/** Answers hold patient data: no cache may keep them. */
const noStore: RequestHandler = (_request, response, next) => {
  response.set('Cache-Control', 'no-store');
  next();
};

const refuseUnknownRoute: RequestHandler = (_request, response) => {
  sendProblem(response, { status: 404, detail: 'There is no such route.' });
};

/** Every error's one answer. An unknown one says no more than «unexpected», and the log says where it arose. */
function answerError(log: Log): ErrorRequestHandler {
  // Express knows an error handler by its four parameters.
  return (error: unknown, request, response, _next) => {
    if (response.headersSent) {
      response.destroy();
      return;
    }
    const name = error instanceof Error ? error.name : '';
    const status = statusOf(error);
    if (name === 'StoreUnavailable') {
      response.set('Retry-After', '1');
      sendProblem(response, { status: 503, detail: 'The store cannot be used now.' });
    } else if (name === 'InvalidCursor') {
      const errors = [{ path: '/cursor', message: 'must be the cursor of a page before' }];
      sendProblem(response, { status: 400, detail: 'The parameters are not as expected.', errors });
    } else if (status !== undefined) {
      sendProblem(response, { status, detail: 'The request could not be read.' });
    } else {
      log.error('unexpected', { method: request.method, ...placeOf(error) });
      sendProblem(response, { status: 500, detail: 'unexpected' });
    }
  };
}

/** Express and its body readers say with `status` that the request was at fault. */
function statusOf(error: unknown): number | undefined {
  const status = error instanceof Error && 'status' in error ? error.status : undefined;
  return typeof status === 'number' && status >= 400 && status < 500 ? status : undefined;
}
