import type { FhirResource, Patient } from 'fhir/r4.js';
import pLimit from 'p-limit';
import type { Mappings } from './load-mappings.js';
import { applyPrepared, prepareMessage, refreshPatient } from './apply-message.js';
import { isUnmappedKey } from './compose/unmapped.js';
import { Deliveries } from './deliveries.js';
import type { DataCheck } from './map/map-message.js';
import {
  NOT_CONFORMANT,
  type DeliveryResult,
  type GivenIds,
  type LookedUp,
  type PendingWrite,
} from './model/resources.js';
import type { ResolveOptions } from './resolve/resolve-references.js';
import type { CountedCode, DeliveryClaim, MessageClaim, Store, StoreTransaction } from './store/store.js';
import type { Clock, Instant } from './support/clock.js';
import { addMs } from './support/dates.js';
import { canonicalJson } from './support/ids.js';
import { placeOf, type Log } from './support/log.js';
import { letOthersRun } from './support/work-loop.js';
import { scan, type ScanResult } from './watch/scan.js';

/** `given`: the ids that a server gave which takes none of ours. */
export type Deliver = (rows: readonly PendingWrite[], attempts: number, given?: GivenIds) => Promise<DeliveryResult>;

/** What the pipeline is made of. Each step is handed in, so that a test can stop, fail or delay any of them. */
export interface PipelineSteps {
  readonly store: Store;
  /** Those in use: they may be others the next time. */
  readonly mappings: () => Mappings;
  readonly checkData: DataCheck;
  readonly deliver: Deliver;
  readonly newId: () => string;
  readonly registersFor: (organizationNumber: string) => boolean;
  /** The pack for what a source says in FHIR. */
  readonly packNameOf: (source: string) => string | undefined;
  /** The server that a source's references are read from, where it has one. */
  readonly serverOf: (source: string) => Pick<ResolveOptions, 'base' | 'read'>;
  /** Whether a source's resources are on the FHIR server that is written to. */
  readonly livesOnTarget: (source: string) => boolean;
  /** Who stands on the FHIR server already. */
  readonly lookUp: (rows: readonly PendingWrite[], attempts: number, given?: GivenIds) => Promise<LookedUp>;
  readonly clock: Clock;
  readonly log: Log;
}

export interface Pipeline {
  /** Applies messages that are waiting to be; false: there were none. */
  applySome(): Promise<boolean>;
  /** Sends what is due to be sent, and waits for the answers; false: there was nothing. */
  deliverSome(): Promise<boolean>;
  /** Begins to send what is due, as far as there is room, and tells of each that ends; false: nothing was begun. */
  beginDeliveries(ended: (error?: unknown) => void): Promise<boolean>;
  /** Resolves when nothing that was begun is on its way any more. */
  deliveriesEnded(): Promise<void>;
  /** The deadline scan, as of now. */
  scan(): Promise<ScanResult>;
  /** Looks again at what waits for somebody outside, with `areNew` also at what the mappings could not map; true: some of it goes on. */
  lookAgain(mappings: { readonly areNew: boolean }): Promise<boolean>;
}

const CLAIMED_AT_ONCE = 20;
/**
 * Messages applied in one transaction. On SQLite each transaction costs a wait for the disk, but what a long one keeps waiting is
 * deliveries, and the FHIR server with them; on PostgreSQL others wait for its locks.
 */
const LOT = { sqlite: 2, postgres: 1 } as const;
const LEASE_MS = 60_000;
const DELIVERY_LEASE_MS = 180_000;
const RETRY_MS = 500;
const LONGEST_RETRY_MS = 60_000;
/** A message that failed so often meets a mistake of ours: it is put aside with a reason, and can be replayed. */
const MOST_ATTEMPTS = 12;

/**
 * The order of things: journal → map → facts → derive → compose → outbox, and from there to the FHIR server; the clock comes in
 * by the scan. Every part can be repeated; nothing is told to anybody before it is stored.
 */
