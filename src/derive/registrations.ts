import type { ExplanationTexts, PathwayDefinition } from '../model/definition.js';
import type { OrganizationStatement } from '../model/facts.js';
import type { LeftOut, Registration } from '../model/pathway.js';
import { attendancesLeftOut, countedIn, type PlacedAttendance } from './attendances.js';
import type { Closing } from './closings.js';
import type { CourseEpisode } from './course.js';
import { basisOf, explain, leaveOut, withNotes, type Source } from './explain.js';
import type { Start } from './starts.js';

/** An episode's own registrations in the order A, S, O/C/X, each with its explanation. */
export function registrationsOf(
  episode: CourseEpisode,
  attendances: readonly PlacedAttendance[],
  definition: PathwayDefinition,
  texts: ExplanationTexts,
): Registration[] {
  const counted = countedIn(episode, attendances);
  const registrations = [startRegistration(episode, counted, definition, texts)];
  const first = counted[0];
  if (first !== undefined) {
    const leftOut = attendancesLeftOut(episode, attendances, first, texts);
    const explanation = explain(texts, 'first-attendance', [first], leftOut);
    registrations.push({ ...registered(episode, 'S', `${definition.code}S`, first), on: first.on, explanation });
  }
  if (episode.end !== undefined) registrations.push(endRegistration(episode, episode.end, definition, texts));
  return registrations;
}

/** The deciding start: the earliest, and of several on its day the first in {@link compareStarts}. */
export function decidingStart(episode: CourseEpisode): Start {
  const [start] = episode.starts;
  if (start === undefined) throw new Error('An episode has at least one start');
  return start;
}

export function organizationOf(episode: CourseEpisode): OrganizationStatement {
  return { identifier: decidingStart(episode).fact.organization.identifier };
}

function registered(episode: CourseEpisode, event: Registration['event'], code: string, source: Source) {
  return { event, code, organization: organizationOf(episode), basis: basisOf(source) };
}

function startRegistration(
  episode: CourseEpisode,
  counted: readonly PlacedAttendance[],
  definition: PathwayDefinition,
  texts: ExplanationTexts,
): Registration {
  const start = decidingStart(episode);
  const premissFrom = premissSource(episode, counted);
  const leftOut = episode.starts.slice(1).map((later) => leaveOut(texts, 'start-on-a-later-day', later));
  const sources = premissFrom === undefined ? [start] : [start, premissFrom];
  return {
    ...registered(episode, 'A', `${definition.code}A`, start),
    on: start.on,
    ...(premissFrom === undefined ? {} : { premiss: definition.premissContractSpecialist.code }),
    explanation: withNotes(explain(texts, start.rule, sources, leftOut), start.fact.notes ?? [], texts),
  };
}

/** Rule 8: what says that the patient is worked up at a contract specialist, fully or partly. */
function premissSource(episode: CourseEpisode, counted: readonly PlacedAttendance[]): Source | undefined {
  const flagged = episode.starts.find(
    ({ fact }) => fact.kind === 'referral' && fact.workedUpAtContractSpecialist === true,
  );
  return flagged ?? counted.find(({ atContractSpecialist }) => atContractSpecialist);
}

function endRegistration(
  episode: CourseEpisode,
  end: Closing,
  definition: PathwayDefinition,
  texts: ExplanationTexts,
): Registration {
  const code = `${definition.code}${end.event}${end.suffix}`;
  const leftOut: LeftOut[] = superfluousIn(episode).map((closing) =>
    leaveOut(texts, closing.on === end.on ? 'closing-of-lower-rank' : 'closing-after-the-end', closing),
  );
  return {
    ...registered(episode, end.event, code, end),
    on: end.on,
    explanation: explain(texts, end.rule, [end], leftOut),
  };
}

/** Closings attributed to an episode that another had already ended, or ends on the same day. Rule 9. */
export function superfluousIn(episode: CourseEpisode): Closing[] {
  return episode.closings.filter((closing) => closing !== episode.end && !closing.death);
}
