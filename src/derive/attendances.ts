import type { Day } from '../support/dates.js';
import type { ExplanationTexts } from '../model/definition.js';
import type { AttendanceFact, StandingFact } from '../model/facts.js';
import type { LeftOut } from '../model/pathway.js';
import { idsOf } from './closings.js';
import type { Course, CourseEpisode, Placement } from './course.js';
import { leaveOut, type LeftOutId, type Source } from './explain.js';
import { organizationKeyOf } from './organizations.js';

/** An attendance, with the episode it belongs to and what it is there. */
export interface PlacedAttendance extends Source {
  readonly on: Day;
  readonly organizationKey: string;
  readonly atContractSpecialist: boolean;
  readonly placement: Placement;
  /** `out`: it never counts, whatever episode it belongs to; `why` says so. */
  readonly state: 'counted' | 'planned' | 'out';
  readonly why?: LeftOutId;
}

/** Where an attendance belongs, and whether it counts as one (DOMAIN: telephone, video, planned, missed do not). */
export function placeAttendance(course: Course, standing: StandingFact<AttendanceFact>): PlacedAttendance {
  const { fact, key, messageId, source } = standing;
  const organizationKey = organizationKeyOf(fact.organization);
  const ids = idsOf(source, fact);
  const why = whyNever(fact);
  return {
    key,
    messageId,
    on: fact.startedOn,
    organizationKey,
    atContractSpecialist: fact.place === 'contract-specialist',
    placement: course.placementOf({ ids, organizationKey, on: fact.startedOn }, false),
    ...(why === undefined ? { state: fact.state === 'planned' ? 'planned' : 'counted' } : { state: 'out', why }),
  };
}

function whyNever(fact: AttendanceFact): LeftOutId | undefined {
  if (fact.state === 'cancelled' || fact.state === 'missed') return 'attendance-not-held';
  if (fact.form === 'telephone' || fact.form === 'video') return 'attendance-not-in-person';
  if (fact.purpose === 'other') return 'attendance-not-for-workup';
  const tied = fact.referralId !== undefined || fact.pathwayId !== undefined;
  return fact.purpose === undefined && !tied ? 'attendance-purpose-not-said' : undefined;
}

/** The attendances of one episode that count, earliest first; which is first on a day is decided by source and id. */
export function countedIn(episode: CourseEpisode, attendances: readonly PlacedAttendance[]): PlacedAttendance[] {
  return attendances
    .filter(({ state, placement }) => state === 'counted' && belongsTo(placement, episode))
    .sort((a, b) => (a.on === b.on ? (a.key < b.key ? -1 : 1) : a.on < b.on ? -1 : 1));
}

export function plannedIn(episode: CourseEpisode, attendances: readonly PlacedAttendance[]): PlacedAttendance[] {
  return attendances.filter(({ state, placement }) => state === 'planned' && belongsTo(placement, episode));
}

function belongsTo(placement: Placement, episode: CourseEpisode): boolean {
  return placement.found === 'episode' && placement.episode === episode;
}

/** What was considered for an episode's first attendance and left out, with the reason. */
export function attendancesLeftOut(
  episode: CourseEpisode,
  attendances: readonly PlacedAttendance[],
  first: PlacedAttendance | undefined,
  texts: ExplanationTexts,
): LeftOut[] {
  return attendances.flatMap((attendance) => {
    const why = attendance === first ? undefined : whyNotHere(episode, attendance);
    return why === undefined ? [] : [leaveOut(texts, why, attendance)];
  });
}

function whyNotHere(episode: CourseEpisode, attendance: PlacedAttendance): LeftOutId | undefined {
  if (belongsTo(attendance.placement, episode)) {
    if (attendance.state === 'planned') return 'attendance-not-held';
    return attendance.why ?? 'attendance-not-the-first';
  }
  if (attendance.organizationKey !== episode.organizationKey) return undefined;
  if (attendance.placement.found === 'unknown-id') return attendance.why ?? 'attendance-of-unknown-id';
  if (attendance.placement.found !== 'nothing') return undefined;
  if (attendance.why !== undefined) return attendance.why;
  return attendance.on < episode.startedOn ? 'attendance-before-start' : 'attendance-after-end';
}
