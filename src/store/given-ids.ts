import type { Kysely, Transaction } from 'kysely';
import type { ResourceName } from '../model/fhir-content.js';
import type { GivenId, GivenIds } from '../model/resources.js';
import type { Tables } from './tables.js';

const MOST_IDS = 500;

/** The ids that the server gave to resources of the patients, and to those that patients share, by the names we have for them. */
export async function givenIds(trx: Transaction<Tables>, patientIds: readonly string[]): Promise<GivenIds> {
  const rows = await trx
    .selectFrom('resources')
    .select(['type', 'id', 'server_id'])
    .where('server_id', 'is not', null)
    .where((eb) => eb.or([eb('patient_id', 'in', [...patientIds]), eb('patient_id', 'is', null)]))
    .execute();
  return new Map(rows.map(({ type, id, server_id: given }) => [`${type}/${id}`, given ?? id]));
}

/** The first that is kept stays: another worker may have made an Organization at the same moment. */
export async function keepGivenIds(trx: Transaction<Tables>, given: readonly GivenId[]): Promise<void> {
  for (const { key, id } of [...given].sort((a, b) => (a.key < b.key ? -1 : 1)))
    await trx
      .updateTable('resources')
      .set({ server_id: id })
      .where('key', '=', key)
      .where('server_id', 'is', null)
      .execute();
}

/** See {@link Store.ourNames}. */
export async function ourNames(
  db: Kysely<Tables>,
  names: readonly ResourceName[],
): Promise<ReadonlyMap<string, string>> {
  const wanted = new Set(names.map(({ type, id }) => `${type}/${id}`));
  const ids = [...new Set(names.map(({ id }) => id))];
  const found = new Map<string, string>();
  for (let n = 0; n < ids.length; n += MOST_IDS) {
    const rows = await db
      .selectFrom('resources')
      .select(['type', 'id', 'server_id'])
      .where('server_id', 'is not', null)
      .where('server_id', 'in', ids.slice(n, n + MOST_IDS))
      .execute();
    for (const { type, id, server_id: given } of rows)
      if (wanted.has(`${type}/${given ?? ''}`)) found.set(`${type}/${given ?? ''}`, id);
  }
  return found;
}
