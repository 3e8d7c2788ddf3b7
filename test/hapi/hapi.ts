import type { Bundle, FhirResource } from 'fhir/r4.js';
import { ask } from '../servers/client.js';

/** The address of HAPI, which `run.js` started. */
export function hapiBase(): string {
  const base = process.env['HAPI_BASE_URL'];
  if (base === undefined) throw new Error('HAPI is started by: npm run test:hapi');
  return base;
}

/** Everything is gone: for a test that looks at all there is. */
export async function emptyHapi(): Promise<void> {
  const parameter = [{ name: 'expungeEverything', valueBoolean: true }];
  await onHapi('POST', '$expunge', { resourceType: 'Parameters', parameter });
}

/** In one transaction. */
export async function putOnHapi(...resources: readonly FhirResource[]): Promise<void> {
  const entry = resources.map((resource) => ({
    resource,
    request: { method: 'PUT', url: `${resource.resourceType}/${resource.id ?? ''}` },
  }));
  await onHapi('POST', '', { resourceType: 'Bundle', type: 'transaction', entry });
}

export async function editOnHapi<T extends FhirResource>(name: string, change: (resource: T) => T): Promise<void> {
  await onHapi('PUT', name, change((await onHapi('GET', name)) as T));
}

export async function searchHapi<T extends FhirResource>(query: string): Promise<T[]> {
  const bundle = (await onHapi('GET', query)) as Bundle<T>;
  return (bundle.entry ?? []).flatMap(({ resource }) => resource ?? []);
}

export async function onHapi(method: string, path: string, body?: object): Promise<unknown> {
  const url = path === '' ? hapiBase() : `${hapiBase()}/${path}`;
  const { status, text, body: answer } = await ask(url, method, body, { 'cache-control': 'no-cache' });
  if (status >= 300) throw new Error(`${method} ${path} answered ${status}: ${text}`);
  return answer;
}

export async function until(what: string, isSo: () => Promise<boolean>): Promise<void> {
  for (let tries = 0; tries < 300; tries++) {
    if (await isSo()) return;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error(`it never was so: ${what}`);
}
