import type { MappingFault } from './pack.js';

/** A fault for each of the places (JSON Pointers) that a message does not hold. `file`: where they are asked for. */
export function absentIn(content: unknown, places: readonly string[], file: string): readonly MappingFault[] {
  return places
    .filter((path) => isAbsent(path.split('/').slice(1), content))
    .map((path) => ({ code: 'mapping', file, path, message: `is missing, and ${file} requires it` }));
}

function isAbsent(steps: readonly string[], value: unknown): boolean {
  if (value === undefined || value === null || value === '') return true;
  const [step, ...rest] = steps;
  if (step === undefined) return false;
  const name = step.replaceAll('~1', '/').replaceAll('~0', '~');
  return isAbsent(
    rest,
    Object.hasOwn(Object(value) as object, name) ? (value as Record<string, unknown>)[name] : undefined,
  );
}
