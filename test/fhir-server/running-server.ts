import { mkdtempSync, rmSync } from 'node:fs';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import express from 'express';
import { openFhirServer, type FhirServer } from '../../src/fhir-server/fhir-server.js';
import { silentLog, type Log } from '../../src/support/log.js';

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  /** Whatever JSON came back. */
  readonly body: Json;
  readonly text: string;
}

export interface Json {
  readonly [key: string]: Json;
  readonly [index: number]: Json;
}

export interface RunningServer {
  readonly base: string;
  readonly file: string;
  call(method: string, path: string, body?: unknown, headers?: Record<string, string>): Promise<Answer>;
  /** Closes the file and opens it anew. */
  reopen(): Promise<void>;
  stop(): Promise<void>;
}

const definitionsDir = join(import.meta.dirname, '../../profiles/r4');

/** A clock that moves a millisecond each time it is asked. */
export function tickingClock(start = '2026-03-01T08:00:00.000Z') {
  let ms = Date.parse(start);
  return { now: () => new Date(ms++).toISOString() };
}

/** A real file, real HTTP. */
export async function startFhirServer(log: Log = silentLog): Promise<RunningServer> {
  const dir = mkdtempSync(join(tmpdir(), 'fhir-'));
  const file = join(dir, 'fhir.db');
  let base = '';
  const clock = tickingClock();
  const open = () => openFhirServer({ file, definitionsDir, clock, baseUrl: () => base, log });
  let fhir: FhirServer = open();
  const app = express();
  app.use('/fhir', (req, res, next) => void fhir.routes(req, res, next));
  const http = await new Promise<Server>((resolve) => {
    const listening = app.listen(0, '127.0.0.1', () => resolve(listening));
  });
  base = `http://127.0.0.1:${(http.address() as AddressInfo).port}/fhir`;
  return {
    base,
    file,
    call: (method, path, body, headers) => call(path.startsWith('http') ? path : base + path, method, body, headers),
    reopen: async () => {
      await fhir.close();
      fhir = open();
    },
    stop: async () => {
      http.closeAllConnections();
      await new Promise((resolve) => http.close(resolve));
      await fhir.close();
      rmSync(dir, { recursive: true });
    },
  };
}

async function call(url: string, method: string, body: unknown, headers: Record<string, string> = {}): Promise<Answer> {
  const text = body === undefined || typeof body === 'string' ? body : JSON.stringify(body);
  const response = await fetch(url, {
    method,
    headers: { ...(text === undefined ? {} : { 'content-type': 'application/fhir+json' }), ...headers },
    ...(text === undefined ? {} : { body: text }),
  });
  const answered = await response.text();
  const isJson = answered !== '' && response.headers.get('content-type')?.includes('json') === true;
  return {
    status: response.status,
    headers: response.headers,
    body: (isJson ? JSON.parse(answered) : {}) as Json,
    text: answered,
  };
}

export const patient = (id?: string, more: object = {}) => ({
  resourceType: 'Patient',
  ...(id === undefined ? {} : { id }),
  ...more,
});

export const task = (id: string, more: object = {}) => ({
  resourceType: 'Task',
  id,
  status: 'requested',
  intent: 'order',
  ...more,
});

export const identified = (value: string) => ({ identifier: [{ system: 'urn:test:id', value }] });

/** Ids of what a search found, in the order found. */
export function idsIn({ body }: Answer, mode = 'match'): string[] {
  const entries = (body['entry'] ?? []) as unknown as { resource: { id: string }; search: { mode: string } }[];
  return entries.filter(({ search }) => search.mode === mode).map(({ resource }) => resource.id);
}
