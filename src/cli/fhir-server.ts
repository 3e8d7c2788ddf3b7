import { createServer } from 'node:http';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import express from 'express';
import { openFhirServer } from '../fhir-server/fhir-server.js';
import { closeServer, listen } from '../http-listener.js';
import { inProject } from '../root.js';
import { systemClock } from '../support/clock.js';
import { createLog } from '../support/log.js';
import { startFailure, stopOnSignal } from './serve.js';

export interface FhirServerOptions {
  readonly port: number;
  /** The folder of its file. */
  readonly data: string;
}

/** The embedded FHIR server by itself, on this machine only: somebody else's server, to try the adapter against. */
export async function runFhirServer({ port, data }: FhirServerOptions): Promise<number> {
  const address = { url: '' };
  const log = createLog('warn');
  try {
    mkdirSync(data, { recursive: true });
    const fhir = openFhirServer({
      file: join(data, 'fhir.db'),
      definitionsDir: inProject('profiles/r4'),
      searchesDir: inProject('profiles/built'),
      clock: systemClock,
      baseUrl: () => `${address.url}/fhir`,
      log,
    });
    const server = createServer(express().disable('x-powered-by').use('/fhir', fhir.routes));
    address.url = await listen(server, { port, host: '127.0.0.1' });
    stopOnSignal(async () => {
      await closeServer(server);
      await fhir.close();
    });
  } catch (error) {
    console.error(`Cannot start: ${startFailure(error)}`);
    return 1;
  }
  console.log(`A FHIR R4 server, its file in ${data}: ${address.url}/fhir`);
  return 0;
}
