import type { CreationRights } from '../model/resources.js';
import type { Clock } from '../support/clock.js';
import { addMs } from '../support/dates.js';
import { newId } from '../support/ids.js';
import type { Transactions } from './transactions.js';

/** As long as a delivery keeps what it claimed: whoever claimed it before this right was taken is over when it ends. */
const LEASE_MS = 180_000;

/** See {@link CreationRights}: this process's, kept with the row, as long as no id is known that the server gave. */
export function creationsOn({ write }: Transactions, clock: Clock): CreationRights {
  const maker = newId();
  return {
    take: (key) =>
      write(async (trx) => {
        const now = clock.now();
        const taken = await trx
          .updateTable('resources')
          .set({ maker, maker_until: addMs(now, LEASE_MS) })
          .where('key', '=', key)
          .where('server_id', 'is', null)
          .where((eb) => eb.or([eb('maker', 'is', null), eb('maker', '=', maker), eb('maker_until', '<=', now)]))
          .returning('key')
          .executeTakeFirst();
        return taken !== undefined;
      }),
    release: async (key) => {
      await write((trx) =>
        trx.updateTable('resources').set({ maker: null }).where('key', '=', key).where('maker', '=', maker).execute(),
      );
    },
  };
}
