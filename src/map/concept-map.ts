import type { PackConceptMap } from './pack.js';

/** The code a code of `system` stands for; undefined: no map has it (FHIR R4 ConceptMap `$translate`, `unmapped`). */
export function translate(maps: readonly PackConceptMap[], system: string, code: string): string | undefined {
  const groups = maps.flatMap(({ group }) => group).filter(({ source }) => source === system);
  for (const { element } of groups) {
    const target = element.find((each) => each.code === code)?.target?.[0]?.code;
    if (target !== undefined) return target;
  }
  for (const { unmapped } of groups) {
    if (unmapped?.mode === 'provided') return code;
    if (unmapped?.mode === 'fixed' && unmapped.code !== undefined) return unmapped.code;
  }
  return undefined;
}
