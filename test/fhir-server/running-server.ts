import { mkdtempSync, rmSync } from 'node:fs';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import express from 'express';
import { openFhirServer, type FhirServer } from '../../src/fhir-server/fhir-server.js';
import { silentLog, type Log } from '../../src/support/log.js';
import { ask, type Answer } from '../servers/client.js';

export interface RunningServer {
  readonly base: string;
  readonly file: string;
  call(method: string, path: string, body?: unknown, headers?: Record<string, string>): Promise<Answer>;
  /** Closes the file and opens it anew; with R4's own search parameters alone, or with those of a folder too. */
  reopen(searches?: { readonly searchesDir?: string }): Promise<void>;
  stop(): Promise<void>;
}

const profiles = join(import.meta.dirname, '../../profiles');
const folders = { definitionsDir: join(profiles, 'r4'), searchesDir: join(profiles, 'built') };

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
  const { definitionsDir } = folders;
  const open = (searches: { readonly searchesDir?: string } = folders) =>
    openFhirServer({ file, definitionsDir, ...searches, clock, baseUrl: () => base, log });
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
    call: (method, path, body, headers) => ask(path.startsWith('http') ? path : base + path, method, body, headers),
    reopen: async (searches) => {
      await fhir.close();
      fhir = open(searches);
    },
    stop: async () => {
      http.closeAllConnections();
      await new Promise((resolve) => http.close(resolve));
      await fhir.close();
      rmSync(dir, { recursive: true });
    },
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
