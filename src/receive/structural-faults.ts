import type { FhirEntry, InboundResource } from '../model/fhir-content.js';
import type { ResourceFault } from '../model/resource-fault.js';
import { issue, type Issue } from './operation-outcome.js';

/** What is not as R4 says in a resource's structure; of a type that is not known nothing. */
export type StructureCheck = (resource: InboundResource) => readonly ResourceFault[];

const MOST_TOLD = 50;

/**
 * What a sender might want to mend, as warnings with their places in what was sent: it is kept all the same, and a pack reads of
 * it what it can. Looking ends when enough is found.
 */
export function structuralFaults(entries: readonly FhirEntry[], check: StructureCheck): readonly Issue[] {
  const issues: Issue[] = [];
  for (const { place, resource } of entries) {
    if (resource === undefined) continue;
    for (const { code, path, message } of check(resource)) {
      if (issues.length === MOST_TOLD)
        return [...issues, issue('warning', 'incomplete', 'There may be more that is not as FHIR R4 says.')];
      issues.push(issue('warning', code, message, place + path.slice(resource.resourceType.length)));
    }
  }
  return issues;
}
