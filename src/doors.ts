import type { Router } from 'express';
import type { LiveMappings } from './live-mappings.js';
import { csvPackNamed } from './map/open-pack.js';
import type { Accept } from './receive/accept-batch.js';
import { createCsvDoor } from './receive/csv-door.js';
import type { EventChecks } from './receive/event-checks.js';
import { createEventDoor } from './receive/event-door.js';
import type { Store } from './store/store.js';
import type { Clock } from './support/clock.js';

export interface DoorsOptions {
  readonly store: Store;
  readonly mappings: LiveMappings;
  readonly checks: EventChecks;
  /** The journal. */
  readonly accept: Accept;
  /** Called after something new was stored: there is work. */
  readonly onAccepted: () => void;
  readonly clock: Clock;
}

/** The ways in for what is no FHIR: events, and files of rows. */
export function createDoors({ store, mappings, ...options }: DoorsOptions): readonly Router[] {
  const packNamed = (name: string) => {
    const pack = csvPackNamed(mappings.current.packs, name);
    return pack && { source: pack.source ?? pack.name, takes: pack.takes };
  };
  return [createEventDoor(options), createCsvDoor({ ...options, newest: store, packNamed })];
}
