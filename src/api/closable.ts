import type { RequestHandler } from 'express';
import { sendProblem } from './problem.js';

/** A door under `path` that answers 503 once the service is stopping: what it would take could not be worked on any more. */
export function closable(path: string, door: RequestHandler, isClosing: () => boolean): RequestHandler {
  return (request, response, next) => {
    if (!isClosing() || !request.path.startsWith(path)) {
      door(request, response, next);
      return;
    }
    response.set('Retry-After', '5');
    sendProblem(response, { status: 503, detail: 'The service is stopping.' });
  };
}
