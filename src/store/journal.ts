import { setImmediate as afterPendingInput } from 'node:timers/promises';
import type { Transaction } from 'kysely';
import type { Acceptance, SourceMessage } from '../model/message.js';
import { newId } from '../support/ids.js';
import type { Connection } from './connection.js';
import { StoreUnavailable } from './store.js';
import type { Tables } from './tables.js';
import { repeated } from './unavailable.js';

interface Batch {
  readonly messages: readonly SourceMessage[];
  readonly lenient: boolean;
}

interface Waiting extends Batch {
  readonly done: (acceptances: readonly Acceptance[]) => void;
  readonly failed: (error: unknown) => void;
}

/** What one transaction takes at most: a call may hold a thousand messages, and nothing else runs meanwhile on SQLite. */
const MOST_MESSAGES = 2_000;
/** Rows of one statement: what both databases can bind. */
const MOST_ROWS = 500;

/**
 * Keeps messages. Calls that wait share one transaction, so that many small ones cost one write to disk, and each is answered
 * after its commit.
 */
export class Journal {
  private queue: Waiting[] = [];
  private running = false;

  constructor(private readonly connection: Connection) {}

  /** See {@link Store.accept}. */
  accept(messages: readonly SourceMessage[], { lenient }: { lenient: boolean }): Promise<readonly Acceptance[]> {
    return new Promise((done, failed) => {
      this.queue.push({ messages, lenient, done, failed });
      if (!this.running) void this.run();
    });
  }

  private async run(): Promise<void> {
    this.running = true;
    while (this.queue.length > 0) {
      // SQLite never yields from begin to commit: without this pause every request would be a group of its own.
      await afterPendingInput();
      await this.keepTogether(this.nextGroup());
    }
    this.running = false;
  }

  private nextGroup(): Waiting[] {
    let messages = 0;
    const end = this.queue.findIndex((batch) => (messages += batch.messages.length) > MOST_MESSAGES);
    return this.queue.splice(0, end === -1 ? this.queue.length : Math.max(1, end));
  }

  private async keepTogether(group: readonly Waiting[]): Promise<void> {
    try {
      const answers = await repeated(() => this.connection.db.transaction().execute((trx) => acceptGroup(trx, group)));
      group.forEach(({ done }, index) => done(answers[index] ?? []));
    } catch (error) {
      if (error instanceof StoreUnavailable || group.length === 1) for (const { failed } of group) failed(error);
      // Something is wrong with one of them: the others do not share its fate.
      else for (const batch of group) await this.keepTogether([batch]);
    }
  }
}

type Known = Map<string, { readonly id: string; readonly contentHash: string }>;
type Row = ReturnType<typeof rowOf>;

/** Another replica kept one of these between our look and our insert: the transaction is done anew, and sees it. */
class KeptElsewhere extends Error {
  readonly code = '40001';
}

async function acceptGroup(
  trx: Transaction<Tables>,
  group: readonly Batch[],
): Promise<readonly (readonly Acceptance[])[]> {
  const known = await findKnown(
    trx,
    group.flatMap(({ messages }) => messages),
  );
  const rows: Row[] = [];
  const answers = group.map((batch) => {
    const judged = judge(batch, known);
    for (const row of judged.rows) {
      known.set(identityOf(row.source, row.message_key), { id: row.id, contentHash: row.content_hash });
      rows.push(row);
    }
    return judged.acceptances;
  });
  for (const some of chunks(rows)) await insert(trx, some);
  return answers;
}

/** What becomes of each message, and the rows to keep: none when a batch that is not lenient has a conflict. */
function judge({ messages, lenient }: Batch, known: Known): { acceptances: readonly Acceptance[]; rows: Row[] } {
  const fresh = new Map<string, Row>();
  const acceptances = messages.map((message): Acceptance => {
    const identity = identityOf(message.source, message.messageKey);
    const row = fresh.get(identity);
    const before = row === undefined ? known.get(identity) : { id: row.id, contentHash: row.content_hash };
    if (before === undefined) {
      const made = rowOf(message);
      fresh.set(identity, made);
      return { status: 'received', id: made.id };
    }
    return before.contentHash === message.contentHash ? { status: 'duplicate', id: before.id } : { status: 'conflict' };
  });
  const refused = !lenient && acceptances.some(({ status }) => status === 'conflict');
  return { acceptances, rows: refused ? [] : [...fresh.values()] };
}

async function findKnown(trx: Transaction<Tables>, messages: readonly SourceMessage[]): Promise<Known> {
  const known: Known = new Map();
  const keysOf = new Map<string, Set<string>>();
  for (const { source, messageKey } of messages) {
    const keys = keysOf.get(source) ?? new Set();
    keysOf.set(source, keys.add(messageKey));
  }
  for (const [source, keys] of keysOf) {
    for (const some of chunks([...keys])) {
      const rows = await trx
        .selectFrom('messages')
        .select(['id', 'message_key', 'content_hash'])
        .where('source', '=', source)
        .where('message_key', 'in', some)
        .execute();
      for (const { id, message_key: key, content_hash: hash } of rows)
        known.set(identityOf(source, key), { id, contentHash: hash });
    }
  }
  return known;
}

async function insert(trx: Transaction<Tables>, rows: readonly Row[]): Promise<void> {
  const inserted = await trx
    .insertInto('messages')
    .values([...rows])
    .onConflict((conflict) => conflict.columns(['source', 'message_key']).doNothing())
    .executeTakeFirst();
  if (Number(inserted.numInsertedOrUpdatedRows ?? 0) !== rows.length) throw new KeptElsewhere();
}

function rowOf(message: SourceMessage) {
  return {
    id: newId(),
    source: message.source,
    message_key: message.messageKey,
    kind: message.kind,
    received_at: message.receivedAt,
    stated_at: message.statedAt ?? null,
    content: JSON.stringify(message.content),
    content_hash: message.contentHash,
    state: 'received' as const,
    reasons: '[]',
    not_before: message.receivedAt,
    lease_until: '',
    fence: 0,
    attempts: 0,
  };
}

function identityOf(source: string, messageKey: string): string {
  return JSON.stringify([source, messageKey]);
}

function chunks<T>(items: readonly T[]): T[][] {
  return Array.from({ length: Math.ceil(items.length / MOST_ROWS) }, (_, n) =>
    items.slice(n * MOST_ROWS, (n + 1) * MOST_ROWS),
  );
}
