import type { EpisodeOfCare, FhirResource, Narrative, Task } from 'fhir/r4.js';
import type { ExplanationTexts, PathwayDefinition } from '../../model/definition.js';
import { episodeBlocks } from './episode-blocks.js';
import { taskBlocks } from './task-blocks.js';
import type { Language, Telling } from './words.js';
import { division, inLanguage } from './xhtml.js';

const LANGUAGES: readonly Language[] = ['nb', 'en'];

/** What people may look at: episodes and Tasks. The rest are copies of sources. */
export function isTold(resource: FhirResource): resource is EpisodeOfCare | Task {
  return resource.resourceType === 'EpisodeOfCare' || resource.resourceType === 'Task';
}

/**
 * The resource in words, in Norwegian and English: of its own elements alone, so that it follows them and says no more. No ids are
 * in it, for a server may give others. `generated` or `extensions` as the value set narrative-status has it: an episode's
 * registrations and deadlines are extensions. `definition` has the words for the codes of the resource's pathway.
 */
export function narrativeOf(
  resource: EpisodeOfCare | Task,
  texts: ExplanationTexts,
  definition: PathwayDefinition | undefined,
): Narrative {
  const blocks = (telling: Telling) =>
    resource.resourceType === 'Task' ? taskBlocks(resource, telling) : episodeBlocks(resource, telling);
  const parts = LANGUAGES.map((language) => inLanguage(language, blocks({ language, texts, definition })));
  return { status: resource.resourceType === 'Task' ? 'generated' : 'extensions', div: division(parts) };
}
