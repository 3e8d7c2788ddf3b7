import type { Refusal } from './problem.js';
import { readJson, utf8MediaType } from './read-json.js';

const MOST_EVENTS = 1000;
const ONE_EVENT = 'application/cloudevents+json';
const BATCH = 'application/cloudevents-batch+json';
const EITHER = 'application/json';

/** What the header promises: one event, a batch, or whatever the JSON is. */
export type BodyForm = 'event' | 'batch' | 'either';

/** The events of a body; `batch`: they came as a list, so that their places have an index. */
export interface EventBody {
  readonly events: readonly unknown[];
  readonly batch: boolean;
}

/** The form that a Content-Type header names; undefined: none that this door takes, or not UTF-8. */
export function bodyFormOf(contentType: string | undefined): BodyForm | undefined {
  const mediaType = utf8MediaType(contentType);
  const forms: Readonly<Record<string, BodyForm>> = { [ONE_EVENT]: 'event', [BATCH]: 'batch', [EITHER]: 'either' };
  return mediaType !== undefined && Object.hasOwn(forms, mediaType) ? forms[mediaType] : undefined;
}

export const ACCEPTED_TYPES = [ONE_EVENT, BATCH, EITHER] as const;

/** Bytes → the events in them. What is wrong is said without repeating any of the text. */
export function readBody(bytes: Uint8Array, form: BodyForm): EventBody | Refusal {
  const read = readJson(bytes);
  return 'fault' in read ? refused(read.fault) : eventsIn(read.json, form);
}

function eventsIn(json: unknown, form: BodyForm): EventBody | Refusal {
  if (!Array.isArray(json))
    return form === 'batch' ? refused('A batch is a JSON array of events.') : { events: [json], batch: false };
  if (form === 'event') return refused(`One event is a JSON object; a batch has the content type ${BATCH}.`);
  if (json.length > MOST_EVENTS) return refused(`A batch holds at most ${MOST_EVENTS} events.`);
  return { events: json, batch: true };
}

function refused(detail: string): Refusal {
  return { status: 400, detail, errors: [{ path: '', message: detail }] };
}
