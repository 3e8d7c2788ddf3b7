import type { PathwayDefinition } from '../model/definition.js';
import type { FollowUp } from '../model/pathway.js';
import type { CourseEpisode } from './course.js';
import { basisOf } from './explain.js';
import { decidingStart } from './registrations.js';

/** The duties that an episode leaves. CONTRACT 5, `follow-up`; DOMAIN, «Rules around them». */
export function followUpsOf(
  episode: CourseEpisode,
  next: CourseEpisode | undefined,
  definition: PathwayDefinition,
): FollowUp[] {
  return [...afterDecision(episode, definition), ...copyToGp(episode), ...missingTransfer(episode, next)];
}

function afterDecision({ end }: CourseEpisode, definition: PathwayDefinition): FollowUp[] {
  if (end?.event !== 'C') return [];
  const outcome = definition.outcomes.find(({ suffix }) => suffix === end.suffix);
  return (outcome?.followUps ?? []).map((kind) => ({ kind, state: 'wanted', basis: [basisOf(end)] }));
}

/** A referral from inside the hospital of which no copy is said to have been sent to the GP. */
function copyToGp({ starts }: CourseEpisode): FollowUp[] {
  const internal = starts.filter(
    ({ fact }) =>
      fact.kind === 'referral' &&
      fact.purpose === 'workup' &&
      fact.sender?.kind === 'hospital' &&
      fact.sender.copySentToGp !== true,
  );
  return internal.length === 0 ? [] : [{ kind: 'copy-to-gp', state: 'wanted', basis: internal.map(basisOf) }];
}

/** The next hospital started, and nothing here says that responsibility moved: until the transfer comes. */
function missingTransfer(episode: CourseEpisode, next: CourseEpisode | undefined): FollowUp[] {
  if (next === undefined) return [];
  const basis = [basisOf(decidingStart(next))];
  if (episode.end === undefined) return [{ kind: 'missing-transfer', state: 'wanted', basis }];
  return episode.end.event === 'O' ? [{ kind: 'missing-transfer', state: 'completed', basis }] : [];
}
