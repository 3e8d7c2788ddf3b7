import type { MissingCode } from '../model/record.js';
import { translate } from './concept-map.js';
import { openExpression, PackError, type Observed, type OpenExpression } from './expression.js';
import type {
  Bindings,
  CsvPack,
  Evaluation,
  EventPack,
  FhirPack,
  Pack,
  PackSource,
  ResourceInput,
  RowInput,
} from './pack.js';
import { manifestFaults, takenBy, type ManifestFault } from './manifest-faults.js';
import { pointerTo } from './pointers.js';
import { absentIn } from './required.js';
import { columnsAsked } from './columns-asked.js';
import { RESOURCE_FUNCTIONS } from './resource-functions.js';
import { unaskedSettings } from './settings-asked.js';
import { placeIn, placeText } from './text-place.js';

/** Hears what each evaluation of an expression did. */
export type Watch = (expression: OpenExpression, observed: Observed) => void;

/**
 * Makes a pack of what its folder holds. Throws {@link PackError} with file and place when the pack itself is wrong. With `watch`
 * every evaluation is looked into, which is several times slower.
 */
export function openPack(source: PackSource, watch?: Watch): Pack {
  const { name, version, takes, facts, source: saidBy, settings = {} } = source.manifest;
  const hasTarget = ({ system, code }: MissingCode) => translate(source.conceptMaps, system, code) !== undefined;
  const pack = { name, version, settings, hasTarget, ...(saidBy === undefined ? {} : { source: saidBy }) };
  refuse(source, manifestFaults(source.manifest));
  if (facts === 'as-they-are') {
    if (takes.door !== 'events') throw new TypeError('Only events are facts as they are');
    refuse(source, unaskedSettings(settings, [], 'events'));
    const { door, kinds } = takes;
    return { ...pack, door, kinds, canonicalOf: (type, data) => Promise.resolve({ events: [{ type, data }] }) };
  }
  const evaluationOf = openExpressions(source, facts, watch);
  switch (takes.door) {
    case 'events':
      return {
        ...pack,
        ...takes,
        canonicalOf: (kind: string, content: unknown) =>
          evaluationOf(kind, content, { said: content, at: '' }, { settings }),
      };
    case 'fhir':
      return {
        ...pack,
        ...takes,
        canonicalOf: (input: ResourceInput, bindings: Bindings) =>
          evaluationOf(input.resource.resourceType, input, { said: input.resource, at: '/resource' }, bindings),
      };
    case 'csv':
      return {
        ...pack,
        door: 'csv',
        takes,
        canonicalOf: (input: RowInput) => evaluationOf(input.table, input, { said: input.row, at: '/row' }),
      };
  }
}

/** `content`: what the expression sees; `said`: what the source said of it, and where that stands in the content. */
type Evaluate = (
  taken: string,
  content: unknown,
  said: { readonly said: unknown; readonly at: string },
  bindings?: Readonly<Record<string, unknown>>,
) => Promise<Evaluation>;

function refuse({ folder, placeOf }: PackSource, faults: readonly ManifestFault[]): void {
  if (faults.length === 0) return;
  const file = `${folder}/manifest.json`;
  const told = faults.map(({ pointer, expected }) => `${file}${placeText(placeOf?.(pointer))}: ${pointer} ${expected}`);
  throw new PackError(told.join('\n'));
}

/** The expression for each type, kind or table that a pack takes. */
function openExpressions(
  source: PackSource,
  facts: Exclude<PackSource['manifest']['facts'], string>,
  watch: Watch | undefined,
): Evaluate {
  const { folder, manifest, conceptMaps, expressions, placeOf } = source;
  const files =
    'expression' in facts
      ? Object.fromEntries(takenBy(manifest).map((each) => [each, facts.expression]))
      : facts.expressions;
  const { required = {}, timeZone = 'Europe/Oslo', settings = {} } = manifest;
  const { door } = manifest.takes;
  const bindings = { fhir: RESOURCE_FUNCTIONS, events: ['settings'], csv: [] }[door];
  const opened = new Map(
    [...new Set(Object.values(files))].map((file) => [
      file,
      openExpression(expressions.get(file) ?? '', { file: `${folder}/${file}`, conceptMaps, timeZone, bindings }),
    ]),
  );
  refuse(
    source,
    unaskedSettings(
      settings,
      [...opened.values()].map(({ tree }) => tree),
      door,
    ),
  );
  refuseUnknownColumns(source, files, opened);
  return async (taken, content, said, bindings) => {
    const expression = opened.get(files[taken] ?? '');
    if (expression === undefined) throw new TypeError('A pack is asked only for what it takes');
    const absent = absentIn(said, required[taken] ?? [], {
      file: `${folder}/manifest.json`,
      placeOf: (nth) => placeOf?.(`${pointerTo('/required', taken)}/${nth}`),
    });
    if (absent.length > 0) return { faults: absent };
    if (watch === undefined) return expression.evaluate(content, bindings);
    const observed = await expression.observe(content, bindings);
    watch(expression, observed);
    return observed.evaluation;
  };
}

/** A row never has what is not declared of its table: it would be nothing, silently. */
function refuseUnknownColumns(
  { manifest: { takes }, expressions }: PackSource,
  files: Readonly<Record<string, string>>,
  opened: ReadonlyMap<string, OpenExpression>,
): void {
  if (takes.door !== 'csv') return;
  const told = [...opened].flatMap(([name, { file, tree }]) => {
    const tables = takes.tables.filter((table) => files[table.name] === name);
    const known = tables.flatMap(({ columns, optional = [] }) => [...columns, ...optional]);
    return columnsAsked(tree)
      .filter((asked) => !known.includes(asked.name))
      .map(
        (asked) =>
          `${file}${placeIn(expressions.get(name) ?? '', asked.offset)}: ${asked.name} is no column of the table: expected it in columns, or in optional`,
      );
  });
  if (told.length > 0) throw new PackError(told.join('\n'));
}

/** The pack that takes a kind of event; a later folder goes before an earlier one, so that a hospital can replace a bundled pack. */
export function packFor(packs: readonly Pack[], kind: string): EventPack | undefined {
  return packs.filter((pack) => pack.door === 'events').findLast(({ kinds }) => kinds.includes(kind));
}

/** The pack of that name, for the resources of a source. */
export function fhirPackNamed(packs: readonly Pack[], name: string): FhirPack | undefined {
  return packs.filter((pack) => pack.door === 'fhir').find((pack) => pack.name === name);
}

/** The pack of that name, for files. */
export function csvPackNamed(packs: readonly Pack[], name: string): CsvPack | undefined {
  return packs.filter((pack) => pack.door === 'csv').find((pack) => pack.name === name);
}
