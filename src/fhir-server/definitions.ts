import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { contentHash } from '../support/ids.js';
import { compilePath, type Path } from './compile-path.js';
import { withOwnSearches, type DefinedSearch, type DefinedSearches, type ParameterType } from './own-searches.js';

/** A search parameter of a type, with the path to its values. */
export interface SearchParameter {
  readonly name: string;
  /** `Type.name`, as the index tables have it. */
  readonly key: string;
  readonly type: ParameterType;
  readonly path: Path;
  readonly targets: readonly string[];
  /** The address of its SearchParameter, where it is none of R4's own. */
  readonly definition: string | undefined;
}

/** What the server knows of FHIR R4, as profiles/generate-definitions.js wrote it. */
export interface Definitions {
  readonly types: readonly string[];
  readonly schemas: { readonly definitions: Readonly<Record<string, object>> };
  /** Types a reference may name, by path; `*` is any. */
  readonly targets: ReadonlyMap<string, readonly string[]>;
  serves(type: string): boolean;
  /** Search parameters of a served type by name; those of every type begin with `_`. */
  parametersOf(type: string): ReadonlyMap<string, SearchParameter>;
  /** Another one for each other set of types and search parameters: what was indexed by one is not indexed by the other. */
  readonly searchesHash: string;
}

/** Columns of every row hold these two: they are searched there. */
const IN_ROW = ['_id', '_lastUpdated'];

/**
 * Reads the definitions, and SearchParameters of our own from another folder; the paths of a type's search parameters are compiled
 * when it is first asked for.
 */
export function readDefinitions(dir: string, ownSearchesDir?: string): Definitions {
  const r4 = readJson(dir, 'search.json') as DefinedSearches;
  const search = ownSearchesDir === undefined ? r4 : withOwnSearches(r4, ownSearchesDir);
  const targets = readJson(dir, 'targets.json') as Record<string, readonly string[]>;
  const compiled = new Map<string, ReadonlyMap<string, SearchParameter>>();
  const parametersOf = (type: string) => {
    const known = compiled.get(type) ?? compileType(type, search[type] ?? {});
    compiled.set(type, known);
    return known;
  };
  return {
    types: Object.keys(search),
    schemas: readJson(dir, 'schemas.json') as Definitions['schemas'],
    targets: new Map(Object.entries(targets)),
    serves: (type) => Object.hasOwn(search, type),
    parametersOf,
    searchesHash: contentHash(search),
  };
}

function compileType(
  type: string,
  parameters: Readonly<Record<string, DefinedSearch>>,
): ReadonlyMap<string, SearchParameter> {
  const entries = Object.entries(parameters).filter(([name]) => !IN_ROW.includes(name));
  return new Map(
    entries.map(([name, { type: kind, expression, target = [], definition }]) => [
      name,
      { name, key: `${type}.${name}`, type: kind, path: compilePath(expression), targets: target, definition },
    ]),
  );
}

function readJson(dir: string, name: string): unknown {
  return JSON.parse(readFileSync(join(dir, name), 'utf8'));
}
