import { sql, type Kysely, type Transaction } from 'kysely';
import type { InboundResource } from '../model/fhir-content.js';
import type { LookedUp } from '../model/resources.js';
import type { Instant } from '../support/clock.js';
import { lockPatients } from './patients.js';
import type { Dialect, UnclearPatient } from './store.js';
import type { Tables } from './tables.js';

/** See {@link StoreTransaction.ownTask}. */
export async function ownTask(
  trx: Transaction<Tables>,
  id: string,
): Promise<{ wanted: InboundResource; written?: InboundResource } | undefined> {
  const row = await trx
    .selectFrom('resources')
    .select(['wanted', 'written'])
    .where('type', '=', 'Task')
    .where('id', '=', id)
    .executeTakeFirst();
  if (row === undefined) return undefined;
  const wanted = JSON.parse(row.wanted) as InboundResource;
  return { wanted, ...(row.written === null ? {} : { written: JSON.parse(row.written) as InboundResource }) };
}

/** See {@link Store.isSending}. */
export async function isSending(db: Kysely<Tables>, taskIds: readonly string[], now: Instant): Promise<boolean> {
  const row = await db
    .selectFrom('resources')
    .innerJoin('deliveries', 'deliveries.patient_id', 'resources.patient_id')
    .select('resources.id')
    .where('resources.type', '=', 'Task')
    .where((eb) =>
      eb.or([
        eb('resources.id', 'in', [...taskIds]),
        eb.and([eb('resources.server_id', 'is not', null), eb('resources.server_id', 'in', [...taskIds])]),
      ]),
    )
    .where('resources.state', '=', 'pending')
    .where('deliveries.lease_until', '>', now)
    .limit(1)
    .executeTakeFirst();
  return row !== undefined;
}

/** See {@link StoreTransaction.adopt}. */
export async function adopt(
  trx: Transaction<Tables>,
  dialect: Dialect,
  patientId: string,
  found: LookedUp['found'],
): Promise<readonly string[]> {
  const patients = new Set([patientId]);
  for (const [key, one] of found) {
    const row = await trx.deleteFrom('resources').where('key', '=', key).returning(['type', 'id']).executeTakeFirst();
    if (row === undefined) continue;
    await trx.deleteFrom('resource_basis').where('resource_key', '=', key).execute();
    for (const id of await referringTo(trx, `${row.type}/${row.id}`)) patients.add(id);
    const there = one === 'several' ? { on_target: one } : { on_target: 'found' as const, resource_id: one.id };
    if (row.type === 'Patient') {
      await trx.updateTable('patients').set(there).where('id', '=', patientId).execute();
    } else {
      await trx.updateTable('organizations').set(there).where('resource_id', '=', row.id).execute();
    }
  }
  return lockPatients(trx, dialect, [...patients]);
}

/** Nothing that refers to it was written yet, or it would be there: only what is pending is looked at. */
async function referringTo(trx: Transaction<Tables>, reference: string): Promise<string[]> {
  const rows = await trx
    .selectFrom('resources')
    .select('patient_id')
    .distinct()
    .where('state', '<>', 'done')
    .where(sql<boolean>`wanted LIKE ${`%"reference":"${reference}"%`}`)
    .execute();
  return rows.flatMap(({ patient_id: id }) => id ?? []);
}

/** See {@link Store.unclearPatients}. */
export async function unclearPatients(db: Kysely<Tables>): Promise<UnclearPatient[]> {
  const patients = await db
    .selectFrom('patients')
    .select(['id', 'resource_id'])
    .where('on_target', '=', 'several')
    .limit(MOST_UNCLEAR)
    .execute();
  return Promise.all(
    patients.map(async ({ id, resource_id: resourceId }) => {
      const identifiers = await db
        .selectFrom('patient_identifiers')
        .select(['system', 'value'])
        .where('patient_id', '=', id)
        .execute();
      return { patientId: id, resourceId, identifiers };
    }),
  );
}

const MOST_UNCLEAR = 200;

/** See {@link StoreTransaction.clarify}. */
export async function clarify(
  trx: Transaction<Tables>,
  patientId: string,
  resourceId: string | undefined,
): Promise<void> {
  const there = resourceId === undefined ? {} : { resource_id: resourceId };
  const onTarget = resourceId === undefined ? ('ours' as const) : ('found' as const);
  await trx
    .updateTable('patients')
    .set({ on_target: onTarget, ...there })
    .where('id', '=', patientId)
    .where('on_target', '=', 'several')
    .execute();
}
