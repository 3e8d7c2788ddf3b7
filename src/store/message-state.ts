import type { Transaction } from 'kysely';
import type { MessageStatus, Reason } from '../model/message.js';
import type { MessageRow, Tables } from './tables.js';

const VERSION_CONFLICT: Reason = {
  code: 'version-conflict',
  path: '/version',
  message: 'a message accepted earlier has this version with other content; that one counts',
};

/** What is known of a message itself: how it was mapped, and how many of its facts are contradicted. */
export type OwnState = Pick<MessageRow, 'own_state' | 'own_reasons' | 'conflicts'>;

/** What its facts ask of people, on top. */
export interface AskedState {
  readonly state: 'applied' | 'waiting';
  readonly reasons: readonly Reason[];
}

/** Of several states of one message the first counts: rejected, waiting, applied. CONTRACT 2, `GET /messages`. */
export function stateOf(
  { own_state: own, own_reasons: reasons, conflicts }: OwnState,
  asked: AskedState = { state: 'applied', reasons: [] },
): { state: Exclude<MessageStatus, 'delivered' | 'received'>; reasons: string } {
  const contradicted = Array.from({ length: conflicts }, () => VERSION_CONFLICT);
  const state = conflicts > 0 ? 'rejected' : own === '' ? asked.state : own;
  return {
    state,
    reasons: JSON.stringify([...(JSON.parse(reasons) as Reason[]), ...contradicted, ...asked.reasons]),
  };
}

export async function conflictsOf(trx: Transaction<Tables>, messageId: string): Promise<number> {
  const rows = await trx
    .selectFrom('facts')
    .select('n')
    .where('message_id', '=', messageId)
    .where('refused', '=', 1)
    .execute();
  return rows.length;
}

/** Facts of these messages are contradicted now, or not any more. What is to be mapped again has no state yet. */
export async function settleConflicts(trx: Transaction<Tables>, messageIds: Iterable<string>): Promise<void> {
  for (const id of new Set(messageIds)) {
    const conflicts = await conflictsOf(trx, id);
    const row = await trx
      .selectFrom('messages')
      .select(['state', 'own_state', 'own_reasons'])
      .where('id', '=', id)
      .executeTakeFirstOrThrow();
    const settled = row.state === 'received' ? {} : stateOf({ ...row, conflicts });
    await trx
      .updateTable('messages')
      .set({ conflicts, ...settled })
      .where('id', '=', id)
      .execute();
  }
}
