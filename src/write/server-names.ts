import type { FhirResource } from 'fhir/r4.js';
import { withReferences } from '../model/references.js';
import type { GivenIds } from '../model/resources.js';

/** Resources go out with the ids that the server gave, and come back with ours: everything else here knows ours alone. */
export class ServerNames {
  private readonly theirs: Map<string, string>;
  private readonly ours: Map<string, string>;

  constructor(given: GivenIds) {
    this.theirs = new Map(given);
    this.ours = new Map([...given].map(([name, id]) => [nameWith(name, id), name]));
  }

  get areNone(): boolean {
    return this.theirs.size === 0;
  }

  add(name: string, id: string): void {
    this.theirs.set(name, id);
    this.ours.set(nameWith(name, id), name);
  }

  has(name: string): boolean {
    return this.theirs.has(name);
  }

  /** Its id on the server: the one it gave, else ours. */
  idOf(type: string, id: string): string {
    return this.theirs.get(`${type}/${id}`) ?? id;
  }

  toTheirs<T extends FhirResource>(resource: T): T {
    return this.renamed(resource, (name) => {
      const id = this.theirs.get(name);
      return id === undefined ? name : nameWith(name, id);
    });
  }

  toOurs<T extends FhirResource>(resource: T): T {
    return this.renamed(resource, (name) => this.ours.get(name) ?? name);
  }

  private renamed<T extends FhirResource>(resource: T, rename: (name: string) => string): T {
    if (this.areNone) return resource;
    const own = rename(`${resource.resourceType}/${resource.id ?? ''}`).split('/')[1];
    const renamed = withReferences(resource, (each) => ({ ...each, reference: rename(each.reference) }));
    return resource.id === undefined || own === undefined ? renamed : { ...renamed, id: own };
  }
}

function nameWith(name: string, id: string): string {
  return `${name.split('/')[0] ?? ''}/${id}`;
}
