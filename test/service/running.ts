import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Bundle, FhirResource } from 'fhir/r4.js';
import type { Config } from '../../src/config.js';
import { startService, type Service, type ServiceOverrides } from '../../src/service.js';
import { silentLog } from '../../src/support/log.js';

/** A service on a free port and a folder of its own, spoken to over HTTP. */
export interface RunningService {
  readonly service: Service;
  readonly dataDir: string;
  readonly send: (...events: object[]) => Promise<string[]>;
  readonly status: (id: string) => Promise<Message>;
  readonly until: (id: string, ...wanted: string[]) => Promise<Message>;
  readonly fhir: <T extends FhirResource>(path: string) => Promise<T[]>;
  readonly get: (path: string) => Promise<Response>;
}

interface Message {
  readonly status: string;
  readonly reasons: { readonly code: string }[];
}

export const NATIONAL_ID = '17915710069';
const OID = 'urn:oid:2.16.578.1.12.4.1.4';

export function newFolder(): string {
  return mkdtempSync(join(tmpdir(), 'service-'));
}

export function removeFolder(dir: string): void {
  rmSync(dir, { recursive: true, force: true });
}

export async function running(config: Partial<Config> = {}, overrides: ServiceOverrides = {}): Promise<RunningService> {
  const dataDir = config.dataDir ?? newFolder();
  const service = await startService(
    { port: 0, host: '127.0.0.1', logLevel: 'silent', ...config, dataDir },
    { log: silentLog, ...overrides },
  );
  const authorization: Record<string, string> =
    config.apiToken === undefined ? {} : { authorization: `Bearer ${config.apiToken}` };
  const call = (path: string, init: RequestInit = {}) =>
    fetch(`${service.url}${path}`, {
      ...init,
      headers: { ...authorization, ...(init.headers as Record<string, string> | undefined) },
    });
  const status = async (id: string) => (await (await call(`/messages/${id}`)).json()) as Message;
  return {
    service,
    dataDir,
    status,
    get: (path) => call(path),
    send: async (...events) => {
      const headers = { 'content-type': 'application/cloudevents-batch+json' };
      const answer = await call('/inbox/events', { method: 'POST', headers, body: JSON.stringify(events) });
      if (answer.status !== 202) throw new Error(`answered ${answer.status}: ${await answer.text()}`);
      return ((await answer.json()) as { messages: { id: string }[] }).messages.map(({ id }) => id);
    },
    until: async (id, ...wanted) => {
      for (let tries = 0; ; tries++) {
        const message = await status(id);
        if (wanted.includes(message.status)) return message;
        if (tries > 400) throw new Error(`the message is ${message.status}, not ${wanted.join(' or ')}`);
        await new Promise((resolve) => setTimeout(resolve, 25));
      }
    },
    fhir: async <T extends FhirResource>(path: string) => {
      const bundle = (await (await call(`/fhir/${path}`)).json()) as Bundle<T>;
      return (bundle.entry ?? []).flatMap(({ resource }) => resource ?? []);
    },
  };
}

let sent = 0;

export function event(kind: string, id: string, data: object): object {
  return {
    specversion: '1.0',
    id: `event-${sent++}`,
    source: 'urn:epr',
    type: `no.pakkeforlop.${kind}.v1`,
    data: {
      id,
      version: 1,
      patient: {
        identifier: [{ system: `${OID}.1`, value: NATIONAL_ID }],
        name: { family: 'Etternavnsen', given: ['Fornavn'] },
        birthDate: '1957-05-17',
      },
      organization: { identifier: { system: `${OID}.101`, value: '983975240' } },
      ...data,
    },
  };
}
