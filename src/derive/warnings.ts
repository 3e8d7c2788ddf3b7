import { addDays, type Day } from '../support/dates.js';
import type { DeadlineDefinition, PathwayDefinition } from '../model/definition.js';
import type { Deadline, Episode } from '../model/pathway.js';
import type { Warned, WarningLevel, WarningState } from '../model/warning.js';

/** Of two levels the higher replaces the lower. */
const LEVELS: readonly WarningLevel[] = ['approaching', 'booked-too-late', 'overdue'];

/** An open deadline that warnings are about, with the days of booked attendances that would meet it. */
interface Watched {
  readonly deadline: Deadline;
  readonly definition: DeadlineDefinition;
  readonly bookedOn: readonly Day[];
}

/** Of a milestone's open deadlines the one due first is warned of; on one day, the one the definition names first. */
function watchedIn(episode: Episode, definition: PathwayDefinition): Watched[] {
  return definition.milestones.flatMap(({ kind: milestone }) => {
    const open = definition.deadlines.flatMap((each) => {
      const deadline = episode.deadlines.find(({ kind }) => kind === each.kind);
      return each.milestone === milestone && deadline !== undefined && isOpenDeadline(deadline)
        ? [{ deadline, definition: each, bookedOn: each.heldByBooking ? bookingsOf(episode) : [] }]
        : [];
    });
    const first = open.reduce<Watched | undefined>(
      (best, next) => (best === undefined || next.deadline.dueOn < best.deadline.dueOn ? next : best),
      undefined,
    );
    return first === undefined ? [] : [first];
  });
}

function isOpenDeadline({ metOn, endedOn }: Deadline): boolean {
  return metOn === undefined && endedOn === undefined;
}

function bookingsOf(episode: Episode): Day[] {
  return episode.attendances.filter(({ state }) => state === 'planned').map(({ on }) => on);
}

/** The level that a scan on `day` finds. CONTRACT 5, «Warning levels». */
function levelOn({ deadline, definition, bookedOn }: Watched, day: Day): WarningLevel | undefined {
  if (day > deadline.dueOn) return 'overdue';
  const ahead = bookedOn.filter((on) => on >= day);
  if (ahead.length > 0 && ahead.every((on) => on > deadline.dueOn)) return 'booked-too-late';
  const heldInTime = bookedOn.some((on) => on <= deadline.dueOn);
  return day >= addDays(deadline.dueOn, -definition.approachingDays) && !heldInTime ? 'approaching' : undefined;
}

/** Does the cause of a warning still hold, as it did on the day it was given? */
function applies({ on, level }: Warned, { deadline, bookedOn }: Watched): boolean {
  if (level === 'overdue') return true;
  if (level === 'approaching') return !bookedOn.some((day) => day <= deadline.dueOn);
  const ahead = bookedOn.filter((day) => day >= on);
  return ahead.length > 0 && ahead.every((day) => day > deadline.dueOn);
}

function isAbout(warned: Warned, episodeId: string, deadline: Deadline): boolean {
  return warned.episodeId === episodeId && warned.kind === deadline.kind && warned.dueOn === deadline.dueOn;
}

/** The warnings of an episode that a scan on `day` adds, or takes up again because their cause returned. */
export function warningsToPost(
  episode: Episode,
  warned: readonly Warned[],
  definition: PathwayDefinition,
  day: Day,
): Warned[] {
  return watchedIn(episode, definition).flatMap((watched) => newWarning(episode, watched, warned, day) ?? []);
}

function newWarning(episode: Episode, watched: Watched, warned: readonly Warned[], day: Day): Warned | undefined {
  const level = levelOn(watched, day);
  if (level === undefined) return undefined;
  const standing = warned.filter((row) => isAbout(row, episode.id, watched.deadline) && applies(row, watched));
  const covered = standing.some((row) => LEVELS.indexOf(row.level) >= LEVELS.indexOf(level));
  if (covered) return undefined;
  return { episodeId: episode.id, kind: watched.deadline.kind, dueOn: watched.deadline.dueOn, level, on: day };
}

/** Adds rows to those there were; of the same level and due day the newer day counts. */
export function addWarnings(warned: readonly Warned[], added: readonly Warned[]): Warned[] {
  const rows = new Map(warned.map((row) => [warnedKey(row), row]));
  for (const row of added) rows.set(warnedKey(row), row);
  return [...rows.values()];
}

function warnedKey({ episodeId, kind, dueOn, level }: Warned): string {
  return `${episodeId}/${kind}/${dueOn}/${level}`;
}

/**
 * The first day on which a scan has something to say about each watched deadline; none: only new facts can change that. A day in
 * the past means «at the next scan».
 */
export function looksOn(
  episode: Episode,
  warned: readonly Warned[],
  definition: PathwayDefinition,
): ReadonlyMap<string, Day> {
  const looks = new Map<string, Day>();
  for (const watched of watchedIn(episode, definition)) {
    const { deadline, bookedOn } = watched;
    const turning = [
      addDays(deadline.start, -1),
      addDays(deadline.dueOn, -watched.definition.approachingDays),
      ...bookedOn.map((on) => addDays(on, 1)),
      addDays(deadline.dueOn, 1),
    ];
    const day = turning.sort().find((on) => newWarning(episode, watched, warned, on) !== undefined);
    if (day !== undefined) looks.set(deadline.kind, day);
  }
  return looks;
}

/** The state of every warning that was ever given, by what the facts say now. */
export function warningStates(
  episodes: readonly Episode[],
  warned: readonly Warned[],
  definition: PathwayDefinition,
): WarningState[] {
  return warned.map((row) => {
    const episode = episodes.find(({ id }) => id === row.episodeId);
    const deadline = episode?.deadlines.find(({ kind, dueOn }) => kind === row.kind && dueOn === row.dueOn);
    if (episode === undefined || deadline === undefined) return cancelled(row, 'no-longer-applies');
    if (deadline.metOn !== undefined) return { warned: row, status: 'completed' };
    if (deadline.endedOn !== undefined) return cancelled(row, 'deadline-ended');
    const watched = watchedIn(episode, definition).find((each) => each.deadline === deadline);
    return watched === undefined ? cancelled(row, 'no-longer-applies') : stateOfOpen(row, watched, warned);
  });
}

/** At most one warning of a deadline is open: the highest whose cause holds. */
function stateOfOpen(row: Warned, watched: Watched, warned: readonly Warned[]): WarningState {
  if (!applies(row, watched)) return cancelled(row, 'no-longer-applies');
  const higher = warned.some(
    (other) =>
      isAbout(other, row.episodeId, watched.deadline) &&
      LEVELS.indexOf(other.level) > LEVELS.indexOf(row.level) &&
      applies(other, watched),
  );
  return higher ? cancelled(row, 'superseded') : { warned: row, status: 'ready' };
}

function cancelled(warned: Warned, ended: NonNullable<WarningState['ended']>): WarningState {
  return { warned, status: 'cancelled', ended };
}