export function createPipeline(steps: PipelineSteps): Pipeline {
  const { store, clock } = steps;
  const atOnce = pLimit(store.dialect === 'sqlite' ? 1 : 4);
  const deliveries = new Deliveries({
    claim: (limit) => store.claimDeliveries(clock.now(), limit, DELIVERY_LEASE_MS),
    deliver: (claim) => deliverOne(steps, claim),
  });
  return {
    async applySome() {
      const claims = await store.claimMessages(clock.now(), CLAIMED_AT_ONCE, LEASE_MS);
      await Promise.all(inLots(claims, LOT[store.dialect]).map((lot) => atOnce(() => applyLot(steps, lot))));
      return claims.length > 0;
    },
    async deliverSome() {
      const begun = await deliveries.begin();
      await Promise.all(begun);
      return begun.length > 0;
    },
    async beginDeliveries(ended) {
      const begun = await deliveries.begin();
      for (const delivery of begun) void delivery.then(() => ended(), ended);
      return begun.length > 0;
    },
    deliveriesEnded: () => deliveries.ended(),
    lookAgain: async ({ areNew }) => {
      const codes = await store.unmappedCodes();
      const known = areNew ? codes : codes.filter((code) => hasTarget(steps.mappings(), code));
      const again = [await store.retryMapped(known), await store.retryHeld(), await clarifyPatients(steps)];
      return again.some((count) => count > 0);
    },
    scan: () =>
      scan(clock.now(), {
        due: (on, at, limit, after) => store.scanCandidates(on, at, limit, after),
        look: async (patientId, at) => {
          await letOthersRun();
          return store.transaction((tx) => lookAtPatient(steps, tx, patientId, at));
        },
      }),
  };
}

async function deliverOne(steps: PipelineSteps, claim: DeliveryClaim): Promise<void> {
  const { store, lookUp, clock } = steps;
  if (claim.outdated.length > 0 && (await renew(steps, claim, claim.outdated)))
    return store.completeDelivery(claim, { done: [] });
  const { found, retryAt } = await lookUp(claim.rows, claim.attempts, claim.given);
  if (retryAt !== undefined) return store.completeDelivery(claim, { done: [], retryAt });
  if (found.size === 0) return store.completeDelivery(claim, await delivered(steps, claim));
  const at = clock.now();
  await store.transaction(async (tx) => {
    const patientIds = await tx.adopt(claim.patientId, found);
    for (const patientId of patientIds) await refreshPatient(steps, tx, patientId, { at, scan: false });
  });
  await store.completeDelivery(claim, { done: [] });
}

/** What an earlier release composed may lack what is asked for today: it is composed anew before it is given up. */
async function delivered(steps: PipelineSteps, claim: DeliveryClaim): Promise<DeliveryResult> {
  const result = await steps.deliver(claim.rows, claim.attempts, claim.given);
  const refused = result.done.filter(({ reasons = [] }) => reasons.some(({ code }) => code === NOT_CONFORMANT));
  // The Task of an unmapped code is no patient's: there is nothing to derive it from.
  const keys = refused.flatMap(({ key }) => (isUnmappedKey(key) ? [] : [key]));
  if (keys.length === 0 || !(await renew(steps, claim, keys))) return result;
  return { ...result, done: result.done.filter(({ outcome }) => outcome !== 'dead') };
}

/** Derives anew what is outdated, by key; false: that changed nothing of it. */
async function renew(steps: PipelineSteps, claim: DeliveryClaim, outdated: readonly string[]): Promise<boolean> {
  const { patientId, rows } = claim;
  const before = new Map(rows.map(({ key, wanted }) => [key, wanted]));
  return steps.store.transaction(async (tx) => {
    if (!(await tx.lockPatient(patientId))) return true;
    const { outcome } = await refreshPatient(steps, tx, patientId, { at: steps.clock.now(), scan: false });
    return outcome.wanted.some(
      ({ key, content }) => outdated.includes(key) && canonicalJson(content) !== canonicalJson(before.get(key)),
    );
  });
}

