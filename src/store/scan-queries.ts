import type { Kysely, Transaction } from 'kysely';
import type { Instant } from '../support/clock.js';
import type { Day } from '../support/dates.js';
import type { ScanCandidate, StoreCounts } from './store.js';
import type { Tables } from './tables.js';

/** See {@link Store.scanCandidates}. Each half by its own partial index: what is open but not due costs nothing. */
export async function scanCandidates(
  db: Kysely<Tables>,
  on: Day,
  at: Instant,
  limit: number,
  after = '',
): Promise<ScanCandidate[]> {
  const due = await dueDeadlines(db, on, after).limit(limit).execute();
  const asking = await askedBy(db, at, after).limit(limit).execute();
  const deadlines = new Map(asking.map(({ patient_id: id }) => [id, 0]));
  for (const row of due) deadlines.set(row.patient_id, row.deadlines);
  return [...deadlines]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .slice(0, limit)
    .map(([patientId, count]) => ({ patientId, deadlines: count }));
}

function dueDeadlines(db: Kysely<Tables>, on: Day, after: string) {
  return db
    .selectFrom('deadlines')
    .select((eb) => ['patient_id', eb.fn.countAll<number>().as('deadlines')])
    .where('look_on', 'is not', null)
    .where('look_on', '<=', on)
    .where('patient_id', '>', after)
    .groupBy('patient_id')
    .orderBy('patient_id');
}

/** Questions that may be asked by now. */
function askedBy(db: Kysely<Tables>, at: Instant, after: string) {
  return db
    .selectFrom('questions')
    .select('patient_id')
    .distinct()
    .where('asked', '=', 0)
    .where('ask_after', '<=', at)
    .where('patient_id', '>', after)
    .orderBy('patient_id');
}

export async function takeSlot(trx: Transaction<Tables>, job: string, slot: string): Promise<boolean> {
  const rows = await trx
    .insertInto('slots')
    .values({ job, slot })
    .onConflict((conflict) => conflict.columns(['job', 'slot']).doNothing())
    .returning('slot')
    .execute();
  if (rows.length === 1) await trx.deleteFrom('slots').where('job', '=', job).where('slot', '<', slot).execute();
  return rows.length === 1;
}

export async function counts(db: Kysely<Tables>): Promise<StoreCounts> {
  const states = await db
    .selectFrom('messages')
    .select((eb) => ['state', eb.fn.countAll<number>().as('n')])
    .groupBy('state')
    .execute();
  const unsent = await db
    .selectFrom('resources')
    .select((eb) => ['state', eb.fn.countAll<number>().as('n')])
    .where('state', '<>', 'done')
    .groupBy('state')
    .execute();
  const open = await db
    .selectFrom('deadlines')
    .select((eb) => eb.fn.countAll<number>().as('n'))
    .where('state', '=', 'open')
    .executeTakeFirstOrThrow();
  const of = (rows: readonly { state: string; n: number }[], state: string) =>
    rows.find((row) => row.state === state)?.n ?? 0;
  return {
    messages: {
      received: of(states, 'received'),
      applied: of(states, 'applied'),
      waiting: of(states, 'waiting'),
      rejected: of(states, 'rejected'),
    },
    outbox: { pending: of(unsent, 'pending'), dead: of(unsent, 'dead') },
    openDeadlines: open.n,
  };
}
