import express from 'express';
import type { SourceMessage } from '../../src/model/message.js';
import type { Accept } from '../../src/receive/accept-batch.js';
import { createEventDoor } from '../../src/receive/event-door.js';
import { listenOnLoopback, type Loopback } from '../api/loopback.js';
import { checks, NOW } from './canonical-events.js';

/** A door over a journal in memory, on a real port. */
export interface DoorUnderTest extends Loopback {
  readonly kept: SourceMessage[];
  readonly wakeUps: () => number;
  /** What the store throws next time instead of keeping. */
  fail(error: Error): void;
  post(body: unknown, headers?: Readonly<Record<string, string>>): Promise<DoorAnswer>;
}

export interface DoorAnswer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  readonly json: AnswerBody;
}

export interface AnswerBody {
  readonly status?: number;
  readonly detail?: string;
  readonly errors?: readonly { readonly path: string; readonly message: string }[];
  readonly messages?: readonly {
    readonly id?: string;
    readonly status: string;
    readonly errors?: readonly { readonly path: string; readonly message: string }[];
  }[];
}

export async function openDoor(): Promise<DoorUnderTest> {
  const kept: SourceMessage[] = [];
  const failures: Error[] = [];
  let wakeUps = 0;
  const accept = journalIn(kept, failures);
  const router = createEventDoor({ accept, checks, clock: { now: () => NOW }, onAccepted: () => wakeUps++ });
  const loopback = await listenOnLoopback(express().use(router));
  return {
    ...loopback,
    kept,
    wakeUps: () => wakeUps,
    fail: (error) => void failures.push(error),
    post: (body, headers = {}) => post(`${loopback.base}/inbox/events`, body, headers),
  };
}

/** As a store does it: identity, content hash, all or nothing unless lenient. */
export function journalIn(kept: SourceMessage[], failures: Error[]): Accept {
  return (messages, { lenient }) => {
    const failure = failures.shift();
    if (failure !== undefined) return Promise.reject(failure);
    const found = messages.map((message) =>
      kept.findIndex((one) => one.source === message.source && one.messageKey === message.messageKey),
    );
    const conflict = (index: number) =>
      found[index] !== -1 && kept[found[index]!]!.contentHash !== messages[index]!.contentHash;
    if (!lenient && messages.some((_, index) => conflict(index)))
      return Promise.resolve(
        messages.map((_, index) => (conflict(index) ? { status: 'conflict' } : { status: 'received', id: 'none' })),
      );
    return Promise.resolve(
      messages.map((message, index) => {
        if (conflict(index)) return { status: 'conflict' };
        if (found[index] !== -1) return { status: 'duplicate', id: `m${found[index]!}` };
        kept.push(message);
        return { status: 'received', id: `m${kept.length - 1}` };
      }),
    );
  };
}

async function post(url: string, body: unknown, headers: Readonly<Record<string, string>>): Promise<DoorAnswer> {
  const answer = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: isRaw(body) ? body : JSON.stringify(body),
    ...(body instanceof ReadableStream ? { duplex: 'half' } : {}),
  });
  const text = await answer.text();
  return { status: answer.status, headers: answer.headers, text, json: JSON.parse(text) as AnswerBody };
}

function isRaw(body: unknown): body is string | Uint8Array<ArrayBuffer> | ReadableStream {
  return typeof body === 'string' || body instanceof Uint8Array || body instanceof ReadableStream;
}
