import type { CsvTakes } from '../model/csv-content.js';
import { factKindOf } from './fact-of.js';
import type { PackSource } from './pack.js';
import { pointerTo } from './pointers.js';

/** What is wrong of a manifest whose shape is right, by its place in it (JSON Pointer). */
export interface ManifestFault {
  readonly pointer: string;
  readonly expected: string;
}

/** What no schema can say: whether the parts of a manifest fit one another. */
export function manifestFaults(manifest: PackSource['manifest']): readonly ManifestFault[] {
  const { takes, facts } = manifest;
  const own = takes.door === 'csv' ? tableFaults(takes) : [];
  if (facts !== 'as-they-are') return [...own, ...expressionFaults(manifest, facts), ...requiredFaults(manifest)];
  if (takes.door !== 'events')
    return [{ pointer: '/facts', expected: `expected expressions, in a pack for ${takes.door}` }];
  const noFacts = takes.kinds.flatMap((kind, index) =>
    factKindOf(kind) === undefined
      ? [
          {
            pointer: `/takes/kinds/${index}`,
            expected: 'expected a canonical event, where facts are taken as they are',
          },
        ]
      : [],
  );
  return [...noFacts, ...requiredFaults(manifest)];
}

/** The types, kinds or tables that a pack takes. */
export function takenBy({ takes }: PackSource['manifest']): readonly string[] {
  if (takes.door === 'csv') return takes.tables.map(({ name }) => name);
  return takes.door === 'events' ? takes.kinds : takes.types;
}

function expressionFaults(
  manifest: PackSource['manifest'],
  facts: Exclude<PackSource['manifest']['facts'], string>,
): readonly ManifestFault[] {
  if ('expression' in facts) return [];
  const taken = takenBy(manifest);
  const without = taken.filter((each) => !Object.hasOwn(facts.expressions, each));
  const missing = without.map((each) => ({
    pointer: '/facts/expressions',
    expected: `expected one expression for each that it takes: ${each} has none`,
  }));
  return [...missing, ...unknownIn(facts.expressions, '/facts/expressions', taken)];
}

function requiredFaults(manifest: PackSource['manifest']): readonly ManifestFault[] {
  if (manifest.facts === 'as-they-are' && manifest.required !== undefined)
    return [{ pointer: '/required', expected: 'is not read, where facts are taken as they are' }];
  return unknownIn(manifest.required ?? {}, '/required', takenBy(manifest));
}

function unknownIn(named: object, at: string, taken: readonly string[]): readonly ManifestFault[] {
  return Object.keys(named)
    .filter((name) => !taken.includes(name))
    .map((name) => ({ pointer: pointerTo(at, name), expected: `expected one of what the pack takes, not ${name}` }));
}

/** A file is of the table whose columns it has: of two that are alike nobody can tell which, and a key is read from columns. */
function tableFaults({ tables }: CsvTakes): readonly ManifestFault[] {
  const columnsOf = ({ columns }: (typeof tables)[number]) => JSON.stringify([...columns].sort());
  return tables.flatMap((table, index) => {
    const at = `/takes/tables/${index}`;
    const before = tables.slice(0, index);
    const keys = table.key.flatMap((name, nth) => (table.columns.includes(name) ? [] : [`${at}/key/${nth}`]));
    return [
      ...(before.some(({ name }) => name === table.name)
        ? [{ pointer: `${at}/name`, expected: 'expected a name that no other table has' }]
        : []),
      ...(before.some((other) => columnsOf(other) === columnsOf(table))
        ? [{ pointer: `${at}/columns`, expected: 'expected columns that tell it from every other table' }]
        : []),
      ...keys.map((pointer) => ({ pointer, expected: 'expected one of the columns of the table' })),
    ];
  });
}
