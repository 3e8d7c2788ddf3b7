import type { MappingFault } from './pack.js';
import { stepsOf } from './pointers.js';
import type { TextPlace } from './text-place.js';

/**
 * A fault for each of the places (JSON Pointers) that what a source said does not hold. `at`: where what was said stands in what the
 * expression is given. `file` asks for them; `placeOf`: where in it each of them does.
 */
export function absentIn(
  { said, at }: { readonly said: unknown; readonly at: string },
  places: readonly string[],
  { file, placeOf }: { readonly file: string; readonly placeOf: (nth: number) => TextPlace | undefined },
): readonly MappingFault[] {
  return places.flatMap((path, nth) => {
    if (!isAbsent(stepsOf(path), said)) return [];
    const place = placeOf(nth);
    const fault = { code: 'mapping', file, path: at + path, message: 'is missing, and the manifest requires it' };
    const node = place && { ...place, endsBefore: place, text: '' };
    return [node === undefined ? fault : { ...fault, place: { node, inputs: [at + path] } }];
  });
}

function isAbsent(steps: readonly string[], value: unknown): boolean {
  if (value === undefined || value === null || value === '') return true;
  const [step, ...rest] = steps;
  if (step === undefined) return false;
  const found = Object.hasOwn(Object(value) as object, step) ? (value as Record<string, unknown>)[step] : undefined;
  return isAbsent(rest, found);
}
