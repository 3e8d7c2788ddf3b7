import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Bundle, FhirResource, Organization } from 'fhir/r4.js';
import { startService, type Service } from '../../src/service.js';
import type { Clock } from '../../src/support/clock.js';
import { silentLog } from '../../src/support/log.js';
import type { OpenedStore, StoreKind } from '../store/stores.js';
import { ask, nextPageOf } from './client.js';

const COPIES = 50;
const PATIENTS = 200;
const WRITERS = 3;
const PATIENCE_MS = 240_000;

/** What stands after the race: how many there are of each type, and how many different ones. */
export interface Stood {
  readonly delivered: number;
  readonly counts: Readonly<Record<string, readonly [resources: number, identifiers: number]>>;
}

const hospitalOf = (run: string) => ({ system: `urn:race:${run}`, value: 'hospital' });

/** The server that is raced on. */
export interface Racecourse {
  readonly base: string;
  /** Puts a hospital there that all of them know, before they start. */
  stand(hospital: Organization): Promise<void>;
  /** All that carries an identifier of the race, and what is about its patients. */
  standing(run: string): Promise<readonly FhirResource[]>;
  /** What the writers take for the time. */
  readonly clock?: Clock;
}

/** A server that is put to and searched over HTTP. */
export function overHttp(base: string): Racecourse {
  return {
    base,
    stand: async (hospital) => {
      await ask(`${base}/Organization/${hospital.id ?? ''}`, 'PUT', hospital);
    },
    standing: (run) => search(run, base),
  };
}

/**
 * Three writers, fifty times the same referral of each of 200 patients, all at once: replicas on one PostgreSQL, or three clients of
 * the only service that files allow. `isKnown`: the hospital stands on the server before, as all of theirs do: it is found, and none
 * is made.
 */
export async function race(kind: StoreKind, course: Racecourse, { isKnown = true } = {}): Promise<Stood> {
  const run = randomUUID().slice(0, 8);
  if (isKnown) await course.stand({ resourceType: 'Organization', id: `race-${run}`, identifier: [hospitalOf(run)] });
  const kept = await kind.open(course.clock);
  await kept.store.close();
  const replicas = kind.name === 'PostgreSQL' ? WRITERS : 1;
  const services: Service[] = [];
  const folders = Array.from({ length: replicas }, () => mkdtempSync(join(tmpdir(), 'race-')));
  try {
    for (const folder of folders) services.push(await startWriter(kept, folder, course));
    const ids = await sendAll(run, services);
    return { delivered: await settled(ids, services), counts: countsOf(await course.standing(run)) };
  } finally {
    for (const service of services) await service.stop();
    for (const folder of folders) rmSync(folder, { recursive: true, force: true });
    await kept.remove();
  }
}

function startWriter(
  { dataDir, databaseUrl }: OpenedStore,
  folder: string,
  { base, clock }: Racecourse,
): Promise<Service> {
  const store = databaseUrl === undefined ? { dataDir } : { dataDir: folder, databaseUrl };
  return startService(
    { port: 0, host: '127.0.0.1', logLevel: 'silent', fhirBaseUrl: base, ...store },
    { log: silentLog, ...(clock === undefined ? {} : { clock }) },
  );
}

/** Each copy of all is one batch, each in an order of its own. */
async function sendAll(run: string, services: readonly Service[]): Promise<string[]> {
  const events = Array.from({ length: PATIENTS }, (_, n) => referral(run, n));
  const copies = Array.from({ length: COPIES }, (_, n) => [...events.slice(n), ...events.slice(0, n)]);
  const ids = new Set<string>();
  const writer = async (mine: number) => {
    for (let copy = mine; copy < COPIES; copy += WRITERS) {
      const url = `${services[mine % services.length]!.url}/inbox/events`;
      const headers = { 'content-type': 'application/cloudevents-batch+json' };
      const { status, body, text } = await ask(url, 'POST', copies[copy], headers);
      if (status !== 202) throw new Error(`answered ${status}: ${text}`);
      for (const { id } of body['messages'] as unknown as { id: string }[]) ids.add(id);
    }
  };
  await Promise.all(Array.from({ length: WRITERS }, (_, n) => writer(n)));
  return [...ids];
}

function referral(run: string, n: number): object {
  return {
    ...{ specversion: '1.0', id: `${run}-${n}`, source: `urn:race:${run}`, type: 'no.pakkeforlop.referral.v1' },
    data: {
      ...{ id: `r${n}`, version: 1, receivedAt: '2026-03-02', mark: 'C01' },
      patient: { identifier: [{ system: `urn:race:${run}`, value: `${n}` }], birthDate: '1957-05-17' },
      organization: { identifier: hospitalOf(run) },
    },
  };
}

/** How many of the messages are delivered, once all are. */
async function settled(ids: readonly string[], [service]: readonly Service[]): Promise<number> {
  const until = Date.now() + PATIENCE_MS;
  for (let left = [...ids]; ;) {
    const states = await Promise.all(
      left.map(async (id) => [id, (await ask(`${service!.url}/messages/${id}`, 'GET', undefined)).body['status']]),
    );
    left = states.filter(([, status]) => (status as unknown as string) !== 'delivered').map(([id]) => id as string);
    if (left.length === 0 || Date.now() > until) return ids.length - left.length;
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
}

async function search(run: string, base: string): Promise<FhirResource[]> {
  const carrying = encodeURIComponent(`urn:race:${run}|`);
  const patients = await findAll(`${base}/Patient?identifier=${carrying}&_count=50`);
  const found = [...(await findAll(`${base}/Organization?identifier=${carrying}`)), ...patients];
  for (let from = 0; from < patients.length; from += 40) {
    const some = patients.slice(from, from + 40).map(({ id = '' }) => id);
    for (const type of ['EpisodeOfCare', 'ServiceRequest', 'Task'])
      found.push(...(await findAll(`${base}/${type}?patient=${some.join()}&_count=50`)));
  }
  return found;
}

function countsOf(standing: readonly FhirResource[]): Stood['counts'] {
  return Object.fromEntries(
    [...new Set(standing.map(({ resourceType }) => resourceType))].map((type) => {
      const all = standing.filter(({ resourceType }) => resourceType === type);
      const identifiers = all.map((one) => JSON.stringify('identifier' in one ? one.identifier : one.id));
      return [type, [all.length, new Set(identifiers).size] as const];
    }),
  );
}

async function findAll(first: string): Promise<FhirResource[]> {
  const found: FhirResource[] = [];
  for (let url: string | undefined = first; url !== undefined;) {
    const page = await ask(url, 'GET', undefined, { 'cache-control': 'no-cache' });
    if (page.status !== 200) throw new Error(`answered ${page.status}`);
    found.push(
      ...((page.body as unknown as Bundle<FhirResource>).entry ?? []).flatMap(({ resource }) => resource ?? []),
    );
    url = nextPageOf(page);
  }
  return found;
}

/** One of each for each patient, and both milestones. */
export const ONE_OF_EACH: Stood = {
  delivered: PATIENTS,
  counts: {
    Organization: [1, 1],
    Patient: [PATIENTS, PATIENTS],
    EpisodeOfCare: [PATIENTS, PATIENTS],
    ServiceRequest: [PATIENTS, PATIENTS],
    Task: [2 * PATIENTS, 2 * PATIENTS],
  },
};
