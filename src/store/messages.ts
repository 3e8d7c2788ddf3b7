import { sql, type Kysely, type Transaction } from 'kysely';
import type { References } from '../model/fhir-content.js';
import type { JournaledMessage, MessageStatus, MessageView, Reason } from '../model/message.js';
import { NOT_CONFORMANT } from '../model/resources.js';
import type { Instant } from '../support/clock.js';
import { addMs } from '../support/dates.js';
import { reviveDeadLetters } from './dead-letters.js';
import { conflictsOf, stateOf, type OwnState } from './message-state.js';
import type { Dialect, MessageClaim, MessageEnd, MessageQuery } from './store.js';
import type { MessageRow, Tables } from './tables.js';

/** A cursor that was not made by a page before. */
export class InvalidCursor extends Error {
  override readonly name = 'InvalidCursor';
}

/** See {@link Store.claimMessages}: the oldest first. */
export async function claimMessages(
  trx: Transaction<Tables>,
  dialect: Dialect,
  now: Instant,
  limit: number,
  leaseMs: number,
): Promise<MessageClaim[]> {
  const rows = await trx
    .with(
      (wb) => wb('due').materialized(),
      (qb) => {
        const due = qb
          .selectFrom('messages')
          .select('seq')
          .where('state', '=', 'received')
          .where('not_before', '<=', now)
          .where('lease_until', '<=', now)
          .orderBy('seq')
          .limit(limit);
        return dialect === 'postgres' ? due.forUpdate().skipLocked() : due;
      },
    )
    .updateTable('messages')
    .set((eb) => ({ lease_until: addMs(now, leaseMs), fence: eb('fence', '+', 1), attempts: eb('attempts', '+', 1) }))
    .where('seq', 'in', (qb) => qb.selectFrom('due').select('seq'))
    .returningAll()
    .execute();
  return rows
    .sort((a, b) => a.seq - b.seq)
    .map((row) => ({ message: journaled(row), fence: row.fence, attempts: row.attempts }));
}

function journaled(row: MessageRow): JournaledMessage {
  return {
    id: row.id,
    seq: row.seq,
    source: row.source,
    messageKey: row.message_key,
    kind: row.kind,
    receivedAt: row.received_at,
    ...(row.stated_at === null ? {} : { statedAt: row.stated_at }),
    content: JSON.parse(row.content) as unknown,
    contentHash: row.content_hash,
    ...(row.refs === null ? {} : { references: JSON.parse(row.refs) as References }),
  };
}

/** See {@link StoreTransaction.finishMessage}. */
export async function finishMessage(
  trx: Transaction<Tables>,
  claim: MessageClaim,
  { state, reasons, references, pack, again = false }: MessageEnd,
): Promise<boolean> {
  const own = {
    own_state: state === 'applied' ? ('' as const) : state,
    own_reasons: JSON.stringify(reasons),
    conflicts: await conflictsOf(trx, claim.message.id),
  };
  const settled = stateOf(own);
  return updateClaimed(trx, claim, {
    ...own,
    ...(pack === undefined ? {} : { pack }),
    ...settled,
    state: again ? 'received' : settled.state,
    ...(references === undefined ? {} : { refs: JSON.stringify(references) }),
  });
}

/** Only while the claim is ours: its fence is the newest, and nobody finished it. */
export async function updateClaimed(
  trx: Transaction<Tables>,
  claim: MessageClaim,
  set: Partial<Pick<MessageRow, 'state' | 'reasons' | 'not_before' | keyof OwnState | 'refs' | 'pack'>>,
): Promise<boolean> {
  const rows = await trx
    .updateTable('messages')
    .set({ ...set, lease_until: '' })
    .where('id', '=', claim.message.id)
    .where('fence', '=', claim.fence)
    .where('state', '=', 'received')
    .returning('id')
    .execute();
  return rows.length === 1;
}

const UNSENT = sql<boolean>`EXISTS (SELECT 1 FROM resource_basis b JOIN resources r ON r.key = b.resource_key
  WHERE b.message_id = messages.id AND r.state <> 'done')`;

/** See {@link Store.listMessages}. */
export async function listMessages(
  db: Kysely<Tables>,
  query: MessageQuery,
): Promise<{ messages: MessageView[]; next?: string }> {
  const before = query.cursor === undefined ? undefined : readCursor(query.cursor);
  const rows = await db
    .selectFrom('messages')
    .selectAll()
    .$if(query.status !== undefined, (q) => q.where(statusIs(query.status ?? 'received')))
    .$if(query.source !== undefined, (q) => q.where('source', '=', query.source ?? ''))
    .$if(before !== undefined, (q) => q.where('seq', '<', before ?? 0))
    .orderBy('seq', 'desc')
    .limit(query.count + 1)
    .execute();
  const page = rows.slice(0, query.count);
  const messages = await viewsOf(db, page);
  const last = page.at(-1);
  return rows.length > page.length && last !== undefined ? { messages, next: String(last.seq) } : { messages };
}

