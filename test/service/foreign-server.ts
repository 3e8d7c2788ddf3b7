import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import express from 'express';
import type { Bundle, FhirResource } from 'fhir/r4.js';
import { openFhirServer } from '../../src/fhir-server/fhir-server.js';
import { systemClock } from '../../src/support/clock.js';
import { silentLog } from '../../src/support/log.js';
import { newFolder, removeFolder } from './running.js';

/** Somebody else's FHIR server: the embedded one, in a process of its own as far as the adapter can see. */
export interface ForeignServer {
  readonly url: string;
  readonly port: number;
  /** Writes that it took. */
  readonly writes: () => number;
  put(...resources: readonly FhirResource[]): Promise<void>;
  /** As somebody changes what stands there. */
  edit<T extends FhirResource>(name: string, change: (resource: T) => T): Promise<void>;
  remove(name: string): Promise<void>;
  search<T extends FhirResource>(query: string): Promise<T[]>;
  stop(): Promise<void>;
}

export async function startForeignServer(
  options: { readonly port?: number; readonly first?: express.RequestHandler } = {},
): Promise<ForeignServer> {
  const folder = newFolder();
  const address = { url: '' };
  const fhir = openFhirServer({
    file: `${folder}/fhir.db`,
    definitionsDir: 'profiles/r4',
    searchesDir: 'profiles/built',
    clock: systemClock,
    baseUrl: () => address.url,
    log: silentLog,
  });
  let writes = 0;
  const app = express();
  app.use((request, _response, next) => {
    if (request.method !== 'GET' && !request.path.endsWith('_search')) writes++;
    next();
  });
  if (options.first !== undefined) app.use(options.first);
  app.use('/fhir', fhir.routes);
  const server = createServer(app);
  await new Promise<void>((resolve) => server.listen(options.port ?? 0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  address.url = `http://127.0.0.1:${port}/fhir`;
  const call = async (method: string, path: string, body?: object): Promise<unknown> => {
    const answer = await fetch(`${address.url}/${path}`, {
      method,
      headers: { 'content-type': 'application/fhir+json' },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    if (!answer.ok) throw new Error(`${method} ${path} answered ${answer.status}: ${await answer.text()}`);
    return answer.status === 204 ? undefined : answer.json();
  };
  return {
    url: address.url,
    port,
    writes: () => writes,
    put: async (...resources) => {
      const entry = resources.map((resource) => ({
        resource,
        request: { method: 'PUT', url: `${resource.resourceType}/${resource.id ?? ''}` },
      }));
      await call('POST', '', { resourceType: 'Bundle', type: 'transaction', entry });
    },
    edit: async <T extends FhirResource>(name: string, change: (resource: T) => T) => {
      await call('PUT', name, change((await call('GET', name)) as T));
    },
    remove: async (name) => {
      await call('DELETE', name);
    },
    search: async <T extends FhirResource>(query: string) =>
      ((await call('GET', query)) as Bundle<T>).entry?.flatMap(({ resource }) => resource ?? []) ?? [],
    stop: async () => {
      await closed(server);
      await fhir.close();
      removeFolder(folder);
    },
  };
}

export function closed(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}