/** Patients of whom the server had several, and has one or none by now; how many. */
async function clarifyPatients(steps: PipelineSteps): Promise<number> {
  const { store, lookUp, clock } = steps;
  let clear = 0;
  for (const { patientId, resourceId, identifiers } of await store.unclearPatients()) {
    const key = `Patient|${patientId}`;
    const wanted: Patient = {
      resourceType: 'Patient',
      id: resourceId,
      identifier: identifiers.map(({ system, value }) => ({ system, value })),
    };
    const row: PendingWrite = { key, type: 'Patient', id: resourceId, wanted, wantedN: 0, sent: [] };
    const { found, retryAt } = await lookUp([row], 0);
    const one = found.get(key);
    if (retryAt !== undefined || one === 'several') continue;
    clear++;
    await store.transaction(async (tx) => {
      if (!(await tx.lockPatient(patientId))) return;
      await tx.clarify(patientId, one?.id);
      await refreshPatient(steps, tx, patientId, { at: clock.now(), scan: false });
    });
  }
  return clear;
}

function hasTarget({ packs }: Mappings, { pack, system, code }: CountedCode): boolean {
  return packs.find(({ name }) => name === pack)?.hasTarget({ system, code }) === true;
}

function inLots<T>(items: readonly T[], size: number): T[][] {
  return Array.from({ length: Math.ceil(items.length / size) }, (_, n) => items.slice(n * size, (n + 1) * size));
}

/** All of a lot in one transaction, with a pause after each message; where one of them fails, each in one of its own. */
async function applyLot(steps: PipelineSteps, claims: readonly MessageClaim[]): Promise<void> {
  const applied = claims.length > 1 && (await applyTogether(steps, claims).catch(() => false));
  if (!applied) for (const claim of claims) await applyOrPostpone(steps, claim);
  await letOthersRun();
}

async function applyOrPostpone(steps: PipelineSteps, claim: MessageClaim): Promise<void> {
  try {
    await applyTogether(steps, [claim]);
  } catch (error) {
    const { store, clock, log } = steps;
    log.error('message not applied', { ...placeOf(error), messageId: claim.message.id, attempts: claim.attempts });
    if (claim.attempts >= MOST_ATTEMPTS) {
      const reason = {
        code: 'failed',
        path: '',
        message: 'it could not be applied; replay it when the cause is mended',
      };
      await store.transaction((tx) => tx.finishMessage(claim, { state: 'rejected', reasons: [reason] }));
    } else {
      const delayMs = Math.min(LONGEST_RETRY_MS, RETRY_MS * 2 ** claim.attempts);
      await store.postponeMessage(claim, addMs(clock.now(), delayMs));
    }
  }
}

async function applyTogether(steps: PipelineSteps, claims: readonly MessageClaim[]): Promise<true> {
  const { store, clock } = steps;
  const prepared = await Promise.all(claims.map((claim) => prepareMessage(steps, claim)));
  const at = clock.now();
  await store.transaction(async (tx) => {
    for (const each of prepared) {
      if (each !== undefined) await applyPrepared(steps, tx, each, at);
      await letOthersRun();
    }
  });
  return true;
}

async function lookAtPatient(steps: PipelineSteps, tx: StoreTransaction, patientId: string, at: Instant) {
  if (!(await tx.lockPatient(patientId))) return { posted: 0, closed: 0 };
  const { before, outcome } = await refreshPatient(steps, tx, patientId, { at, scan: true });
  const tasks = outcome.wanted.filter(({ type }) => type === 'Task');
  const wasReady = (key: string) => isReady(before.resources.get(key)?.wanted);
  return {
    posted: tasks.filter(({ key, content }) => isReady(content) && !wasReady(key)).length,
    closed: tasks.filter(({ key, content }) => !isReady(content) && wasReady(key)).length,
  };
}

function isReady(resource: FhirResource | undefined): boolean {
  return resource?.resourceType === 'Task' && resource.status === 'ready';
}
