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
    const target = element.find((each) => each.code === code)?.target?.find(isMatch)?.code;
    if (target !== undefined) return target;
  }
  for (const { unmapped } of groups) {
    if (unmapped?.mode === 'provided') return code;
    if (unmapped?.mode === 'fixed' && unmapped.code !== undefined) return unmapped.code;
  }
  return undefined;
}

/** Two equivalences say that the code beside them is none for it. */
function isMatch({ equivalence }: { readonly equivalence?: string }): boolean {
  return equivalence !== 'unmatched' && equivalence !== 'disjoint';
}

/**
 * The lines of codes that have one already, in the same or another map, from and to the same code systems: only the first is ever
 * read. By the map's place in the list, and the line's in the map (JSON Pointer).
 */
export function repeatedLinesIn(
  maps: readonly PackConceptMap[],
): readonly { readonly map: number; readonly pointer: string }[] {
  const seen = new Set<string>();
  return maps.flatMap(({ group }, map) =>
    group.flatMap(({ source, target, element }, nth) =>
      element.flatMap(({ code }, index) => {
        const name = JSON.stringify([source, target, code]);
        if (seen.has(name)) return [{ map, pointer: `/group/${nth}/element/${index}/code` }];
        seen.add(name);
        return [];
      }),
    ),
  );
}

/** The codes without a target, each once. */
export function missingIn(faults: readonly MappingFault[]): readonly MissingCode[] {
  const codes = faults.flatMap(({ missing }) => missing ?? []);
  return [...new Map(codes.map((each) => [JSON.stringify([each.system, each.code]), each])).values()];
}
