import { factKeyOf, type PathwayFact, type PatientStatement, type ReferralFact } from '../../src/model/facts.js';
import type { SourceMessage } from '../../src/model/message.js';
import type { PatientOutcome } from '../../src/model/record.js';
import type { PendingWrite, WantedResource, WriteDone } from '../../src/model/resources.js';
import type { MessageClaim, Store, StoreTransaction } from '../../src/store/store.js';
import { contentHash } from '../../src/support/ids.js';

export const NOW = '2026-03-20T12:00:00.000Z';
export const LATER = '2026-03-20T13:00:00.000Z';
const LEASE_MS = 60_000;

/** A message of which only its identity and what it says matter here. */
export function message(key: string, says: unknown = key, more: Partial<SourceMessage> = {}): SourceMessage {
  const content = { says };
  return {
    source: 'urn:epr',
    messageKey: key,
    kind: 'no.pakkeforlop.referral.v1',
    receivedAt: NOW,
    content,
    contentHash: contentHash(content),
    ...more,
  };
}

/** A person known by the values of identifiers of one system. */
export function person(...values: readonly string[]): PatientStatement {
  return { identifier: values.map((value) => ({ system: 'urn:person', value })) };
}

export const HOSPITAL = { identifier: { system: 'urn:org', value: '974' }, name: 'Hospital' };

export function referral(businessId: string, more: Partial<ReferralFact> = {}): ReferralFact {
  return {
    kind: 'referral',
    status: 'active',
    businessId,
    version: 1,
    patient: person('a'),
    organization: HOSPITAL,
    receivedAt: '2026-03-02',
    receivedOn: '2026-03-02',
    purpose: 'workup',
    mark: 'C01',
    ...more,
  };
}

export function withdrawn(businessId: string, version: number, patient = person('a')): PathwayFact {
  return { kind: 'referral', status: 'withdrawn', businessId, version, patient, organization: HOSPITAL };
}

/** Accepts messages, one for each list of facts, and claims them in the order they were accepted. */
export async function accepted(store: Store, keys: readonly string[]): Promise<MessageClaim[]> {
  await store.accept(
    keys.map((key) => message(key)),
    { lenient: false },
  );
  const claims = await store.claimMessages(NOW, 1_000, LEASE_MS);
  return keys.map((key) => claims.find((claim) => claim.message.messageKey === key)!);
}

/** Keeps the facts of a claimed message and finishes it, as the pipeline does. */
export function applied(store: Store, claim: MessageClaim, facts: readonly PathwayFact[]) {
  return store.transaction(async (tx) => {
    const patientIds = await record(tx, claim, facts);
    await tx.finishMessage(claim, { state: 'applied', reasons: [] });
    return { patientIds };
  });
}

export function record(tx: StoreTransaction, { message: of }: MessageClaim, facts: readonly PathwayFact[]) {
  return tx.recordFacts({
    messageId: of.id,
    acceptedSeq: of.seq,
    source: of.source,
    statedAt: of.statedAt ?? of.receivedAt,
    pack: 'canonical',
    packVersion: '1',
    facts: facts.map((fact) => ({
      key: factKeyOf({ source: of.source, kind: fact.kind, businessId: fact.businessId }),
      fact,
    })),
  });
}

/** Accepts and applies a message that says these facts. */
export async function told(store: Store, key: string, facts: readonly PathwayFact[]) {
  const [claim] = await accepted(store, [key]);
  return { ...(await applied(store, claim!, facts)), id: claim!.message.id };
}

export function loaded(store: Store, patientId: string) {
  return store.transaction((tx) => tx.loadPatient(patientId));
}

/** Business id and version of what stands of a patient. */
export async function standing(store: Store, patientId: string): Promise<string[]> {
  const { facts } = await loaded(store, patientId);
  return facts.map(({ fact }) => `${fact.businessId} v${fact.version}`).sort();
}

export const NOTHING: PatientOutcome = {
  identities: [],
  pathways: [],
  deadlines: [],
  warned: [],
  questions: [],
  messages: [],
  wanted: [],
};

export function wanted(key: string, says: string, more: Partial<WantedResource> = {}): WantedResource {
  const id = `id-of-${key}`;
  return {
    key,
    type: 'Task',
    id,
    content: { resourceType: 'Task', id, description: says } as never,
    messageIds: [],
    ...more,
  };
}

export function organization(says = 'Hospital', value = '974'): WantedResource {
  const id = `org-${value}`;
  const content = { resourceType: 'Organization' as const, id, name: says };
  return { key: `Organization|urn:org|${value}`, type: 'Organization', id, content, messageIds: [] };
}

/** Saves what is wanted of a patient, by a message that caused it. */
export async function saved(
  store: Store,
  patientId: string,
  outcome: Partial<PatientOutcome>,
  trigger?: string,
  at = NOW,
): Promise<void> {
  await store.transaction(async (tx) => {
    await tx.lockPatient(patientId);
    await tx.savePatient(patientId, { ...NOTHING, ...outcome }, at, trigger);
  });
}

export function written(row: PendingWrite, serverVersion = '1'): WriteDone {
  return { key: row.key, wantedN: row.wantedN, outcome: 'written', written: row.wanted, serverVersion };
}

/** Sends all that is pending: the server takes everything. */
export async function delivered(store: Store, now = NOW): Promise<string[]> {
  const keys: string[] = [];
  for (;;) {
    const claims = await store.claimDeliveries(now, 10, LEASE_MS);
    if (claims.length === 0) return keys;
    for (const claim of claims) {
      keys.push(...claim.rows.map(({ key }) => key));
      await store.completeDelivery(claim, { done: claim.rows.map((row) => written(row)) });
    }
  }
}

export async function statusOf(store: Store, id: string): Promise<string | undefined> {
  return (await store.message(id))?.status;
}
