import type { MappingFault } from './pack.js';
import { stepsOf } from './pointers.js';

/**
 * A fault for each of the places (JSON Pointers) that what a source said does not hold. `file`: where they are asked for; `at`: where
 * what was said stands in what the expression is given.
 */
export function absentIn(
  { said, at }: { readonly said: unknown; readonly at: string },
  places: readonly string[],
  file: string,
): readonly MappingFault[] {
  return places
    .filter((path) => isAbsent(stepsOf(path), said))
    .map((path) => ({ code: 'mapping', file, path: at + path, message: `is missing, and ${file} requires it` }));
}

function isAbsent(steps: readonly string[], value: unknown): boolean {
  if (value === undefined || value === null || value === '') return true;
  const [step, ...rest] = steps;
  if (step === undefined) return false;
  const found = Object.hasOwn(Object(value) as object, step) ? (value as Record<string, unknown>)[step] : undefined;
  return isAbsent(rest, found);
}
