import type { Kysely, Transaction } from 'kysely';
import type { Fact } from '../model/facts.js';
import type { OwnResource, ResourceName } from '../model/fhir-content.js';
import type { Tables } from './tables.js';

/** See {@link Store.watermark}. */
export async function watermark(db: Kysely<Tables>, source: string, type: string): Promise<string | undefined> {
  const row = await db
    .selectFrom('watermarks')
    .select('since')
    .where('source', '=', source)
    .where('type', '=', type)
    .executeTakeFirst();
  return row?.since;
}

export async function moveWatermark(
  trx: Transaction<Tables>,
  source: string,
  type: string,
  since: string,
): Promise<void> {
  await trx
    .insertInto('watermarks')
    .values({ source, type, since })
    .onConflict((conflict) => conflict.columns(['source', 'type']).doUpdateSet({ since }))
    .execute();
}

/** See {@link Store.ownResources}. */
export async function ownResources(db: Kysely<Tables>, names: readonly ResourceName[]): Promise<OwnResource[]> {
  const wanted = new Set(names.map(({ type, id }) => `${type}/${id}`));
  const ids = [...new Set(names.map(({ id }) => id))];
  const found: OwnResource[] = [];
  for (let n = 0; n < ids.length; n += MOST_IDS) {
    const rows = await db
      .selectFrom('resources')
      .select(['type', 'id', 'server_id', 'server_version'])
      .where((eb) => {
        const some = ids.slice(n, n + MOST_IDS);
        return eb.or([eb('id', 'in', some), eb.and([eb('server_id', 'is not', null), eb('server_id', 'in', some)])]);
      })
      .execute();
    for (const { type, id: ours, server_id: given, server_version: version } of rows) {
      const id = given ?? ours;
      if (wanted.has(`${type}/${id}`))
        found.push({ type, id, ...(version === null ? {} : { writtenVersion: version }) });
    }
  }
  return found;
}

const MOST_IDS = 500;

/** See {@link Store.openPatients}. */
export async function openPatients(db: Kysely<Tables>, source: string): Promise<string[]> {
  const rows = await db
    .selectFrom('facts')
    .select('content')
    .where('source', '=', source)
    .where('stands', '=', 1)
    .where('patient_id', 'in', (eb) => eb.selectFrom('deadlines').select('patient_id').where('state', '=', 'open'))
    .execute();
  const ids = rows.flatMap(({ content }) => {
    const fact = JSON.parse(content) as Fact;
    return 'patient' in fact ? (fact.patient.resourceId ?? []) : [];
  });
  return (await onServer(db, [...new Set(ids)])).sort();
}

/** The ids that a server gave, where it gave its own to our Patients. */
async function onServer(db: Kysely<Tables>, patientIds: readonly string[]): Promise<string[]> {
  const theirs = new Map<string, string | null>();
  for (let n = 0; n < patientIds.length; n += MOST_IDS) {
    const given = await db
      .selectFrom('resources')
      .select(['id', 'server_id'])
      .where('type', '=', 'Patient')
      .where('id', 'in', patientIds.slice(n, n + MOST_IDS))
      .execute();
    for (const { id, server_id: each } of given) theirs.set(id, each);
  }
  return patientIds.map((id) => theirs.get(id) ?? id);
}
