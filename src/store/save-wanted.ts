import type { Transaction } from 'kysely';
import type { WantedResource } from '../model/resources.js';
import type { Instant } from '../support/clock.js';
import { canonicalJson } from '../support/ids.js';
import type { ResourceRow, Tables } from './tables.js';

interface Wanted {
  readonly patientId: string;
  readonly wanted: readonly WantedResource[];
  readonly at: Instant;
  readonly trigger?: string;
}

interface BasisRow {
  readonly resource_key: string;
  readonly message_id: string;
}

/**
 * Touches a row of the outbox only where its content differs from what was wanted before, and wakes the patient's delivery.
 * The patient is locked, and whoever claims or ends a delivery locks it too: the patient's own rows do not change meanwhile.
 * Organizations may, and are not locked: all messages of a hospital would queue behind one row.
 */
export async function saveWanted(trx: Transaction<Tables>, change: Wanted): Promise<void> {
  const { patientId, at, trigger } = change;
  const wanted = [...change.wanted].sort((a, b) => (a.key < b.key ? -1 : 1));
  if (wanted.length === 0) return;
  const keys = wanted.map(({ key }) => key);
  const known = await trx.selectFrom('resources').selectAll().where('key', 'in', keys).execute();
  const byKey = new Map(known.map((row) => [row.key, row]));
  const added = wanted.filter(({ key }) => !byKey.has(key));
  const differing = wanted.filter((resource) => differs(resource, byKey.get(resource.key), patientId));
  await insertNew(trx, added, change);
  for (const resource of differing) await replace(trx, resource, patientId);
  const changed = new Set([...added, ...differing]);
  const basis = wanted
    .filter((resource) => changed.has(resource) || byKey.get(resource.key)?.state === 'pending')
    .flatMap((resource) => basisOf(resource, changed.has(resource) ? trigger : undefined));
  await saveBasis(trx, basis);
  if (changed.size > 0) await wakeDeliveries(trx, [patientId], at);
}

/** A delivery that waits or is under way keeps its time: a server that is down is not asked more often because more came in. */
export async function wakeDeliveries(
  trx: Transaction<Tables>,
  patientIds: readonly string[],
  at: Instant,
): Promise<void> {
  if (patientIds.length === 0) return;
  await trx
    .insertInto('deliveries')
    .values(patientIds.map((id) => ({ patient_id: id, not_before: at, lease_until: '', fence: 0, attempts: 0 })))
    // Not «do nothing»: the row is locked by it, so that it does not go away before what was added is seen.
    .onConflict((conflict) =>
      conflict.column('patient_id').doUpdateSet((eb) => ({ patient_id: eb.ref('excluded.patient_id') })),
    )
    .execute();
}

function differs(resource: WantedResource, row: ResourceRow | undefined, patientId: string): boolean {
  if (row === undefined) return false;
  return row.wanted !== canonicalJson(resource.content) || row.patient_id !== ownerOf(resource, patientId);
}

function ownerOf({ type }: WantedResource, patientId: string): string | null {
  return type === 'Organization' ? null : patientId;
}

async function insertNew(
  trx: Transaction<Tables>,
  resources: readonly WantedResource[],
  { patientId, at }: Wanted,
): Promise<void> {
  if (resources.length === 0) return;
  const rows = resources.map((resource) => ({
    key: resource.key,
    type: resource.type,
    id: resource.id,
    patient_id: ownerOf(resource, patientId),
    fact_key: resource.factKey ?? null,
    first_wanted_at: at,
    wanted: canonicalJson(resource.content),
    wanted_n: 1,
    written: null,
    server_version: null,
    state: 'pending' as const,
    sent: '',
    reasons: '[]',
  }));
  await trx
    .insertInto('resources')
    .values(rows)
    // An Organization that another patient's message brought at the same moment.
    .onConflict((conflict) => conflict.column('key').doNothing())
    .execute();
}

async function replace(trx: Transaction<Tables>, resource: WantedResource, patientId: string): Promise<void> {
  await trx
    .updateTable('resources')
    .set((eb) => ({
      wanted: canonicalJson(resource.content),
      wanted_n: eb('wanted_n', '+', 1),
      state: 'pending' as const,
      patient_id: ownerOf(resource, patientId),
      reasons: '[]',
    }))
    .where('key', '=', resource.key)
    .execute();
}

function basisOf({ key, messageIds }: WantedResource, trigger: string | undefined): BasisRow[] {
  const messages = new Set(trigger === undefined ? messageIds : [...messageIds, trigger]);
  return [...messages].map((messageId) => ({ resource_key: key, message_id: messageId }));
}

async function saveBasis(trx: Transaction<Tables>, rows: readonly BasisRow[]): Promise<void> {
  if (rows.length === 0) return;
  await trx
    .insertInto('resource_basis')
    .values([...rows])
    .onConflict((conflict) => conflict.columns(['message_id', 'resource_key']).doNothing())
    .execute();
}
