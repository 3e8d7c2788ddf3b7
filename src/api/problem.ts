import { STATUS_CODES } from 'node:http';
import type { Response } from 'express';
import type { Fault } from '../model/message.js';

/** An error answer: what went wrong in a sentence of ours, and the faults with JSON Pointers into the request. */
export interface Problem {
  readonly status: number;
  readonly detail: string;
  readonly errors?: readonly Fault[];
}

/**
 * Answers in the form of the place: an `OperationOutcome` where FHIR is spoken (`/fhir`, `/inbox/fhir`), elsewhere RFC 9457.
 * Nothing of the request is in it but what the problem says.
 */
export function sendProblem(response: Response, problem: Problem): void {
  const { status, detail, errors = [] } = problem;
  response.status(status);
  if (speaksFhir(response.req.originalUrl)) {
    const diagnostics = [detail, ...errors.map((fault) => `${fault.path} ${fault.message}`)];
    const issue = diagnostics.map((text) => ({ severity: 'error', code: issueCode(status), diagnostics: text }));
    response.type('application/fhir+json').send(JSON.stringify({ resourceType: 'OperationOutcome', issue }));
    return;
  }
  const title = STATUS_CODES[status] ?? 'Error';
  response
    .type('application/problem+json')
    .send(JSON.stringify({ type: 'about:blank', title, status, detail, errors }));
}

function speaksFhir(url: string): boolean {
  return /^\/(inbox\/)?fhir([/?]|$)/.test(url);
}

function issueCode(status: number): string {
  const codes: Readonly<Record<number, string>> = {
    401: 'login',
    404: 'not-found',
    405: 'not-supported',
    409: 'conflict',
    413: 'too-long',
    500: 'exception',
    503: 'transient',
  };
  return codes[status] ?? 'invalid';
}
