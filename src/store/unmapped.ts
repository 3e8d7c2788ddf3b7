import { sql, type Kysely, type Transaction } from 'kysely';
import { CANONICAL } from '../model/canonical.js';
import type { MissingCode, UnmappedCode } from '../model/record.js';
import { lockNames, lockPatients, patientOf } from './patients.js';
import { applyAgain } from './said-resources.js';
import type { CountedCode, Dialect } from './store.js';
import type { Tables } from './tables.js';

/** What a code is called where it is somebody: its Task is about nobody, and is sent like a patient's. */
const UNIT = `${CANONICAL}/unmapped-code`;

/** See {@link StoreTransaction.keepUnmapped}. */
export async function keepUnmapped(
  trx: Transaction<Tables>,
  dialect: Dialect,
  messageId: string,
  pack: string,
  codes: readonly MissingCode[],
): Promise<UnmappedCode[]> {
  const before = await trx.selectFrom('unmapped').selectAll().where('message_id', '=', messageId).execute();
  const named = new Map<string, Omit<UnmappedCode, 'unitId' | 'isWaitedFor'>>();
  for (const { pack: of, system, code } of before) named.set(nameOf(of, system, code), { pack: of, system, code });
  for (const { system, code } of codes) named.set(nameOf(pack, system, code), { pack, system, code });
  if (named.size === 0) return [];
  await lockNames(trx, dialect, [...named.keys()]);
  await trx.deleteFrom('unmapped').where('message_id', '=', messageId).execute();
  const rows = codes.map(({ system, code }) => ({ pack, system, code, message_id: messageId }));
  if (rows.length > 0)
    await trx
      .insertInto('unmapped')
      .values(rows)
      .onConflict((conflict) => conflict.doNothing())
      .execute();
  const touched: UnmappedCode[] = [];
  for (const [name, each] of [...named].sort(([a], [b]) => (a < b ? -1 : 1))) {
    const unitId = await patientOf(trx, [{ system: UNIT, value: name }]);
    touched.push({ ...each, unitId, isWaitedFor: await isWaitedFor(trx, each) });
  }
  await lockPatients(
    trx,
    dialect,
    touched.map(({ unitId }) => unitId),
  );
  return touched;
}

async function isWaitedFor(
  trx: Transaction<Tables>,
  { pack, system, code }: Pick<UnmappedCode, 'pack' | 'system' | 'code'>,
): Promise<boolean> {
  const row = await trx
    .selectFrom('unmapped')
    .select('message_id')
    .where('pack', '=', pack)
    .where('system', '=', system)
    .where('code', '=', code)
    .limit(1)
    .executeTakeFirst();
  return row !== undefined;
}

function nameOf(pack: string, system: string, code: string): string {
  return JSON.stringify([pack, system, code]);
}

/** See {@link Store.unmappedCodes}. */
export async function unmappedCodes(db: Kysely<Tables>): Promise<CountedCode[]> {
  const rows = await db
    .selectFrom('unmapped')
    .select(['pack', 'system', 'code', sql<number | string>`count(*)`.as('messages')])
    .groupBy(['pack', 'system', 'code'])
    .orderBy('messages', 'desc')
    .orderBy('code')
    .execute();
  // PostgreSQL counts beyond what a number holds, and says it as text.
  return rows.map((row) => ({ ...row, messages: Number(row.messages) }));
}

/** See {@link Store.retryMapped}. */
export async function retryMapped(
  trx: Transaction<Tables>,
  codes: readonly { pack: string; system: string; code: string }[],
): Promise<number> {
  let count = 0;
  for (const { pack, system, code } of codes) {
    const waiting = await trx
      .selectFrom('unmapped')
      .select('message_id')
      .where('pack', '=', pack)
      .where('system', '=', system)
      .where('code', '=', code)
      .execute();
    count += waiting.length;
    await applyAgain(
      trx,
      waiting.map(({ message_id: id }) => id),
    );
  }
  return count;
}
