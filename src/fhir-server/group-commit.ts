import { refusal } from './fhir-error.js';
import type { Database } from './open-database.js';

/** Runs writes one after another, several in one commit: what waits while the disk is written to goes together. */
export interface GroupCommit {
  /** Resolves when what `work` did is on disk; rejects with what it threw, and then nothing of it stands. */
  write<T>(work: () => T): Promise<T>;
  /** No more is taken; resolves when what was taken is done. */
  close(): Promise<void>;
}

interface Job {
  readonly work: () => unknown;
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: unknown) => void;
}

const MOST_TOGETHER = 64;

/** `onCommitted` is called after each commit. */
export function createGroupCommit(database: Database, onCommitted: () => void = () => undefined): GroupCommit {
  let waiting: Job[] = [];
  let draining: Promise<void> | undefined;
  let closed = false;
  const drain = async () => {
    while (waiting.length > 0) {
      // Requests that are being read now get the chance to join.
      await new Promise((resolve) => setImmediate(resolve));
      const group = waiting.slice(0, MOST_TOGETHER);
      waiting = waiting.slice(MOST_TOGETHER);
      commitGroup(database, group, onCommitted);
    }
    draining = undefined;
  };
  return {
    write: <T>(work: () => T) =>
      new Promise<T>((resolve, reject) => {
        if (closed) throw refusal(503, 'transient', 'the server is closing');
        waiting.push({ work, resolve: resolve as (value: unknown) => void, reject });
        draining ??= drain();
      }),
    close: async () => {
      closed = true;
      await draining;
    },
  };
}

/** Nobody is answered before the commit: an answer promises that it is on disk. */
function commitGroup(database: Database, group: readonly Job[], onCommitted: () => void): void {
  const answers: (() => void)[] = [];
  try {
    database.exec('BEGIN IMMEDIATE');
    for (const job of group) answers.push(runJob(database, job));
    database.exec('COMMIT');
  } catch (error) {
    rollBack(database);
    for (const job of group) job.reject(error);
    return;
  }
  onCommitted();
  for (const answer of answers) answer();
}

function runJob(database: Database, { work, resolve, reject }: Job): () => void {
  database.exec('SAVEPOINT request');
  try {
    const value = work();
    database.exec('RELEASE request');
    return () => resolve(value);
  } catch (error) {
    try {
      database.exec('ROLLBACK TO request; RELEASE request');
    } catch {
      // The database itself gave up the whole transaction (a full disk): then nothing of the group stands.
      throw error;
    }
    return () => reject(error);
  }
}

export function rollBack(database: Database): void {
  try {
    database.exec('ROLLBACK');
  } catch {
    // There was none: it could not begin, or SQLite rolled it back itself.
  }
}
