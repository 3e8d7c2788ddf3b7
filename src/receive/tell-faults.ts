import type { FhirEntry, InboundResource } from '../model/fhir-content.js';
import type { ResourceFault } from '../model/resource-fault.js';
import { issue, type Issue } from './operation-outcome.js';

/** What is not as R4 or a profile says in a resource; of a type that is not known nothing. */
export type InboundCheck = (resource: InboundResource) => readonly ResourceFault[];

const MOST_TOLD = 50;

/**
 * What a sender might want to mend, as warnings with their places in what was sent: it is kept all the same, and a pack reads of
 * it what it can. Looking ends when enough is found.
 */
export function tellFaults(entries: readonly FhirEntry[], check: InboundCheck): readonly Issue[] {
  const issues: Issue[] = [];
  for (const { place, resource } of entries) {
    if (resource === undefined) continue;
    for (const { code, path, message, rule } of check(resource)) {
      if (issues.length === MOST_TOLD)
        return [...issues, issue('warning', 'incomplete', 'There may be more that is not as it should be.')];
      issues.push(
        issue(
          'warning',
          code,
          rule === undefined ? message : `${message} (${rule})`,
          place + path.slice(resource.resourceType.length),
        ),
      );
    }
  }
  return issues;
}
