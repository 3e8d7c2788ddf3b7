import type { Fault, SourceMessage } from '../model/message.js';
import type { Clock, Instant } from '../support/clock.js';
import { addDays, osloDayOf, toInstant } from '../support/dates.js';
import { contentHash } from '../support/ids.js';
import type { CheckedEvent, EventChecks } from './event-checks.js';
import type { EventBody } from './read-body.js';

const MOST_FAULTS = 200;
const MOST_FAULTS_IN_BATCH = 50;

/** An event that is refused: its faults, with their paths in the body, as many as are kept of `found`. */
export interface RefusedEvent {
  readonly path: string;
  readonly faults: readonly Fault[];
  readonly found: number;
}

/** An event that can be stored, or what is wrong with it. */
export type CheckedMessage = { readonly path: string; readonly message: SourceMessage } | RefusedEvent;

/** The path of the event at `index`: `/3` in a batch, the root when one event is the whole body. */
function pathOfEvent(body: EventBody, index: number): string {
  return body.batch ? `/${index}` : '';
}

/** Checks each event of a body at the clock's day, in order. */
export function checkBatch(body: EventBody, checks: EventChecks, clock: Clock): readonly CheckedMessage[] {
  const now = clock.now();
  const latestDay = addDays(osloDayOf(now), 1);
  return body.events.map((value, index) => {
    const path = pathOfEvent(body, index);
    const result = checks.check(value, latestDay);
    if ('event' in result) return { path, message: messageOf(result.event, now) };
    const most = body.batch ? MOST_FAULTS_IN_BATCH : MOST_FAULTS;
    const faults = result.faults.slice(0, most).map((fault) => ({ ...fault, path: `${path}${fault.path}` }));
    return { path, faults, found: result.faults.length };
  });
}

/** The faults of all events, as many as an answer can well hold; the last entry then says how many more there are. */
export function faultsOfAll(checked: readonly CheckedMessage[]): readonly Fault[] {
  const refused = checked.filter((one) => 'faults' in one);
  const found = refused.reduce((sum, one) => sum + one.found, 0);
  return withLeftOut({ path: '', faults: refused.flatMap(({ faults }) => faults).slice(0, MOST_FAULTS), found });
}

/** The faults as they are told: those that are kept and, if there were more, how many. */
export function withLeftOut({ path, faults, found }: RefusedEvent): readonly Fault[] {
  const leftOut = found - faults.length;
  return leftOut > 0 ? [...faults, { path, message: `${leftOut} more were left out` }] : faults;
}

function messageOf(event: CheckedEvent, receivedAt: Instant): SourceMessage {
  return {
    source: event.source,
    messageKey: event.id,
    kind: event.type,
    receivedAt,
    ...(event.time === undefined ? {} : { statedAt: toInstant(event.time) }),
    content: event.data,
    contentHash: contentHash(event.data),
  };
}
