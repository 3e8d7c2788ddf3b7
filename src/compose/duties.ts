import type { Episode, Pathway } from '../model/pathway.js';
import type { Composition } from './composition.js';
import { composeTask, ownerOf, taskKeyOf } from './task.js';
import { concept, SYSTEMS } from './terms.js';

/** What somebody has to do after a decision or a referral. CONTRACT 5, `follow-up`. */
export function composeFollowUps(composition: Composition, pathway: Pathway, episode: Episode): void {
  for (const { kind, state, basis } of episode.followUps) {
    const key = `follow-up/${episode.id}/${kind}`;
    if (state === 'completed' && composition.known(taskKeyOf(key)) === undefined) continue;
    const text = composition.input.definitionOf(pathway).followUps.find((followUp) => followUp.kind === kind)?.text;
    composeTask(composition, {
      ...about(composition, pathway, episode),
      key,
      code: 'follow-up',
      description: text?.nb ?? kind,
      status: state === 'completed' ? 'completed' : 'ready',
      more: { reasonCode: concept(SYSTEMS.followUp, kind) },
      messageIds: basis.map(({ messageId }) => messageId),
    });
  }
}

/** Findings that somebody at the hospital can mend. CONTRACT 5, `registration-finding`. */
export function composeFindings(composition: Composition, pathway: Pathway, episode: Episode): void {
  for (const { code } of episode.findings) {
    const finding = composition.input.definitionOf(pathway).findings.find((each) => each.code === code);
    if (finding?.mendable !== true) continue;
    const system = finding.system === 'npr' ? SYSTEMS.nprFinding : SYSTEMS.ownFinding;
    composeTask(composition, {
      ...about(composition, pathway, episode),
      key: `registration-finding/${episode.id}/${code}`,
      code: 'registration-finding',
      description: finding.text.nb,
      status: 'ready',
      more: { reasonCode: concept(system, code) },
      messageIds: [],
    });
  }
}

function about(composition: Composition, pathway: Pathway, episode: Episode) {
  return {
    focus: { reference: `EpisodeOfCare/${episode.id}` },
    owner: ownerOf(composition, episode.organization, episode.unit),
    pathwayId: pathway.id,
  };
}
