import type { FhirEntry, InboundResource, References, ResourceName } from '../model/fhir-content.js';
import { referencesIn, withReferences } from '../model/references.js';
import { nameOnServer } from './followed.js';

/** What a message says, and what its references do. */
export interface Said {
  readonly entries: readonly FhirEntry[];
  readonly references: References;
}

/** The resources on the server that a message is about or refers to. */
export function namesIn({ entries, references }: Said, base?: string): ResourceName[] {
  const found = new Map<string, ResourceName>();
  const note = (name: ResourceName | undefined) => name && found.set(`${name.type}/${name.id}`, name);
  for (const { resource, deleted } of entries) {
    note(deleted ?? nameOf(resource));
    for (const reference of referencesIn(resource)) note(nameOnServer(reference, base));
  }
  for (const [reference, resource] of Object.entries(references)) {
    note(nameOnServer(reference, base));
    for (const inner of referencesIn(resource)) note(nameOnServer(inner, base));
  }
  return [...found.values()];
}

/** The same with the ids that we know our resources by, where the server gave them others (`ours`: by its names). */
export function withOurNames(said: Said, ours: ReadonlyMap<string, string>, base?: string): Said {
  if (ours.size === 0) return said;
  const ourId = ({ type, id }: ResourceName) => ours.get(`${type}/${id}`);
  const rename = (reference: string) => {
    const name = nameOnServer(reference, base);
    const id = name && ourId(name);
    return name === undefined || id === undefined ? reference : `${name.type}/${id}`;
  };
  const renamed = (resource: InboundResource): InboundResource => {
    const name = nameOf(resource);
    const id = name && ourId(name);
    const inner = withReferences(resource, (each) => ({ ...each, reference: rename(each.reference) }));
    return { ...inner, ...(id === undefined ? {} : { id }) };
  };
  const entries = said.entries.map((entry): FhirEntry => {
    if (entry.resource !== undefined) return { ...entry, resource: renamed(entry.resource) };
    if (entry.deleted === undefined) return entry;
    return { ...entry, deleted: { ...entry.deleted, id: ourId(entry.deleted) ?? entry.deleted.id } };
  });
  const references = Object.entries(said.references).map(([reference, each]) => [rename(reference), renamed(each)]);
  return { entries, references: Object.fromEntries(references) as References };
}

function nameOf(resource: InboundResource | undefined): ResourceName | undefined {
  return resource?.id === undefined ? undefined : { type: resource.resourceType, id: resource.id };
}
