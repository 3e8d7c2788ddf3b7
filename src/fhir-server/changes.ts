import type { Database } from './open-database.js';
import { storedOf } from './resource-store.js';

/** A version that was committed; without a resource it is a deletion. `n` grows with every commit, and is never used twice. */
export interface CommittedChange {
  readonly n: number;
  readonly type: string;
  readonly id: string;
  readonly versionId: string;
  readonly lastUpdated: string;
  readonly resource?: CommittedResource;
}

/** A resource as it stands in the file: its JSON, which was checked when it was written. */
export interface CommittedResource {
  readonly resourceType: string;
  readonly [element: string]: unknown;
}

const AFTER = `SELECT v.n, v.type, r.id, v.vid, v.updated, v.method, v.body FROM version v JOIN resource r ON r.rid = v.rid
  WHERE v.n > ? ORDER BY v.n LIMIT ?`;

/** The changes after a number, the oldest first. From a higher number than there is, all: the file is another than it was. */
export function changesAfter(database: Database, after: number, limit: number): CommittedChange[] {
  const last = Number(database.get('SELECT MAX(n) AS n FROM version')?.['n'] ?? 0);
  return database.all(AFTER, after > last ? 0 : after, limit).flatMap((row) => {
    const stored = storedOf(row);
    if (stored === undefined) return [];
    const { type, id, versionId, updated, body } = stored;
    const lastUpdated = new Date(updated).toISOString();
    const resource = body === undefined ? {} : { resource: JSON.parse(body) as CommittedResource };
    return [{ n: Number(row['n']), type, id, versionId, lastUpdated, ...resource }];
  });
}
