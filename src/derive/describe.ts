import type { CodeList, ExplanationTexts, PathwayDefinition } from '../model/definition.js';
import type { DerivedEpisode, DerivedPathway, EpisodeStatus, Registration } from '../model/pathway.js';
import { attendancesLeftOut, countedIn, plannedIn, type PlacedAttendance } from './attendances.js';
import { carriedInto, type Carried, type CarriedRegistrations } from './carried.js';
import { findingsOf } from './checks.js';
import { completenessOf, type Person } from './completeness.js';
import type { Course, CourseEpisode, CoursePathway } from './course.js';
import { clocksOf, deadlinesOf, type Clocks } from './deadlines.js';
import { followUpsOf } from './follow-ups.js';
import { organizationKeyOf } from './organizations.js';
import { versionOn } from './versions.js';
import { decidingStart, organizationOf, registrationsOf } from './registrations.js';

export interface LaidOut {
  readonly course: Course;
  readonly attendances: readonly PlacedAttendance[];
  readonly person: Person;
  readonly versions: readonly PathwayDefinition[];
  readonly codes: CodeList;
  readonly texts: ExplanationTexts;
}

interface Registered {
  readonly episode: CourseEpisode;
  readonly own: readonly Registration[];
  readonly brought: CarriedRegistrations;
}

export function describePathways(laid: LaidOut): DerivedPathway[] {
  return laid.course.pathways.map((pathway) => {
    const definition = versionOn(laid.versions, pathway.episodes[0]?.startedOn ?? '');
    const registered = registeredIn(pathway, definition, laid);
    const carried = registered.flatMap(({ brought }): readonly Carried[] => brought.carried);
    const clocks = clocksOf(
      registered.map(({ own }) => own),
      carried,
    );
    return {
      code: definition.code,
      definitionVersion: definition.version,
      episodes: registered.map((each, index) =>
        describeEpisode(each, { index, next: registered[index + 1]?.episode }, clocks, definition, laid),
      ),
    };
  });
}

/** Each episode's registrations, and what it carries once the episodes before it have had their say. */
function registeredIn(
  pathway: CoursePathway,
  definition: PathwayDefinition,
  { attendances, codes, texts }: LaidOut,
): Registered[] {
  const earlier: { organizationKey: string; code: string }[] = [];
  return pathway.episodes.map((episode) => {
    const own = registrationsOf(episode, attendances, definition, texts);
    const brought = carriedInto(episode, [...earlier], definition, codes, texts);
    earlier.push(...own.map(({ code, organization }) => ({ code, organizationKey: organizationKeyOf(organization) })));
    return { episode, own, brought };
  });
}

function describeEpisode(
  { episode, own, brought }: Registered,
  { index, next }: { readonly index: number; readonly next: CourseEpisode | undefined },
  clocks: Clocks,
  definition: PathwayDefinition,
  laid: LaidOut,
): DerivedEpisode {
  const { attendances, texts, person } = laid;
  // A transfer that is sent late ends nothing anew: the next organisation has had the clocks since it began.
  const cutOn = [episode.end?.on, next?.startedOn].filter((day) => day !== undefined).sort()[0];
  const attended = own.some(({ event }) => event === 'S');
  const leftOut = attended ? [] : attendancesLeftOut(episode, attendances, undefined, texts);
  const view = {
    episode: index,
    ...(cutOn === undefined ? {} : { cutOn }),
    attendancesLeftOut: [...leftOut, ...brought.leftOut],
  };
  const birth = person.birthDate === undefined ? {} : { birthDate: person.birthDate };
  const unit = episode.starts.find(({ fact }) => fact.unit !== undefined)?.fact.unit;
  return {
    startKeys: episode.starts.map(({ key }) => key),
    organization: organizationOf(episode),
    ...(unit === undefined ? {} : { unit }),
    status: statusOf(episode, attended),
    startedOn: episode.startedOn,
    ...(episode.end === undefined ? {} : { endedOn: episode.end.on }),
    registrations: own,
    deadlines: deadlinesOf(clocks, view, definition, texts),
    findings: findingsOf({ episode, own, carried: brought.carried, clocks, ...birth }, definition, texts),
    followUps: followUpsOf(episode, next, definition),
    attendances: [
      ...countedIn(episode, attendances).map(({ key, on }) => ({ factKey: key, on, state: 'counted' as const })),
      ...plannedIn(episode, attendances).map(({ key, on }) => ({ factKey: key, on, state: 'planned' as const })),
    ],
    completeness: episode.starts.flatMap((start) => completenessOf(start, person, definition)),
    pathwayIds: pathwayIdsOf(episode),
    referralKeys: episode.starts.filter(({ fact }) => fact.kind === 'referral').map(({ key }) => key),
  };
}

/** By the episode's own registrations. CONTRACT 5. */
function statusOf({ end }: CourseEpisode, attended: boolean): EpisodeStatus {
  if (end !== undefined) return end.event === 'X' ? 'cancelled' : 'finished';
  return attended ? 'active' : 'waitlist';
}

function pathwayIdsOf(episode: CourseEpisode): { source: string; value: string }[] {
  const ids = new Map<string, { source: string; value: string }>();
  for (const { source, pathwayId } of [decidingStart(episode), ...episode.starts]) {
    if (pathwayId !== undefined) ids.set(JSON.stringify([source, pathwayId]), { source, value: pathwayId });
  }
  return [...ids.values()];
}
