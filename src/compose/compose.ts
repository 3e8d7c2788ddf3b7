import type { WantedResource } from '../model/resources.js';
import { Composition, type ComposeInput } from './composition.js';
import { composeFindings, composeFollowUps } from './duties.js';
import { composeEpisode, composeFormerEpisodes } from './episode.js';
import { composeMilestones, composeWarning } from './milestones.js';
import { composeOrganizations, composePatient } from './people.js';
import { composeFormerSources, composeSources } from './sources.js';
import { composeFormerTasks } from './task.js';
import { composeTriage } from './triage.js';

/** Everything that should stand on the FHIR server for one patient. Pure; CONTRACT 5 says what each resource holds. */
export function compose(input: ComposeInput): WantedResource[] {
  const composition = new Composition(input);
  if (composition.patientIsUnclear) {
    composeTriage(composition);
    composeOrganizations(composition);
    return composition.wanted.reverse();
  }
  for (const pathway of input.pathways) {
    for (const episode of pathway.episodes) {
      if (!input.registersFor(episode.organization.identifier.value)) continue;
      composeEpisode(composition, pathway, episode);
      for (const { factKey } of episode.attendances) composition.sourceReference(factKey);
      composeMilestones(composition, pathway, episode);
      composeFindings(composition, pathway, episode);
      composeFollowUps(composition, pathway, episode);
      for (const state of input.warnings) {
        if (state.warned.episodeId === episode.id) composeWarning(composition, pathway, episode, state);
      }
    }
  }
  composeTriage(composition);
  composeFormerEpisodes(composition);
  composeFormerTasks(composition);
  composeSources(composition);
  composeFormerSources(composition);
  composePatient(composition);
  composeOrganizations(composition);
  return composition.wanted.reverse();
}
