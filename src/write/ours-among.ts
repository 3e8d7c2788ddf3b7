import type { FhirResource, Identifier } from 'fhir/r4.js';
import { isByAdapter } from '../model/canonical.js';
import type { PendingWrite } from '../model/resources.js';

/** By these identifiers nobody else's resource goes. CONTRACT 5. */
const OURS_ALONE = ['EpisodeOfCare', 'Task'];

/** The identifier that tells a resource of ours from all others of its type. CONTRACT 5: it is the first. */
export function uniqueIdentifierOf(resource: FhirResource): Identifier | undefined {
  return identifiersIn(resource)[0];
}

/** As a search parameter: what means something there is escaped (FHIR R4, 3.1.1.5.1). */
export function tokenOf({ system = '', value = '' }: Identifier): string {
  return [system, value].map((part) => part.replace(/[\\,$|]/g, '\\$&')).join('|');
}

/** Ids of what carries the identifier and is ours, the oldest first; `all`: with what is somebody else's. */
export function oursAmong(
  found: readonly FhirResource[],
  identifier: Identifier,
  row: PendingWrite,
): { readonly all: number; readonly ours: readonly string[] } {
  const carrying = found.filter((each) => carries(each, identifier));
  const ours = carrying.filter((each) => isOurs(each, row)).sort(byAge);
  return { all: carrying.length, ours: ours.flatMap(({ id }) => id ?? []) };
}

/** A server may keep no `meta.source`: then it is ours where we may have created it. */
export function isOurs({ resourceType, meta }: FhirResource, { sent }: PendingWrite): boolean {
  if (OURS_ALONE.includes(resourceType) || isByAdapter(meta?.source)) return true;
  return sent.length > 0 && meta?.source === undefined;
}

function carries(resource: FhirResource, { system, value }: Identifier): boolean {
  return identifiersIn(resource).some((each) => each.system === system && each.value === value);
}

export function identifiersIn(resource: FhirResource): Identifier[] {
  const list: unknown = 'identifier' in resource ? resource.identifier : undefined;
  return Array.isArray(list) ? (list as Identifier[]) : [];
}

/** Ids that a server counts up say it best. */
function byAge(a: FhirResource, b: FhirResource): number {
  const [one = '', other = ''] = [a.id, b.id];
  if (/^\d+$/.test(one) && /^\d+$/.test(other)) return Number(one) - Number(other);
  return `${a.meta?.lastUpdated ?? ''} ${one}` < `${b.meta?.lastUpdated ?? ''} ${other}` ? -1 : 1;
}
