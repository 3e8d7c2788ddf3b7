import type { Day } from '../support/dates.js';
import { compareClosings, type Closing } from './closings.js';
import {
  Course,
  isOpen,
  lastOf,
  lastStarted,
  settleEnd,
  sortedStarts,
  type CourseEpisode,
  type CoursePathway,
  type KnownIds,
} from './course.js';
import { compareStarts, type Start } from './starts.js';

/**
 * How well a start fits what is there: of several on one day the surest is placed first. A referral or suspicion that founds a
 * pathway goes after those that continue one, and before onward referrals that may continue what it founds.
 */
const TIERS = ['joins', 'transferred-here', 'transferred', 'founds', 'open-elsewhere', 'own'] as const;
type Tier = (typeof TIERS)[number];

interface Fit {
  readonly tier: Tier;
  readonly episode?: CourseEpisode;
  readonly pathway?: CoursePathway;
}

/**
 * Lays starts, closings and deaths in, day by day, since which episode a start joins depends on what ended before it, and what
 * a closing ends on what had started. The order of the arguments decides nothing. CONTRACT 4, rules 3, 4, 6, 9, 10.
 */
export function layCourse(
  starts: readonly Start[],
  closings: readonly Closing[],
  deaths: readonly Closing[],
  ids: KnownIds,
): Course {
  const course = new Course(ids);
  for (const start of starts) course.startKeys.add(start.key);
  const startsByDay = byDay(sortedStarts(starts));
  const closingsByDay = byDay([...closings].sort(compareClosings));
  const deathsByDay = byDay(deaths);
  const days = new Set([...startsByDay.keys(), ...closingsByDay.keys(), ...deathsByDay.keys()]);
  for (const day of [...days].sort()) {
    placeStarts(course, startsByDay.get(day) ?? [], () =>
      settleDay(course, day, closingsByDay.get(day) ?? [], deathsByDay.get(day) ?? []),
    );
  }
  return course;
}

function byDay<T extends { readonly on: Day }>(items: readonly T[]): Map<Day, T[]> {
  const days = new Map<Day, T[]>();
  for (const item of items) {
    const sameDay = days.get(item.on);
    if (sameDay === undefined) days.set(item.on, [item]);
    else sameDay.push(item);
  }
  return days;
}

/** After each the day's closings are attributed anew, since the next start may continue what one of them ended. */
function placeStarts(course: Course, starts: readonly Start[], settle: () => void): void {
  let left = [...starts];
  settle();
  while (left.length > 0) {
    const fits = left.map((start) => ({ start, fit: fitOf(course, start) }));
    fits.sort((a, b) => TIERS.indexOf(a.fit.tier) - TIERS.indexOf(b.fit.tier) || compareStarts(a.start, b.start));
    const best = fits[0];
    if (best === undefined) return;
    place(course, best.start, best.fit);
    left = left.filter((start) => start !== best.start);
    settle();
  }
}

function fitOf(course: Course, start: Start): Fit {
  const joined = episodeToJoin(course, start);
  if (joined !== undefined) return { tier: 'joins', episode: joined };
  if (start.pathwayId !== undefined) return fitById(course, start.pathwayId, start);
  return start.onward ? fitOfOnward(course, start) : alone(start);
}

/** A pathway of its own. */
function alone({ onward }: Start): Fit {
  return { tier: onward ? 'own' : 'founds' };
}

/** Rule 3: an episode open here is joined, unless another pathway id keeps them apart. */
function episodeToJoin(course: Course, start: Start): CourseEpisode | undefined {
  const named = start.pathwayId === undefined ? [] : course.pathwaysOfId(start.pathwayId);
  const candidates = course
    .openAt(start.organizationKey, start.on)
    .filter(
      ({ pathway }) => start.pathwayId === undefined || named.includes(pathway) || !hasPathwayId(course, pathway),
    );
  return lastStarted(candidates.filter(({ pathway }) => named.includes(pathway))) ?? lastStarted(candidates);
}

function hasPathwayId(course: Course, { episodes }: CoursePathway): boolean {
  return episodes.some(({ starts }) => starts.some(({ pathwayId }) => course.isOfEpr(pathwayId)));
}

/** Rule 4, with an id: the pathway's next episode, if its last is elsewhere or gave the responsibility away. */
function fitById(course: Course, pathwayId: string, start: Start): Fit {
  const pathway = latest(
    course.pathwaysOfId(pathwayId).filter((candidate) => {
      const last = lastOf(candidate);
      return last !== undefined && (last.organizationKey !== start.organizationKey || last.end?.event === 'O');
    }),
  );
  return pathway === undefined ? alone(start) : { tier: 'transferred-here', pathway };
}

/** Rule 4, without an id: transferred here, transferred at all (a return counts), open elsewhere, or a pathway of its own. */
function fitOfOnward(course: Course, start: Start): Fit {
  const transferred = course.pathways.filter((pathway) => lastOf(pathway)?.end?.event === 'O');
  const here = latest(transferred.filter((pathway) => lastOf(pathway)?.end?.toKey === start.organizationKey));
  if (here !== undefined) return { tier: 'transferred-here', pathway: here };
  const anywhere = latest(transferred);
  if (anywhere !== undefined) return { tier: 'transferred', pathway: anywhere };
  const openElsewhere = latest(
    course.pathways.filter((pathway) => {
      const last = lastOf(pathway);
      return last !== undefined && last.organizationKey !== start.organizationKey && isOpen(last, start.on);
    }),
  );
  return openElsewhere === undefined ? alone(start) : { tier: 'open-elsewhere', pathway: openElsewhere };
}

function latest(pathways: readonly CoursePathway[]): CoursePathway | undefined {
  return lastStarted(pathways.flatMap((pathway) => lastOf(pathway) ?? []))?.pathway;
}

function place(course: Course, start: Start, fit: Fit): void {
  if (fit.episode !== undefined) {
    fit.episode.starts.push(start);
    return;
  }
  let { pathway } = fit;
  if (pathway === undefined) course.pathways.push((pathway = { episodes: [] }));
  pathway.episodes.push({
    pathway,
    organizationKey: start.organizationKey,
    starts: [start],
    startedOn: start.on,
    closings: [],
    end: undefined,
  });
}

/** Attributes the day's closings anew and says which end an episode: earlier days are settled, and stay so. */
function settleDay(course: Course, day: Day, closings: readonly Closing[], deaths: readonly Closing[]): void {
  for (const episode of course.episodes) {
    episode.closings = episode.closings.filter(({ on }) => on !== day);
    settleEnd(episode);
  }
  for (const closing of closings) {
    const placement = course.placementOf(closing, true);
    course.placements.set(closing.key, placement);
    if (placement.found === 'episode') placement.episode.closings.push(closing);
  }
  for (const death of deaths) {
    for (const episode of course.episodes) if (isOpen(episode, day)) episode.closings.push(death);
  }
  for (const episode of course.episodes) settleEnd(episode);
}
