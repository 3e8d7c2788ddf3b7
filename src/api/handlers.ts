import type { Request, RequestHandler, Response } from 'express';
import type { Parsed } from './parameters.js';
import { sendProblem } from './problem.js';

/** For a path's other methods: 405, and which there are; `OPTIONS` only asks that. */
export function refuseOtherMethods(...methods: readonly string[]): RequestHandler {
  const allow = methods.flatMap((method) => (method === 'GET' ? ['GET', 'HEAD'] : [method])).join(', ');
  return (request, response) => {
    response.set('Allow', allow);
    if (request.method === 'OPTIONS') response.status(204).end();
    else sendProblem(response, { status: 405, detail: `This path takes ${allow}.` });
  };
}

/** A parsed parameter's value, or undefined after a 400 was sent. */
export function valueOrRefusal<T>(parsed: Parsed<T>, response: Response): T | undefined {
  if ('value' in parsed) return parsed.value;
  sendProblem(response, { status: 400, detail: 'The parameters are not as expected.', errors: parsed.faults });
  return undefined;
}

/** The id in the path; a route with `:id` always has one. */
export function idOf(request: Request): string {
  const id = request.params['id'];
  return typeof id === 'string' ? id : '';
}

export function sendNotFound(response: Response, what: string): void {
  sendProblem(response, { status: 404, detail: `There is no such ${what}.` });
}
