import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const PARAMETER_TYPES = ['token', 'reference', 'date', 'string', 'uri'] as const;
export type ParameterType = (typeof PARAMETER_TYPES)[number];

/** A search parameter of one type, before its path is compiled. */
export interface DefinedSearch {
  readonly type: ParameterType;
  /** FHIRPath, of what compile-path.ts understands. */
  readonly expression: string;
  readonly target?: readonly string[];
  /** The address of its SearchParameter, where it is none of R4's own. */
  readonly definition?: string;
}

/** By type and code. */
export type DefinedSearches = Readonly<Record<string, Readonly<Record<string, DefinedSearch>>>>;

interface SearchParameterResource {
  readonly url: string;
  readonly code: string;
  readonly base: readonly string[];
  readonly type: string;
  readonly expression?: string;
  readonly target?: readonly string[];
}

/** R4's own searches, with those of the SearchParameters in a folder; throws where one is of a kind that is not kept here. */
export function withOwnSearches(searches: DefinedSearches, dir: string): DefinedSearches {
  const all: Record<string, Record<string, DefinedSearch>> = { ...searches };
  const names = readdirSync(dir).filter((name) => /^SearchParameter-.*\.json$/.test(name));
  for (const name of names.sort()) {
    const resource = JSON.parse(readFileSync(join(dir, name), 'utf8')) as SearchParameterResource;
    for (const type of resource.base.filter((each) => Object.hasOwn(all, each)))
      all[type] = { ...all[type], [resource.code]: searchOf(resource, type) };
  }
  return all;
}

function searchOf({ url, type: kind, expression = '', target }: SearchParameterResource, type: string): DefinedSearch {
  const parts = expression.split('|').map((part) => part.trim());
  const own = parts.filter((part) => /^\(*([A-Za-z]+)/.exec(part)?.[1] === type).join(' | ');
  if (!isKept(kind) || own === '') throw new Error(`search parameter not kept: ${url}`);
  return { type: kind, expression: own, definition: url, ...(target === undefined ? {} : { target }) };
}

function isKept(kind: string): kind is ParameterType {
  return (PARAMETER_TYPES as readonly string[]).includes(kind);
}
