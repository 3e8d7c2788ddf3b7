import dayjs from 'dayjs';
import customParseFormat from 'dayjs/plugin/customParseFormat.js';
import timezone from 'dayjs/plugin/timezone.js';
import utc from 'dayjs/plugin/utc.js';
import type { Instant } from './clock.js';

dayjs.extend(utc);
dayjs.extend(timezone);
dayjs.extend(customParseFormat);

/** A Norwegian calendar day, `YYYY-MM-DD`. */
export type Day = string;
/** What a source says of time: a day, or an instant with its offset. */
export type When = string;

const ZONE = 'Europe/Oslo';
const DAY = 'YYYY-MM-DD';
const DAY_PATTERN = /^\d{4}-\d{2}-\d{2}$/;
const INSTANT_PATTERN =
  /^(\d{4}-\d{2}-\d{2})T([01]\d|2[0-3]):[0-5]\d(?::[0-5]\d(?:\.(\d{1,9}))?)?(?:Z|[+-](?:0\d|1[0-4]):[0-5]\d)$/;
/** Formatting by Intl is many times faster than by dayjs, and this one runs for every date of every message. */
const osloFormat = new Intl.DateTimeFormat('sv-SE', { timeZone: ZONE });

/** Is it a day that exists? `2026-02-30` is not. Years 1800 to 2199: what lies outside is a typing error. */
export function isDay(text: string): boolean {
  if (!DAY_PATTERN.test(text) || !/^(1[89]|2[01])/.test(text)) return false;
  // By arithmetic: dayjs would take most of the time of checking a resource.
  const [year = 0, month = 0, day = 0] = text.split('-').map(Number);
  const isLeap = year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
  const days = month === 2 ? (isLeap ? 29 : 28) : [4, 6, 9, 11].includes(month) ? 30 : 31;
  return month >= 1 && month <= 12 && day >= 1 && day <= days;
}

/** Is it an instant: a day that exists, a time and an offset? Without the offset it is no instant. */
export function isInstant(text: string): boolean {
  const match = INSTANT_PATTERN.exec(text);
  return match?.[1] !== undefined && isDay(match[1]);
}

export function isWhen(text: string): boolean {
  return isDay(text) || isInstant(text);
}

/** The Norwegian calendar day of an instant (any offset), whatever the zone the process runs in. */
export function osloDayOf(instant: string): Day {
  return osloFormat.format(Date.parse(instant));
}

/** The Norwegian calendar day of a {@link When}: the only place where an instant of a source becomes a day. */
export function dayOf(when: When): Day {
  return when.length === DAY.length ? when : osloDayOf(when);
}

/** The day that a text says in a format of dayjs (`DD.MM.YYYY`), to the letter; undefined: it says none that exists. */
export function dayFrom(text: string, format: string): Day | undefined {
  const day = dayjs.utc(text, format, true);
  return day.isValid() && isDay(day.format(DAY)) ? day.format(DAY) : undefined;
}

/**
 * The instant that a wall clock of a zone shows in a format of dayjs, to the letter. Of an hour that comes twice in autumn the first;
 * undefined: no such time exists, as in the hour that is left out in spring.
 */
export function instantFrom(text: string, format: string, zone: string): Instant | undefined {
  const wall = dayjs.utc(text, format, true);
  if (!wall.isValid() || !isDay(wall.format(DAY))) return undefined;
  const shown = wall.valueOf();
  const offsets = [shown - HALF_A_DAY_MS, shown + HALF_A_DAY_MS].map((near) => offsetMs(near, zone));
  const instants = offsets.map((offset) => shown - offset).sort((a, b) => a - b);
  const instant = instants.find((each) => each + offsetMs(each, zone) === shown);
  return instant === undefined ? undefined : dayjs.utc(instant).toISOString();
}

const HALF_A_DAY_MS = 12 * 60 * 60 * 1000;

/** How far a zone is ahead of UTC at an instant. */
function offsetMs(instant: number, zone: string): number {
  return dayjs.utc(instant).tz(zone).utcOffset() * 60_000;
}

/** Is it the name of a time zone (IANA)? */
export function isTimeZone(name: string): boolean {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: name }).format(0) !== '';
  } catch {
    return false;
  }
}

/** Calendar arithmetic on days alone: no zone, no daylight saving time takes part. */
export function addDays(day: Day, days: number): Day {
  return dayjs.utc(day).add(days, 'day').format(DAY);
}

/** Days from `from` to `to`: 0 on the same day, negative when `to` is earlier. */
export function daysBetween(from: Day, to: Day): number {
  return dayjs.utc(to).diff(dayjs.utc(from), 'day');
}

/** The instant at which a Norwegian calendar day begins. */
export function osloMidnight(day: Day): Instant {
  return dayjs.tz(`${day}T00:00:00`, ZONE).toISOString();
}

/** Full years from a birth date to a day; somebody born on 29 February is a year older on 1 March in other years. */
export function ageOn(birthDate: Day, day: Day): number {
  const years = Number(day.slice(0, 4)) - Number(birthDate.slice(0, 4));
  return day.slice(5) < birthDate.slice(5) ? years - 1 : years;
}

/** The same instant in the one form used inside (UTC, milliseconds). */
export function toInstant(text: string): Instant {
  return dayjs.utc(Date.parse(text)).toISOString();
}

export function addMs(instant: Instant, ms: number): Instant {
  return dayjs.utc(Date.parse(instant) + ms).toISOString();
}

export function msBetween(from: Instant, to: Instant): number {
  return Date.parse(to) - Date.parse(from);
}

/** Nanoseconds since 1970 of an instant with up to nine decimals: versions that are instants are compared by it. */
export function nanosecondsOf(instant: string): bigint {
  const fraction = INSTANT_PATTERN.exec(instant)?.[3] ?? '';
  const seconds = Math.floor(Date.parse(instant) / 1000);
  return BigInt(seconds) * 1_000_000_000n + BigInt(fraction.padEnd(9, '0') || '0');
}
