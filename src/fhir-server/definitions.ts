import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { compilePath, type Path } from './compile-path.js';

type ParameterType = 'token' | 'reference' | 'date' | 'string' | 'uri';

/** A search parameter of a type, with the path to its values. */
export interface SearchParameter {
  readonly name: string;
  /** `Type.name`, as the index tables have it. */
  readonly key: string;
  readonly type: ParameterType;
  readonly path: Path;
  readonly targets: readonly string[];
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
}

type SearchFile = Record<
  string,
  Record<string, { type: ParameterType; expression: string; target?: readonly string[] }>
>;
/** Columns of every row hold these two: they are searched there. */
const IN_ROW = ['_id', '_lastUpdated'];

/** Reads the definitions; the paths of a type's search parameters are compiled when it is first asked for. */
export function readDefinitions(dir: string): Definitions {
  const search = readJson(dir, 'search.json') as SearchFile;
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
  };
}

function compileType(type: string, parameters: SearchFile[string]): ReadonlyMap<string, SearchParameter> {
  const entries = Object.entries(parameters).filter(([name]) => !IN_ROW.includes(name));
  return new Map(
    entries.map(([name, { type: kind, expression, target = [] }]) => [
      name,
      { name, key: `${type}.${name}`, type: kind, path: compilePath(expression), targets: target },
    ]),
  );
}

function readJson(dir: string, name: string): unknown {
  return JSON.parse(readFileSync(join(dir, name), 'utf8'));
}
