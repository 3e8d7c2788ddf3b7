import { sql, type Transaction } from 'kysely';
import type { Connection } from './connection.js';
import type { Tables } from './tables.js';
import { repeated } from './unavailable.js';

type Write = <T>(work: (trx: Transaction<Tables>) => Promise<T>) => Promise<T>;

/** All that writes goes through here. After waiting for a lock it must see what the other did: that is «read committed». */
export interface Transactions {
  /** On disk when it resolves. */
  readonly write: Write;
  /**
   * May be lost when the power fails, as if it had never been: with all that came after it, and nothing that came before. For what is
   * then done again and does no harm; what somebody was told, or what is sent because of it, is not of that kind.
   */
  readonly writeUnforced: Write;
}

export function transactionsOn({ db, dialect, forceCommits }: Connection): Transactions {
  const readCommitted = () => db.transaction().setIsolationLevel('read committed');
  return {
    write: (work) => repeated(() => readCommitted().execute(work)),
    writeUnforced: (work) =>
      repeated(() =>
        dialect === 'postgres'
          ? readCommitted().execute(async (trx) => {
              await sql`SELECT set_config('synchronous_commit', 'off', true)`.execute(trx);
              return work(trx);
            })
          : db.connection().execute(async (own) => {
              forceCommits(false);
              try {
                return await own.transaction().execute(work);
              } finally {
                forceCommits(true);
              }
            }),
      ),
  };
}
