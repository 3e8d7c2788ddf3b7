import { createHash, timingSafeEqual } from 'node:crypto';
import type { RequestHandler } from 'express';
import { sendProblem } from './problem.js';

/**
 * Lets nobody past without the bearer token but to `/health/`. Digests are compared, in constant time, so that neither the
 * token's length nor its beginning can be measured.
 */
export function requireToken(token: string): RequestHandler {
  const expected = digest(token);
  return (request, response, next) => {
    const given = /^Bearer +(\S+) *$/i.exec(request.get('authorization') ?? '')?.[1];
    if (request.path.startsWith('/health/') || (given !== undefined && timingSafeEqual(digest(given), expected))) {
      next();
      return;
    }
    response.set('WWW-Authenticate', 'Bearer');
    sendProblem(response, { status: 401, detail: 'A bearer token is needed.' });
  };
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
