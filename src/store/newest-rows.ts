import type { Kysely, Transaction } from 'kysely';
import type { NewestRow } from '../model/csv-content.js';
import type { Tables } from './tables.js';

const MOST_ROWS = 500;

/** See {@link Store.newestRows}. */
export async function newestRows(
  db: Kysely<Tables>,
  source: string,
  names: readonly string[],
): Promise<Map<string, NewestRow>> {
  const found = new Map<string, NewestRow>();
  for (let n = 0; n < names.length; n += MOST_ROWS) {
    const rows = await db
      .selectFrom('newest_rows')
      .selectAll()
      .where('source', '=', source)
      .where('name', 'in', names.slice(n, n + MOST_ROWS))
      .execute();
    for (const { name, content_hash: contentHash, message_id: messageId, n: nth } of rows)
      found.set(name, { contentHash, messageId, n: nth });
  }
  return found;
}

/** See {@link Store.keepNewestRows}. */
export async function keepNewestRows(
  trx: Transaction<Tables>,
  source: string,
  rows: ReadonlyMap<string, NewestRow>,
): Promise<void> {
  const values = [...rows].map(([name, { contentHash, messageId, n }]) => ({
    source,
    name,
    content_hash: contentHash,
    message_id: messageId,
    n,
  }));
  for (let n = 0; n < values.length; n += MOST_ROWS) {
    await trx
      .insertInto('newest_rows')
      .values(values.slice(n, n + MOST_ROWS))
      .onConflict((conflict) =>
        conflict.columns(['source', 'name']).doUpdateSet((eb) => ({
          content_hash: eb.ref('excluded.content_hash'),
          message_id: eb.ref('excluded.message_id'),
          n: eb.ref('excluded.n'),
        })),
      )
      .execute();
  }
}
