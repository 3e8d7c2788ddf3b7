import type { MissingCode } from '../model/record.js';
import type { MappingFault, PackConceptMap } from './pack.js';

/**
 * The code that a code of `system` stands for, in the code system `target` where one is named; undefined: no map has it (FHIR R4
 * ConceptMap `$translate`, `unmapped`).
 */
export function translate(
  maps: readonly PackConceptMap[],
  system: string,
  code: string,
  target?: string,
): string | undefined {
  const groups = maps
    .flatMap(({ group }) => group)
    .filter((each) => each.source === system && (target === undefined || each.target === target));
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

/** The codes without a target, each once. */
export function missingIn(faults: readonly MappingFault[]): readonly MissingCode[] {
  const codes = faults.flatMap(({ missing }) => missing ?? []);
  return [...new Map(codes.map((each) => [JSON.stringify([each.system, each.code]), each])).values()];
}
