import type { Kysely, Transaction } from 'kysely';
import type { InboundResource, ResourceName } from '../model/fhir-content.js';
import type { SaidResource } from '../model/record.js';
import { lockNames } from './patients.js';
import type { Dialect, Wait } from './store.js';
import type { Tables } from './tables.js';
import { versionKeyOf } from './version-key.js';

/** See {@link Store.saidBefore}. */
export async function saidBefore(
  db: Kysely<Tables>,
  source: string,
  { type, id }: ResourceName,
): Promise<InboundResource | undefined> {
  const row = await db
    .selectFrom('said_resources')
    .select('content')
    .where('source', '=', source)
    .where('type', '=', type)
    .where('id', '=', id)
    .executeTakeFirst();
  return row === undefined ? undefined : (JSON.parse(row.content) as InboundResource);
}

/** Keeps what others refer to, the highest version of each, and lets the messages go on that waited for it. */
export async function keepSaid(
  trx: Transaction<Tables>,
  dialect: Dialect,
  source: string,
  said: readonly SaidResource[],
): Promise<void> {
  const names = said.map(({ resource }) => nameOf(source, resource));
  await lockNames(trx, dialect, names);
  for (const { resource, version } of said) {
    const { resourceType: type, id } = resource;
    const row = { source, type, id: id ?? '', version_key: versionKeyOf(version), content: JSON.stringify(resource) };
    await trx
      .insertInto('said_resources')
      .values(row)
      .onConflict((conflict) =>
        conflict
          .columns(['source', 'type', 'id'])
          .doUpdateSet({ version_key: row.version_key, content: row.content })
          .where('said_resources.version_key', '<', row.version_key),
      )
      .execute();
  }
  const references = said.map(({ resource }) => `${resource.resourceType}/${resource.id ?? ''}`);
  await goOn(trx, source, references);
}

function nameOf(source: string, { resourceType, id }: InboundResource): string {
  return JSON.stringify(['said', source, resourceType, id ?? '']);
}

/** Messages that wait for one of the references are applied again. */
async function goOn(trx: Transaction<Tables>, source: string, references: readonly string[]): Promise<void> {
  if (references.length === 0) return;
  const waiting = await trx
    .selectFrom('unresolved')
    .select('message_id')
    .distinct()
    .where('source', '=', source)
    .where('reference', 'in', references)
    .execute();
  await applyAgain(
    trx,
    waiting.map(({ message_id: id }) => id),
  );
}

/** Messages are mapped again at once. */
export async function applyAgain(trx: Transaction<Tables>, ids: readonly string[]): Promise<void> {
  if (ids.length === 0) return;
  await trx
    .updateTable('messages')
    .set({ state: 'received', attempts: 0, not_before: '' })
    .where('id', 'in', ids)
    .execute();
}

/** See {@link StoreTransaction.keepUnresolved}. What is known and leads nowhere is waited for in its next version. */
export async function keepUnresolved(
  trx: Transaction<Tables>,
  dialect: Dialect,
  { messageId, source, holds }: Wait,
): Promise<boolean> {
  await trx.deleteFrom('unresolved').where('message_id', '=', messageId).execute();
  const references = [...new Set(holds.map(({ reference }) => reference))].filter((each) => each !== '').sort();
  if (references.length === 0) return false;
  await lockNames(
    trx,
    dialect,
    references.map((reference) => JSON.stringify(['said', source, ...reference.split('/')])),
  );
  await trx
    .insertInto('unresolved')
    .values(references.map((reference) => ({ source, reference, message_id: messageId })))
    .execute();
  for (const { code, reference } of holds) {
    const [type = '', id = ''] = reference.split('/');
    if (code === 'unresolved-reference' && (await saidBefore(trx, source, { type, id })) !== undefined) return true;
  }
  return false;
}

/** See {@link Store.retryHeld}. */
export async function retryHeld(trx: Transaction<Tables>): Promise<number> {
  const held = await trx
    .selectFrom('facts')
    .select('message_id as id')
    .distinct()
    .where('held', '=', 1)
    .where('stands', '=', 1)
    .execute();
  const ids = held.map(({ id }) => id);
  for (let n = 0; n < ids.length; n += MOST_AT_ONCE) await applyAgain(trx, ids.slice(n, n + MOST_AT_ONCE));
  return ids.length;
}

const MOST_AT_ONCE = 500;
