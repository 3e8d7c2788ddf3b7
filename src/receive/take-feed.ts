import type { InboundResource, ResourceName } from '../model/fhir-content.js';
import type { SourceMessage } from '../model/message.js';
import type { Clock } from '../support/clock.js';
import type { Accept } from './accept-batch.js';
import { acceptAnyhow } from './accept-anyhow.js';
import { writtenByOthers, type FindOwn } from './own-writes.js';
import { messageOfDeletion, messageOfResource } from './resource-message.js';

/** A version that was committed on a server in this process, in the order of the commits; without a resource it is a deletion. */
export interface Change extends ResourceName {
  readonly n: number;
  readonly versionId: string;
  readonly lastUpdated: string;
  readonly resource?: InboundResource;
}

export interface FeedSteps {
  /** The changes after the one with that number, the oldest first; those of a server that began anew when it has none so high. */
  readonly changes: (after: number, limit: number) => readonly Change[];
  readonly accept: Accept;
  readonly position: () => Promise<number>;
  readonly moveTo: (position: number) => Promise<void>;
  readonly findOwn: FindOwn;
  /** Whether any of the Tasks is on its way: until it is settled nobody can say which of its versions is ours. */
  readonly isSending: (taskIds: readonly string[]) => Promise<boolean>;
  readonly clock: Clock;
}

const MOST_AT_ONCE = 200;

/**
 * Takes what others committed on the embedded server, as the door for resources takes it. The position is moved when all before it is
 * on disk: what is taken twice is a duplicate. True: there may be more at once.
 */
export async function takeFeed(source: string, steps: FeedSteps): Promise<boolean> {
  const position = await steps.position();
  const page = steps.changes(position, MOST_AT_ONCE);
  const settled = await untilSent(page, steps);
  const last = settled.at(-1);
  if (last === undefined) return false;
  const resources = await writtenByOthers(
    settled.flatMap(({ resource }) => resource ?? []),
    steps.findOwn,
  );
  const news = new Set(resources);
  const now = steps.clock.now();
  const messages = settled.flatMap(({ resource, type, id, versionId, lastUpdated }): SourceMessage[] => {
    if (resource === undefined) return [messageOfDeletion(source, { type, id, versionId, lastUpdated }, now)];
    return news.has(resource) ? [messageOfResource(source, resource, now)] : [];
  });
  await acceptAnyhow(messages, steps.accept);
  await steps.moveTo(last.n);
  return settled.length === page.length;
}

/** The changes before the first of a Task that is being sent. */
async function untilSent(page: readonly Change[], { findOwn, isSending }: FeedSteps): Promise<readonly Change[]> {
  const tasks = page.filter(({ type }) => type === 'Task');
  if (tasks.length === 0 || !(await isSending(tasks.map(({ id }) => id)))) return page;
  const own = await findOwn(tasks);
  for (const [index, { type, id, versionId }] of page.entries()) {
    if (type !== 'Task') continue;
    const known = own.some((each) => each.id === id && each.writtenVersion === versionId);
    if (!known && (await isSending([id]))) return page.slice(0, index);
  }
  return page;
}
