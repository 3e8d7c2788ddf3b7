/** From the first millisecond to the one after the last. */
export type DateRange = readonly [from: number, to: number];

export const BEGINNING = -8.64e15;
export const END = 8.64e15;

/** Year, month and day; hour and minute; second and its fraction (60: a leap second); offset. */
const DATE =
  /^(\d{4})(?:-(\d\d)(?:-(\d\d)(?:T([01]\d|2[0-3]):([0-5]\d)(?::([0-5]\d|60)(?:\.(\d+))?)?(Z|[+-](?:0\d|1[0-4]):[0-5]\d)?)?)?)?$/;
const DAY_MS = 86_400_000;

/** What a FHIR date means with the precision it has: 2026 is the whole year. Undefined for what is no date; without an offset it is UTC. */
export function dateRange(text: string): DateRange | undefined {
  const match = DATE.exec(text);
  if (match === null || !isCalendarDate(text)) return undefined;
  const [, year = '', month, day, hour, minute, second, fraction, zone] = match;
  const y = Number(year);
  if (month === undefined) return [utc(y, 1, 1), utc(y + 1, 1, 1)];
  const m = Number(month);
  if (day === undefined) return [utc(y, m, 1), utc(y, m + 1, 1)];
  const midnight = utc(y, m, Number(day));
  if (hour === undefined || minute === undefined) return [midnight, midnight + DAY_MS];
  const from =
    midnight +
    (Number(hour) * 60 + Number(minute)) * 60_000 +
    Number(second ?? 0) * 1000 +
    Number((fraction ?? '').slice(0, 3).padEnd(3, '0')) -
    offsetMs(zone);
  return [from, from + (fraction !== undefined ? 1 : second !== undefined ? 1000 : 60_000)];
}

/** Does the day of a date exist? A pattern lets 2026-02-30 through. */
export function isCalendarDate(text: string): boolean {
  const year = Number(text.slice(0, 4));
  const month = Number(text.slice(5, 7) || 1);
  const day = Number(text.slice(8, 10) || 1);
  if (month < 1 || month > 12 || day < 1 || day > 31) return false;
  return new Date(utc(year, month, day)).getUTCDate() === day;
}

/** Date.UTC takes years below 100 for the 1900s. */
function utc(year: number, month: number, day: number): number {
  return new Date(0).setUTCFullYear(year, month - 1, day);
}

function offsetMs(zone: string | undefined): number {
  if (zone === undefined || zone === 'Z') return 0;
  const minutes = Number(zone.slice(1, 3)) * 60 + Number(zone.slice(4));
  return (zone.startsWith('-') ? -1 : 1) * minutes * 60_000;
}
