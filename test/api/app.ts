import express, { type RequestHandler } from 'express';
import { createApi } from '../../src/api/create-api.js';
import { createApp } from '../../src/api/create-app.js';
import type { HandledRequest } from '../../src/api/access-log.js';
import type { ApiOptions } from '../../src/api/options.js';
import { createOpenApi } from '../../src/api/openapi.js';
import { createEventDoor } from '../../src/receive/event-door.js';
import { createLog } from '../../src/support/log.js';
import { checks, NOW, schemas } from '../receive/canonical-events.js';
import { listenOnLoopback, type Loopback } from './loopback.js';

export const MESSAGE = {
  id: 'm1',
  source: 'https://epr.example/test',
  kind: 'no.pakkeforlop.referral.v1',
  status: 'waiting',
  receivedAt: NOW,
  reasons: [{ code: 'unspecified-mark', path: '/mark', message: 'which pathway?' }],
} as const;

export interface AppUnderTest extends Loopback {
  /** What the handed functions were called with, in order. */
  readonly calls: unknown[][];
  readonly logged: string[];
  readonly handled: HandledRequest[];
}

/** The whole app, with functions that remember what they were asked. */
export async function openApp(
  changes: Partial<ApiOptions> = {},
  more: { readonly token?: string; readonly fhirRoutes?: RequestHandler } = {},
): Promise<AppUnderTest> {
  const calls: unknown[][] = [];
  const logged: string[] = [];
  const handled: HandledRequest[] = [];
  const app = createApp({
    doors: [doorFor(calls)],
    api: createApi({ ...functions(calls), ...changes }),
    log: createLog('info', { write: (line: string) => void logged.push(line) }),
    onHandled: (request) => void handled.push(request),
    ...more,
  });
  return { ...(await listenOnLoopback(app)), calls, logged, handled };
}

export function doorFor(calls: unknown[][] = []): express.Router {
  return createEventDoor({
    accept: (messages) => {
      calls.push(['accept', messages.length]);
      return Promise.resolve(messages.map((_, index) => ({ status: 'received', id: `m${index}` })));
    },
    checks,
    clock: { now: () => NOW },
    onAccepted: () => undefined,
  });
}

const NO_PACK = { status: 404, detail: 'There is no mapping pack of that name.' } as const;

export function functions(calls: unknown[][] = []): ApiOptions {
  const remember =
    <A extends unknown[], R>(name: string, result: (...args: A) => R) =>
    (...args: A): Promise<R> => {
      calls.push([name, ...args]);
      return Promise.resolve(result(...args));
    };
  const pathway = { id: 'p1', episodes: [] };
  const explanation = { json: { id: 'p1', registrations: [] }, text: 'C01A because the referral was received.\n' };
  return {
    unmappedCodes: () => Promise.resolve([{ pack: 'epr', system: 'urn:codes', code: 'X', messages: 2 }]),
    listMessages: remember('listMessages', () => ({ messages: [MESSAGE], next: 'page+2/=' })),
    message: remember('message', (id: string) => (id === 'm1' ? MESSAGE : undefined)),
    replayPack: remember('replayPack', () => 3),
    replay: remember('replay', (id: string) => id === 'm1'),
    pathwaysOf: remember('pathwaysOf', () => [pathway]),
    pathway: remember('pathway', (id: string) => (id === 'p1' ? pathway : undefined)),
    explanation: remember('explanation', (id: string) => (id === 'p1' ? explanation : undefined)),
    scan: remember('scan', () => ({ on: '2026-03-20', examined: 3, posted: 1, closed: 0 })),
    readiness: remember('readiness', () => ({ ready: true, checks: { store: 'ok' as const } })),
    metrics: remember('metrics', () => ({ contentType: 'text/plain; version=0.0.4', body: 'a 1\n' })),
    openApi: createOpenApi(schemas, '0.0.0'),
    bench: {
      packs: () => [{ name: 'epr', version: '1' }],
      faults: () => [],
      takesEdits: false,
      ask: remember('ask', (pack: string) => (pack === 'epr' ? { json: { pack } } : NO_PACK)),
      messages: remember('mappedMessages', (pack: string) =>
        pack === 'epr' ? { messages: [{ id: 'm1' }], next: '7' } : undefined,
      ),
    },
  };
}
