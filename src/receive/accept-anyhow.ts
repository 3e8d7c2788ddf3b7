import type { Acceptance, SourceMessage } from '../model/message.js';
import type { Accept } from './accept-batch.js';
import { underOwnKey } from './resource-message.js';

export type Accepted = Extract<Acceptance, { id: string }>;

/**
 * Keeps messages of resources, each answered. The same version with other content comes from a server restored from a backup, and is
 * a message of its own: what can be stored is never refused.
 */
export async function acceptAnyhow(messages: readonly SourceMessage[], accept: Accept): Promise<readonly Accepted[]> {
  const first = await acceptAll(messages, accept);
  const again = messages.filter((_message, index) => first[index]?.status === 'conflict').map(underOwnKey);
  const second = [...(await acceptAll(again, accept))];
  return first.map((acceptance) => {
    const accepted = acceptance.status === 'conflict' ? second.shift() : acceptance;
    if (accepted === undefined || accepted.status === 'conflict')
      throw new Error('A message under the hash of its own content is in conflict');
    return accepted;
  });
}

async function acceptAll(messages: readonly SourceMessage[], accept: Accept): Promise<readonly Acceptance[]> {
  const acceptances = messages.length === 0 ? [] : await accept(messages, { lenient: true });
  if (acceptances.length !== messages.length) throw new Error('The store did not answer for each message');
  return acceptances;
}
