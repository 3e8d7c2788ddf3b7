import type { EpisodeOfCare, Task } from 'fhir/r4.js';
import { IDENTIFIERS } from '../model/canonical.js';
import type { PathwayDefinition } from '../model/definition.js';
import type { ComposeInput } from './composition.js';
import { SYSTEMS } from './terms.js';

/** The definition of the pathway that a resource names; where that is gone, the newest of its code; none: it names no pathway. */
export function definitionFor(resource: EpisodeOfCare | Task, input: ComposeInput): PathwayDefinition | undefined {
  const pathwayId = pathwayIdOf(resource);
  const pathway = input.pathways.find(({ id }) => id === pathwayId);
  if (pathway !== undefined) return input.definitionOf(pathway);
  const code = pathwayCodeOf(episodeOf(resource, input));
  return input.definitions
    .filter((each) => each.code === code)
    .sort((a, b) => (a.validFrom < b.validFrom ? -1 : 1))
    .at(-1);
}

function pathwayIdOf(resource: EpisodeOfCare | Task): string | undefined {
  if (resource.resourceType === 'Task') return resource.groupIdentifier?.value;
  return resource.identifier?.find(({ system }) => system === IDENTIFIERS.pathway)?.value;
}

/** The episode that a Task is about, as it was wanted last. */
function episodeOf(resource: EpisodeOfCare | Task, { record }: ComposeInput): EpisodeOfCare | undefined {
  if (resource.resourceType === 'EpisodeOfCare') return resource;
  const focus = resource.focus?.reference;
  const episode = [...record.resources.values()].find(({ type, id }) => focus === `${type}/${id}`)?.wanted;
  return episode?.resourceType === 'EpisodeOfCare' ? episode : undefined;
}

function pathwayCodeOf(episode: EpisodeOfCare | undefined): string | undefined {
  return episode?.type?.flatMap(({ coding = [] }) => coding).find(({ system }) => system === SYSTEMS.pathway)?.code;
}
