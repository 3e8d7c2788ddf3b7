import type express from 'express';
import type { Clock } from '../support/clock.js';
import type { Log } from '../support/log.js';
import { capabilityStatement } from './capability-statement.js';
import { changesAfter, type CommittedChange } from './changes.js';
import { readDefinitions } from './definitions.js';
import { createGroupCommit } from './group-commit.js';
import { renewIndex } from './index-tables.js';
import { openDatabase } from './open-database.js';
import { createResourceStore } from './resource-store.js';
import { createRoutes } from './routes.js';
import { createValidator } from './validator.js';

export interface FhirServerOptions {
  readonly file: string;
  /** The folder of what profiles/generate-definitions.js wrote. */
  readonly definitionsDir: string;
  /** The folder of SearchParameters beside R4's own. */
  readonly searchesDir?: string;
  readonly clock: Clock;
  /** Where the routes are mounted, as clients see it, without a trailing slash. */
  readonly baseUrl: () => string;
  readonly log: Log;
}

export interface FhirServer {
  /** To be mounted before any body parser: the server reads bodies itself. */
  readonly routes: express.Router;
  /** `onCommitted` is called after each commit, before it is answered. It must not throw. */
  listen(onCommitted: () => void): void;
  /** What was committed after the change with that number, the oldest first. */
  changes(after: number, limit: number): readonly CommittedChange[];
  /** Waits for the writes that were taken, then lets go of the file. */
  close(): Promise<void>;
}

/**
 * A FHIR R4 server in one SQLite file. Throws when another process has the file. Nothing is answered before it is on disk.
 */
export function openFhirServer(options: FhirServerOptions): FhirServer {
  const { file, clock, baseUrl, log } = options;
  const definitions = readDefinitions(options.definitionsDir, options.searchesDir);
  const validate = createValidator(definitions);
  const database = openDatabase(file);
  const store = createResourceStore({ database, definitions, validate, clock, baseUrl });
  let onCommitted: () => void = () => undefined;
  const commit = createGroupCommit(database, () => onCommitted());
  const startedAt = clock.now();
  const metadata = () => JSON.stringify(capabilityStatement(definitions, baseUrl(), startedAt));
  let isIndexed = false;
  // Not before the first request: until then nobody knows the address, nor which absolute references are to this server.
  const ready = () => {
    if (!isIndexed) renewIndex(database, definitions, baseUrl());
    isIndexed = true;
  };
  return {
    routes: createRoutes({ database, definitions, store, baseUrl, commit, metadata, ready, log }),
    listen: (listener) => {
      onCommitted = listener;
    },
    changes: (after, limit) => changesAfter(database, after, limit),
    close: async () => {
      await commit.close();
      database.close();
    },
  };
}
