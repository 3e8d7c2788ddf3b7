import type { Day } from '../support/dates.js';
import type { PathwayDefinition } from '../model/definition.js';

/** The version of a pathway's definition that is valid on a day; before the first and after the last: the nearest. */
export function versionOn(versions: readonly PathwayDefinition[], day: Day): PathwayDefinition {
  const oldestFirst = [...versions].sort((a, b) => (a.validFrom < b.validFrom ? -1 : 1));
  const valid = oldestFirst.findLast(({ validFrom }) => validFrom <= day) ?? oldestFirst[0];
  if (valid === undefined) throw new Error('A pathway has at least one definition');
  return valid;
}

export function newestOf(versions: readonly PathwayDefinition[]): PathwayDefinition {
  return versionOn(versions, '9999-12-31');
}

/** All versions of each pathway, by its code. */
export function versionsByCode(definitions: readonly PathwayDefinition[]): PathwayDefinition[][] {
  const codes = new Map<string, PathwayDefinition[]>();
  for (const definition of definitions) codes.set(definition.code, [...(codes.get(definition.code) ?? []), definition]);
  return [...codes.values()];
}
