import type { Request, RequestHandler } from 'express';
import type { Log } from '../support/log.js';

export interface HandledRequest {
  readonly method: string;
  /** The route's pattern, never what was in it. */
  readonly route: string;
  readonly status: number;
  readonly durationMs: number;
}

/**
 * One line for each request when it is over, and the same to `onHandled` (metrics). The route is a pattern: a path or a query
 * may hold a national id.
 */
export function logRequests(log: Log, onHandled: (request: HandledRequest) => void): RequestHandler {
  return (request, response, next) => {
    const startedMs = performance.now();
    const { method, path } = request;
    response.on('close', () => {
      const durationMs = Math.round(performance.now() - startedMs);
      // 499, as proxies say it: the sender went away before it was answered.
      const status = response.writableFinished ? response.statusCode : 499;
      const handled = { method, route: routePattern(request, path), status, durationMs };
      log.info('request', handled);
      onHandled(handled);
    });
    next();
  };
}

function routePattern(request: Request, path: string): string {
  if (/^\/fhir(\/|$)/.test(path)) return fhirPattern(path);
  const route: unknown = request.route;
  const pattern = route !== null && typeof route === 'object' && 'path' in route ? route.path : undefined;
  return typeof pattern === 'string' ? pattern : 'unmatched';
}

function fhirPattern(path: string): string {
  const depth = path.split('/').filter((segment) => segment !== '').length;
  return ['/fhir', '/fhir', '/fhir/:type', '/fhir/:type/:id'][depth] ?? '/fhir/:type/:id/…';
}
