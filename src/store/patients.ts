import { sql, type Transaction } from 'kysely';
import type { Identifier } from '../model/facts.js';
import { newId } from '../support/ids.js';
import { wakeDeliveries } from './save-wanted.js';
import type { Dialect } from './store.js';
import type { Tables } from './tables.js';

/**
 * One order for every lock a step takes: first what names things (identifiers, objects), sorted, then the rows of patients, by id.
 * On SQLite there is one writer, and nothing to lock.
 */
export async function lockNames(trx: Transaction<Tables>, dialect: Dialect, names: readonly string[]): Promise<void> {
  if (dialect === 'sqlite') return;
  for (const name of [...new Set(names)].sort()) {
    await sql`SELECT pg_advisory_xact_lock(hashtextextended(${name}, 0))`.execute(trx);
  }
}

/** Those of the patients that are still there (merged ones are not), locked. */
export async function lockPatients(
  trx: Transaction<Tables>,
  dialect: Dialect,
  ids: readonly string[],
): Promise<string[]> {
  if (ids.length === 0) return [];
  const query = trx
    .selectFrom('patients')
    .select('id')
    .where('id', 'in', [...new Set(ids)])
    .orderBy('id');
  const rows = await (dialect === 'sqlite' ? query : query.forUpdate()).execute();
  return rows.map(({ id }) => id);
}

/** The patients that have any of the identifiers. */
export async function ownersOf(trx: Transaction<Tables>, identifiers: readonly Identifier[]): Promise<Owner[]> {
  if (identifiers.length === 0) return [];
  const wanted = new Set(identifiers.map(identifierName));
  const rows = await trx
    .selectFrom('patient_identifiers')
    .selectAll()
    .where('system', 'in', [...new Set(identifiers.map(({ system }) => system))])
    .where('value', 'in', [...new Set(identifiers.map(({ value }) => value))])
    .execute();
  return rows.filter((row) => wanted.has(identifierName(row)));
}

type Owner = Identifier & { readonly patient_id: string };

/** What an identifier is called where it is locked. */
export function identifierName({ system, value }: Identifier): string {
  return JSON.stringify(['identifier', system, value]);
}

/**
 * The patient of these identifiers: found by any of them, made if there is none; two that share a message become one.
 * Their names and those who have them are locked by the caller.
 */
export async function patientOf(trx: Transaction<Tables>, identifiers: readonly Identifier[]): Promise<string> {
  const owners = await ownersOf(trx, identifiers);
  const patientId = await oneOf(trx, [...new Set(owners.map(({ patient_id: id }) => id))]);
  const owned = new Set(owners.map(identifierName));
  const missing = identifiers.filter((identifier) => !owned.has(identifierName(identifier)));
  if (missing.length > 0) {
    await trx
      .insertInto('patient_identifiers')
      .values(missing.map(({ system, value }) => ({ system, value, patient_id: patientId })))
      .onConflict((conflict) => conflict.columns(['system', 'value']).doNothing())
      .execute();
  }
  return patientId;
}

async function oneOf(trx: Transaction<Tables>, owners: readonly string[]): Promise<string> {
  if (owners.length === 0) {
    const id = newId();
    await trx.insertInto('patients').values({ id, resource_id: newId() }).execute();
    return id;
  }
  const rows = await trx.selectFrom('patients').selectAll().where('id', 'in', owners).orderBy('seq').execute();
  const [oldest, ...others] = rows;
  if (oldest === undefined) throw new Error('An identifier belongs to a patient that is there');
  for (const other of others) await merge(trx, oldest.id, other);
  return oldest.id;
}

const OF_PATIENT = [
  'patient_former_resources',
  'patient_identifiers',
  'facts',
  'identities',
  'pathways',
  'deadlines',
  'warned',
  'questions',
  'resources',
] as const;

/** Everything of `other` becomes the survivor's; its Patient resource is remembered, so that it can say who it is now. */
async function merge(
  trx: Transaction<Tables>,
  survivor: string,
  other: { id: string; resource_id: string },
): Promise<void> {
  for (const table of OF_PATIENT) {
    await trx.updateTable(table).set({ patient_id: survivor }).where('patient_id', '=', other.id).execute();
  }
  const [unsent] = await trx
    .deleteFrom('deliveries')
    .where('patient_id', '=', other.id)
    .returning('not_before')
    .execute();
  if (unsent !== undefined) await wakeDeliveries(trx, [survivor], unsent.not_before);
  await trx
    .insertInto('patient_former_resources')
    .values({ patient_id: survivor, resource_id: other.resource_id })
    .execute();
  await trx.deleteFrom('patients').where('id', '=', other.id).execute();
}
