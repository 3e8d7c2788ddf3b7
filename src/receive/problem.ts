import { STATUS_CODES } from 'node:http';
import type { Response } from 'express';
import type { Fault } from '../model/message.js';

/** An answer that nothing was stored, and why: RFC 9457, with the faults and their JSON Pointers. */
export interface Refusal {
  readonly status: number;
  readonly detail: string;
  readonly errors: readonly Fault[];
}

export function isRefusal(value: object): value is Refusal {
  return 'detail' in value;
}

/** Answers with `application/problem+json`. Nothing of the request is in it but what the refusal says. */
export function sendProblem(response: Response, refusal: Refusal): void {
  const title = STATUS_CODES[refusal.status] ?? 'Error';
  const { status, detail, errors } = refusal;
  response
    .status(status)
    .type('application/problem+json')
    .send(JSON.stringify({ type: 'about:blank', title, status, detail, errors }));
}
