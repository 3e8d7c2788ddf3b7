import type { Fault } from '../model/message.js';
import type { Clock } from '../support/clock.js';
import { addDays, osloDayOf } from '../support/dates.js';
import type { EventChecks } from './event-checks.js';

/** Checks the data of a canonical event as the door does: what an expression of a pack returns must be no worse. */
export function createDataCheck(checks: EventChecks, clock: Clock): (type: string, data: unknown) => readonly Fault[] {
  return (type, data) => {
    const event = { specversion: '1.0', id: 'mapped', source: 'mapped', type, data };
    const checked = checks.check(event, addDays(osloDayOf(clock.now()), 1));
    if (!('faults' in checked)) return [];
    return checked.faults.map(({ path, message }) => ({ path: path.replace(/^\/data/, ''), message }));
  };
}
