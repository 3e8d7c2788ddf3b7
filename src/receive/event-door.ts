import express, { type NextFunction, type Request, type Response, type Router } from 'express';
import type { Fault } from '../model/message.js';
import type { Clock } from '../support/clock.js';
import { acceptBatch, type Accept, type Answer } from './accept-batch.js';
import { checkBatch, faultsOfAll } from './check-batch.js';
import type { EventChecks } from './event-checks.js';
import { prefersLenient } from './prefer.js';
import { isRefusal, sendProblem } from './problem.js';
import { ACCEPTED_TYPES, bodyFormOf, readBody } from './read-body.js';
import { bodyFault, MOST_BYTES } from './read-json.js';
import { RETRY_AFTER_S, UNAVAILABLE, unlessUnavailable } from './unavailable.js';

export interface EventDoorOptions {
  readonly accept: Accept;
  readonly checks: EventChecks;
  readonly clock: Clock;
  /** Called after something new was stored and before the answer is sent: there is work. */
  readonly onAccepted: () => void;
}

const PATH = '/inbox/events';
const CONFLICT = 'was sent before under the same source and id, with other data';

/** `POST /inbox/events`: CloudEvents in, answered 202 when everything is on disk, or refused whole with every fault. */
export function createEventDoor(options: EventDoorOptions): Router {
  const router = express.Router({ caseSensitive: true, strict: true });
  router
    .route(PATH)
    .post(requireEventType, express.raw({ type: () => true, limit: MOST_BYTES }), (request, response) =>
      receiveEvents(options, request, response),
    )
    .all(refuseMethod);
  router.use(PATH, answerBodyError);
  return router;
}

async function receiveEvents(options: EventDoorOptions, request: Request, response: Response): Promise<void> {
  const form = bodyFormOf(request.get('content-type')) ?? 'either';
  const body = readBody(Buffer.isBuffer(request.body) ? request.body : new Uint8Array(), form);
  if (isRefusal(body)) {
    sendProblem(response, body);
    return;
  }
  const lenient = body.batch && prefersLenient(request.get('prefer'));
  const checked = checkBatch(body, options.checks, options.clock);
  const faults = faultsOfAll(checked);
  if (faults.length > 0 && !lenient) {
    sendProblem(response, { status: 400, detail: 'Nothing was stored.', errors: faults });
    return;
  }
  const answers = await acceptOrUnavailable(() => acceptBatch(checked, options.accept, lenient), response);
  if (answers === undefined) return;
  const conflicts = conflictsOf(answers);
  if (conflicts.length > 0 && !lenient) {
    sendProblem(response, { status: 409, detail: 'Nothing was stored.', errors: conflicts });
    return;
  }
  if (answers.some(({ status }) => status === 'received')) options.onAccepted();
  if (lenient) response.set('Preference-Applied', 'handling=lenient');
  response.status(202).json({ messages: answers.map(asSent) });
}

/** The answers, or undefined after a 503 was sent. */
async function acceptOrUnavailable(
  accept: () => Promise<readonly Answer[]>,
  response: Response,
): Promise<readonly Answer[] | undefined> {
  const answers = await unlessUnavailable(accept);
  if (answers !== undefined) return answers;
  response.set('Retry-After', RETRY_AFTER_S);
  sendProblem(response, { status: 503, detail: UNAVAILABLE, errors: [] });
  return undefined;
}

function conflictsOf(answers: readonly Answer[]): readonly Fault[] {
  return answers.flatMap((answer) => (answer.status === 'conflict' ? [{ path: answer.path, message: CONFLICT }] : []));
}

function asSent(answer: Answer): Answer {
  return answer.status === 'conflict'
    ? { status: 'refused', errors: [{ path: answer.path, message: CONFLICT }] }
    : answer;
}

function requireEventType(request: Request, response: Response, next: NextFunction): void {
  if (bodyFormOf(request.get('content-type')) !== undefined) {
    next();
    return;
  }
  const detail = `The content type must be one of ${ACCEPTED_TYPES.join(', ')}, in UTF-8.`;
  response.set('Accept', ACCEPTED_TYPES.join(', '));
  sendProblem(response, { status: 415, detail, errors: [] });
}

function refuseMethod(_request: Request, response: Response): void {
  response.set('Allow', 'POST');
  sendProblem(response, { status: 405, detail: 'Events are sent with POST.', errors: [] });
}

function answerBodyError(error: unknown, _request: Request, response: Response, next: NextFunction): void {
  const fault = response.headersSent ? undefined : bodyFault(error);
  if (fault === undefined) next(error);
  else sendProblem(response, { ...fault, errors: [] });
}