function readCursor(cursor: string): number {
  const seq = Number(cursor);
  if (!/^\d{1,15}$/.test(cursor) || !Number.isSafeInteger(seq)) throw new InvalidCursor();
  return seq;
}

function statusIs(status: MessageStatus) {
  if (status === 'delivered') return sql<boolean>`state = 'applied' AND NOT ${UNSENT}`;
  if (status === 'applied') return sql<boolean>`state = 'applied' AND ${UNSENT}`;
  return sql<boolean>`state = ${status}`;
}

export async function messageView(db: Kysely<Tables>, id: string): Promise<MessageView | undefined> {
  const rows = await db.selectFrom('messages').selectAll().where('id', '=', id).execute();
  return (await viewsOf(db, rows))[0];
}

/** The status as operators see it: what was applied is delivered once none of its resources is left to be sent. */
async function viewsOf(db: Kysely<Tables>, rows: readonly MessageRow[]): Promise<MessageView[]> {
  const applied = rows.filter(({ state }) => state === 'applied').map(({ id }) => id);
  const unsent =
    applied.length === 0
      ? []
      : await db
          .selectFrom('resource_basis')
          .innerJoin('resources', 'resources.key', 'resource_basis.resource_key')
          .select(['resource_basis.message_id', 'resources.state', 'resources.type', 'resources.reasons'])
          .where('resource_basis.message_id', 'in', applied)
          // A row that was settled at the moment when it was noted that a message waits for it.
          .where('resources.state', '<>', 'done')
          .execute();
  return rows.map((row) => {
    const own = unsent.filter(({ message_id: id }) => id === row.id);
    const dead = own.filter(({ state }) => state === 'dead');
    const stored = JSON.parse(row.reasons) as Reason[];
    return {
      id: row.id,
      source: row.source,
      kind: row.kind,
      status: row.state === 'applied' && own.length === 0 ? 'delivered' : row.state,
      receivedAt: row.received_at,
      reasons: [...stored, ...dead.map(deliveryFailed)],
    };
  });
}

/** By our own check, with the sentence of what is wrong, or by the server, whose own words are not kept. */
function deliveryFailed({ type, reasons }: { type: string; reasons: string }): Reason {
  const all = JSON.parse(reasons) as Reason[];
  const own = all.filter(({ code }) => code === NOT_CONFORMANT).map(({ path, message }) => `${path}: ${message}`);
  const codes = all.map(({ code, path }) => (path === '' ? code : `${code} at ${path}`));
  const message =
    own.length > 0
      ? `the ${type} was not sent, ${NOT_CONFORMANT}: ${own.join('; ')}`
      : `the FHIR server refused the ${type}: ${codes.join(', ')}`;
  return { code: 'delivery-failed', path: '', message };
}

/** See {@link Store.replay}. */
export async function replay(trx: Transaction<Tables>, dialect: Dialect, id: string, now: Instant): Promise<boolean> {
  await reviveDeadLetters(trx, dialect, now, id);
  const rows = await trx
    .updateTable('messages')
    .set({ state: 'received', reasons: '[]', not_before: now, lease_until: '', attempts: 0 })
    .where('id', '=', id)
    .returning('id')
    .execute();
  return rows.length === 1;
}

/** See {@link Store.replayPack}. */
export async function replayPack(
  trx: Transaction<Tables>,
  pack: string,
  since: Instant,
  now: Instant,
): Promise<number> {
  const rows = await trx
    .updateTable('messages')
    .set({ state: 'received', reasons: '[]', not_before: now, lease_until: '', attempts: 0 })
    .where('pack', '=', pack)
    .where('received_at', '>=', since)
    .where('state', '<>', 'received')
    .returning('id')
    .execute();
  return rows.length;
}

/** See {@link Store.mappedBy}. */
export async function mappedBy(
  db: Kysely<Tables>,
  pack: string,
  { since, afterSeq, count }: { readonly since: Instant; readonly afterSeq: number; readonly count: number },
): Promise<readonly JournaledMessage[]> {
  const rows = await db
    .selectFrom('messages')
    .selectAll()
    .where('pack', '=', pack)
    .where('received_at', '>=', since)
    .where('seq', '>', afterSeq)
    .orderBy('seq')
    .limit(count)
    .execute();
  return rows.map(journaled);
}
