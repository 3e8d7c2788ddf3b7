import type { ResourceKey, WriteDone } from '../model/resources.js';
import type { Put, Target } from './target.js';
import { isSame } from './merge.js';
import { readAndMerge, settledRow, type Prepared } from './prepare-row.js';
import { mayBeDone, type Refusal } from './refusal.js';
import type { Writing } from './transaction-answer.js';

export interface SendParts {
  readonly target: Target;
  /** Keys of what was sent and may stand there, though no good answer came. */
  readonly uncertain: Set<ResourceKey>;
}

/** Why rows are not written, and the key of the one that is to blame, where the server says which. */
export interface Stop {
  readonly refusal: Refusal;
  readonly blamed?: string;
}

const MOST_MERGES = 3;

/**
 * Writes rows together: one by a plain update, more in a transaction. After a conflict they are read, merged and sent again on the
 * versions read; what was deleted is written anew, once. Undefined: all are settled.
 */
export async function sendRows(
  parts: SendParts,
  rows: readonly Prepared[],
  settle: (done: WriteDone) => void,
): Promise<Stop | undefined> {
  let left: readonly Prepared[] = rows;
  let deletions = 0;
  for (let merges = 0; left.length > 0; merges++) {
    const result = await send(parts.target, left);
    if ('versions' in result) return confirm(parts, left, result.versions, settle);
    const { refusal } = result;
    const gone = isGone(refusal, left);
    if (gone) deletions++;
    if ((refusal.sort !== 'conflict' && !gone) || merges === MOST_MERGES || deletions > 1) {
      const final: Refusal = deletions > 1 ? { ...refusal, sort: 'permanent' } : refusal;
      return stopped(parts, left, final);
    }
    const again = await readAgain(parts, left, settle);
    if ('refusal' in again) return again;
    left = again.rows;
  }
  return undefined;
}

/** Deleted: 410, or 404 to an update on a version that we know of. */
function isGone({ sort, status, unsupported }: Refusal, rows: readonly Prepared[]): boolean {
  if (status !== 404) return status === 410;
  return sort === 'permanent' && unsupported !== true && rows.some(({ ifMatch }) => ifMatch !== undefined);
}

function send(target: Target, rows: readonly Prepared[]): Promise<Writing> {
  const puts = rows.map(({ content, ifMatch }): Put => ({
    resource: content,
    ...(ifMatch === undefined ? {} : { ifMatch }),
  }));
  const [only] = puts;
  return puts.length === 1 && only !== undefined ? target.put(only) : target.transaction(puts);
}

/** What may have been done although no answer says so is kept in mind. */
function stopped({ uncertain }: SendParts, rows: readonly Prepared[], refusal: Refusal): Stop {
  if (mayBeDone(refusal)) for (const { row } of rows) uncertain.add(row.key);
  const blamed = refusal.entry === undefined ? undefined : rows[refusal.entry]?.row.key;
  return { refusal, ...(blamed === undefined ? {} : { blamed }) };
}

async function readAgain(
  { target }: SendParts,
  rows: readonly Prepared[],
  settle: (done: WriteDone) => void,
): Promise<{ readonly rows: readonly Prepared[] } | Stop> {
  const again: Prepared[] = [];
  for (const { row } of rows) {
    const result = await readAndMerge(target, row);
    if ('refusal' in result) return { refusal: result.refusal, blamed: row.key };
    if ('settled' in result) settle(result.settled);
    else again.push(result.prepared);
  }
  return { rows: again };
}

/** A version that the server did not say is read, and taken only if what stands is what was sent: else it is somebody else's. */
async function confirm(
  { target, uncertain }: SendParts,
  rows: readonly Prepared[],
  versions: readonly (string | undefined)[],
  settle: (done: WriteDone) => void,
): Promise<Stop | undefined> {
  let stop: Stop | undefined;
  for (const [index, prepared] of rows.entries()) {
    const { row, content, remembered } = prepared;
    const said = versions[index];
    const reading = said === undefined ? await target.read(row.type, row.id) : undefined;
    const standing = reading !== undefined && 'standing' in reading ? reading.standing : undefined;
    if (reading !== undefined && standing === undefined) {
      uncertain.add(row.key);
      stop = { refusal: 'refusal' in reading ? { ...reading.refusal, sort: 'ambiguous' } : NOT_THERE };
      continue;
    }
    const read = standing !== undefined && isSame(content, standing.resource) ? standing.version : undefined;
    settle(settledRow(row, 'written', remembered, said ?? read));
  }
  return stop;
}

const NOT_THERE: Refusal = {
  sort: 'ambiguous',
  code: 'not-found',
  message: 'the server says that it wrote it, and does not have it',
};
