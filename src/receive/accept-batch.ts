import type { Acceptance, Fault, SourceMessage } from '../model/message.js';
import { withLeftOut, type CheckedMessage } from './check-batch.js';

/** Keeps messages on disk before it resolves. Not lenient: one conflict, and nothing of the batch is kept. */
export type Accept = (
  messages: readonly SourceMessage[],
  options: { readonly lenient: boolean },
) => Promise<readonly Acceptance[]>;

/** The answer for one event of the body, in its place. */
export type Answer =
  | { readonly id: string; readonly status: 'received' | 'duplicate' }
  | { readonly status: 'refused'; readonly errors: readonly Fault[] }
  | { readonly status: 'conflict'; readonly path: string };

/**
 * Hands the events that can be stored to the store, each identity once: the same event twice in one batch is one message and a
 * duplicate of it, and other content under an identity that an earlier event of the batch has is a conflict.
 * Not lenient: on such a conflict the store is not asked.
 */
export async function acceptBatch(
  checked: readonly CheckedMessage[],
  accept: Accept,
  lenient: boolean,
): Promise<readonly Answer[]> {
  const firsts = firstOfEachIdentity(checked);
  const conflicts = checked.some((one) => 'message' in one && differsFromFirst(one.message, firsts));
  const unique = [...firsts.values()];
  const acceptances = conflicts && !lenient ? undefined : await accepted(unique, accept, lenient);
  return checked.map((one): Answer => {
    if ('faults' in one) return { status: 'refused', errors: withLeftOut(one) };
    if (differsFromFirst(one.message, firsts)) return { status: 'conflict', path: one.path };
    const first = firsts.get(identityOf(one.message));
    const acceptance = first === undefined ? undefined : acceptances?.get(first);
    // Nothing was asked for: the whole batch is refused for its conflicts, and this answer is not sent.
    if (acceptance === undefined) return { status: 'refused', errors: [] };
    if (acceptance.status === 'conflict') return { status: 'conflict', path: one.path };
    return { id: acceptance.id, status: one.message === first ? acceptance.status : 'duplicate' };
  });
}

async function accepted(
  messages: readonly SourceMessage[],
  accept: Accept,
  lenient: boolean,
): Promise<ReadonlyMap<SourceMessage, Acceptance>> {
  const acceptances = messages.length === 0 ? [] : await accept(messages, { lenient });
  if (acceptances.length !== messages.length) throw new Error('The store did not answer for each message');
  return new Map(acceptances.map((acceptance, index) => [messages[index] as SourceMessage, acceptance]));
}

function firstOfEachIdentity(checked: readonly CheckedMessage[]): ReadonlyMap<string, SourceMessage> {
  const firsts = new Map<string, SourceMessage>();
  for (const one of checked) {
    if ('message' in one && !firsts.has(identityOf(one.message))) firsts.set(identityOf(one.message), one.message);
  }
  return firsts;
}

function differsFromFirst(message: SourceMessage, firsts: ReadonlyMap<string, SourceMessage>): boolean {
  return firsts.get(identityOf(message))?.contentHash !== message.contentHash;
}

function identityOf({ source, messageKey }: SourceMessage): string {
  return JSON.stringify([source, messageKey]);
}
