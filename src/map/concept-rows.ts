import { translate } from './concept-map.js';
import type { PackConceptMap } from './pack.js';

/** One line of a ConceptMap, as a map of that line alone. */
interface ConceptRow {
  readonly name: string;
  readonly system: string;
  readonly target: string;
  /** Absent: the line for what has no line of its own (`unmapped`). */
  readonly code?: string;
  readonly alone: PackConceptMap;
}

/**
 * The lines of a pack's ConceptMaps: `${map id}|${source}|${target}|${code}`, and `${map id}|${source}|${target}|unmapped` for what a
 * group does with codes that have no line. FHIR R4 ConceptMap `group.element`, `group.unmapped`.
 */
export function conceptRowsOf(maps: readonly PackConceptMap[]): readonly string[] {
  return rowsOf(maps).map(({ name }) => name);
}

/**
 * Which lines a translation goes by: those of the code, up to the first with a target; where none has one, the first `unmapped` that
 * gives a code. The same lines as {@link translate} reads.
 */
export function conceptRowsUsed(
  maps: readonly PackConceptMap[],
): (system: string, code: string, target?: string) => readonly string[] {
  const all = rowsOf(maps);
  return (system, code, target) => {
    const candidates = all.filter((row) => row.system === system && (target === undefined || row.target === target));
    const translates = ({ alone }: ConceptRow) => translate([alone], system, code, target) !== undefined;
    const ofCode = candidates.filter((row) => row.code === code);
    const found = ofCode.findIndex(translates);
    if (found >= 0) return ofCode.slice(0, found + 1).map(({ name }) => name);
    const rest = candidates.find((row) => row.code === undefined && translates(row));
    return [...ofCode, ...(rest === undefined ? [] : [rest])].map(({ name }) => name);
  };
}

function rowsOf(maps: readonly PackConceptMap[]): readonly ConceptRow[] {
  return maps.flatMap(({ id, group }) =>
    group.flatMap(({ source, target, element, unmapped }) => {
      const series = { source, target };
      // Of several lines with one code only the first is ever read.
      const lines = element.filter(({ code }, index) => element.findIndex((each) => each.code === code) === index);
      const rest = unmapped && { ...series, element: [], unmapped };
      return [
        ...lines.map((line) => ({ ...row(id, { ...series, element: [line] }, line.code), code: line.code })),
        ...(rest === undefined ? [] : [row(id, rest, 'unmapped')]),
      ];
    }),
  );
}

function row(id: string, group: PackConceptMap['group'][number], name: string): ConceptRow {
  const { source, target } = group;
  return {
    name: [id, source, target, name].join('|'),
    system: source,
    target,
    alone: { id, group: [group] },
  };
}
