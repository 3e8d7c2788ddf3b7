import type { Extension } from 'fhir/r4.js';
import { addDays, isDay } from '../support/dates.js';
import { codesIn, compareDates, partsOf } from './parts.js';
import { SYSTEMS } from './systems.js';

/** The rules of profiles/fsh/extensions.fsh, each by the name it has there. */

export function premissAtTheStart(registration: Extension): boolean {
  if (partsOf(registration, 'premiss').length === 0) return true;
  return codesIn([registration], SYSTEMS.registration).every((code) => /^[A-Z][0-9]{2}AA?$/.test(code));
}

const DAYS: ReadonlyMap<string, number> = new Map([
  ['first-attendance', 7],
  ['workup', 21],
  ['pathway', 28],
]);

export function dueByKind(deadline: Extension): boolean {
  const days = DAYS.get(partsOf(deadline, 'kind')[0]?.valueCode ?? '');
  const [start] = datesOf(deadline, 'start');
  const [due] = datesOf(deadline, 'due');
  return days === undefined || (start !== undefined && isDay(start) && due === addDays(start, days));
}

export function metOrEnded(deadline: Extension): boolean {
  return partsOf(deadline, 'met', 'ended').length <= 1;
}

export function overAfterStart(deadline: Extension): boolean {
  const [over] = datesOf(deadline, 'met', 'ended');
  const [start] = datesOf(deadline, 'start');
  if (over === undefined) return true;
  return start !== undefined && (compareDates(over, start) ?? -1) >= 0;
}

function datesOf(deadline: Extension, ...names: readonly string[]): string[] {
  return partsOf(deadline, ...names).flatMap(({ valueDate }) => valueDate ?? []);
}
