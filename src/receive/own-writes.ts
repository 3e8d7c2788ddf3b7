import { isByAdapter } from '../model/canonical.js';
import type { InboundResource, OwnResource, ResourceName } from '../model/fhir-content.js';

export type FindOwn = (names: readonly ResourceName[]) => Promise<readonly OwnResource[]>;

/**
 * What somebody else wrote, of resources on the server that this service writes to. Of its own only a Task in a version that it did
 * not write says something, since a person may have answered on it (CONTRACT 5).
 */
export async function writtenByOthers<T extends InboundResource>(
  resources: readonly T[],
  findOwn: FindOwn,
): Promise<readonly T[]> {
  const names = resources.flatMap(({ resourceType: type, id }) => (id === undefined ? [] : [{ type, id }]));
  if (names.length === 0) return resources;
  const own = new Map((await findOwn(names)).map((each) => [`${each.type}/${each.id}`, each]));
  return resources.filter((resource) => isByOthers(resource, own.get(`${resource.resourceType}/${resource.id ?? ''}`)));
}

function isByOthers({ resourceType, meta }: InboundResource, own: OwnResource | undefined): boolean {
  if (own === undefined) return !isByAdapter(meta?.source);
  return resourceType === 'Task' && (own.writtenVersion === undefined || own.writtenVersion !== meta?.versionId);
}
