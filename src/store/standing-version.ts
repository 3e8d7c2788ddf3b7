import type { FactRow } from './tables.js';
import { keyAfter } from './version-key.js';

/** What one row of an object's versions counts as, among all the others. */
export interface Verdict {
  readonly row: FactRow;
  readonly versionKey: string;
  readonly refused: boolean;
  readonly stands: boolean;
}

/**
 * Of all versions of one object the highest stands; of one version the message accepted first counts, and what contradicts it is
 * refused; what came without a version counts after all that was accepted before it (CONTRACT 2 and 3). One that could not be
 * understood yet stands beside it while it is newer. Judged anew whenever a row comes or goes, so that the order in which messages
 * are applied decides nothing.
 */
export function judge(rows: readonly FactRow[]): Verdict[] {
  const inOrder = [...rows].sort((a, b) => a.seq - b.seq || a.n - b.n);
  const firsts = new Map<string, FactRow>();
  let highest = '';
  const judged = inOrder.map((row) => {
    const versionKey = row.by_arrival === 1 ? keyAfter(row.said_version, highest) : row.said_version;
    if (versionKey > highest) highest = versionKey;
    if (row.held === 1) return { row, versionKey, refused: false };
    const first = firsts.get(versionKey) ?? row;
    firsts.set(versionKey, first);
    return { row, versionKey, refused: first.content_hash !== row.content_hash };
  });
  const understood = [...firsts.keys()].sort().at(-1) ?? '';
  const waiting = judged.find(
    ({ row, versionKey }) => row.held === 1 && versionKey === highest && highest > understood,
  );
  return judged.map((each) => ({ ...each, stands: each.row === firsts.get(understood) || each === waiting }));
}
