import type { Transaction } from 'kysely';
import type { Instant } from '../support/clock.js';
import { lockPatients } from './patients.js';
import { wakeDeliveries } from './save-wanted.js';
import type { Dialect } from './store.js';
import type { Tables } from './tables.js';

const MOST_REVIVED = 500;

/**
 * A lot of them, since after a wrong setting everything may be dead; 0: there are none left. See {@link Store.reviveDeadLetters};
 * `ofMessage`: only what it waits for.
 */
export async function reviveDeadLetters(
  trx: Transaction<Tables>,
  dialect: Dialect,
  at: Instant,
  ofMessage?: string,
): Promise<number> {
  const dead = await trx
    .selectFrom('resources')
    .select(['key', 'patient_id'])
    // In these words SQLite knows its partial index again.
    .where('state', '<>', 'done')
    .where('state', '=', 'dead')
    .$if(ofMessage !== undefined, (query) =>
      query.where('key', 'in', (eb) =>
        eb
          .selectFrom('resource_basis')
          .select('resource_key')
          .where('message_id', '=', ofMessage ?? ''),
      ),
    )
    .limit(MOST_REVIVED)
    .execute();
  if (dead.length === 0) return 0;
  const patients = await lockPatients(trx, dialect, await sendersOf(trx, dead));
  const rows = await trx
    .updateTable('resources')
    .set({ state: 'pending', reasons: '[]' })
    .where('state', '=', 'dead')
    .where(
      'key',
      'in',
      dead.map(({ key }) => key),
    )
    .returning('key')
    .execute();
  await wakeDeliveries(trx, patients, at);
  return rows.length;
}

/** The patients with whose deliveries the rows go: a shared Organization with those whose messages wanted it. */
async function sendersOf(
  trx: Transaction<Tables>,
  rows: readonly { key: string; patient_id: string | null }[],
): Promise<string[]> {
  const shared = rows.filter(({ patient_id: id }) => id === null).map(({ key }) => key);
  const own = rows.map(({ patient_id: id }) => id).filter((id) => id !== null);
  if (shared.length === 0) return [...new Set(own)];
  const naming = await trx
    .selectFrom('resource_basis')
    .innerJoin('facts', 'facts.message_id', 'resource_basis.message_id')
    .select('facts.patient_id')
    .distinct()
    .where('resource_key', 'in', shared)
    .execute();
  return [...new Set([...own, ...naming.map(({ patient_id: id }) => id)])];
}
