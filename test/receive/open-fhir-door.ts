import express from 'express';
import type { FhirContent, FhirEntry } from '../../src/model/fhir-content.js';
import type { SourceMessage } from '../../src/model/message.js';
import { createFhirDoor, type FhirDoorOptions } from '../../src/receive/fhir-door.js';
import { listenOnLoopback, type Loopback } from '../api/loopback.js';
import { NOW } from './canonical-events.js';
import { journalIn } from './door.js';

/** A FHIR door over a journal in memory, on a real port, with the source `epr`. */
export interface FhirDoorUnderTest extends Loopback {
  readonly kept: SourceMessage[];
  /** The sources that were asked to be polled. */
  readonly polled: string[];
  readonly wakeUps: () => number;
  /** What the store throws next time instead of keeping. */
  fail(error: Error): void;
  send(method: string, path: string, body?: Body, headers?: Readonly<Record<string, string>>): Promise<FhirAnswer>;
  /** To the source `epr`, as FHIR JSON. */
  post(body: unknown): Promise<FhirAnswer>;
  /** The entries of the message that was kept last. */
  entries(): readonly FhirEntry[];
}

export type Body = string | Uint8Array<ArrayBuffer> | ReadableStream;

export interface AnsweredIssue {
  readonly severity: string;
  readonly code: string;
  readonly diagnostics: string;
  readonly expression?: readonly string[];
}

export interface FhirAnswer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  readonly issues: readonly AnsweredIssue[];
  readonly messageId: string | null;
}

export const FHIR_JSON = { 'content-type': 'application/fhir+json' };

export async function openFhirDoor(
  clock: () => string = () => NOW,
  check: FhirDoorOptions['check'] = () => [],
): Promise<FhirDoorUnderTest> {
  const kept: SourceMessage[] = [];
  const polled: string[] = [];
  const failures: Error[] = [];
  let wakeUps = 0;
  const router = createFhirDoor({
    accept: journalIn(kept, failures),
    isSource: (name) => name === 'epr',
    poll: (source) => void polled.push(source),
    check,
    onAccepted: () => wakeUps++,
    clock: { now: clock },
  });
  const loopback = await listenOnLoopback(express().disable('x-powered-by').use(router).use(answerUnforeseen));
  const send: FhirDoorUnderTest['send'] = (method, path, body, headers = FHIR_JSON) =>
    exchange(method, `${loopback.base}/inbox/fhir/${path}`, body, headers);
  return {
    ...loopback,
    kept,
    polled,
    wakeUps: () => wakeUps,
    fail: (error) => void failures.push(error),
    send,
    post: (body) => send('POST', 'epr', JSON.stringify(body)),
    entries: () => (kept.at(-1)!.content as FhirContent).entries,
  };
}

const answerUnforeseen: express.ErrorRequestHandler = (_error, _request, response, _next) => {
  response.status(500).send('{}');
};

async function exchange(
  method: string,
  url: string,
  body: Body | undefined,
  headers: Readonly<Record<string, string>>,
): Promise<FhirAnswer> {
  const answer = await fetch(url, {
    method,
    headers,
    ...(body === undefined ? {} : { body }),
    ...(body instanceof ReadableStream ? { duplex: 'half' } : {}),
  });
  const text = await answer.text();
  const { issue = [] } = JSON.parse(text) as { issue?: AnsweredIssue[] };
  return {
    status: answer.status,
    headers: answer.headers,
    text,
    issues: issue,
    messageId: answer.headers.get('message-id'),
  };
}
