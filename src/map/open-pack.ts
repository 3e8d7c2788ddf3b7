import { openExpression, PackError } from './expression.js';
import type { Bindings, Evaluation, EventPack, FhirPack, Pack, PackSource, ResourceInput } from './pack.js';

/** Makes a pack of what its folder holds. Throws {@link PackError} with file and place when the pack itself is wrong. */
export function openPack(source: PackSource): Pack {
  const { name, version, takes, facts, source: saidBy, settings = {} } = source.manifest;
  const pack = { name, version, ...(saidBy === undefined ? {} : { source: saidBy }) };
  if (facts === 'as-they-are') {
    if (takes.door === 'fhir')
      throw new PackError(`${source.folder}/manifest.json: a pack for resources has expressions`);
    const { door, kinds } = takes;
    return { ...pack, door, kinds, canonicalOf: (type, data) => Promise.resolve({ events: [{ type, data }] }) };
  }
  const evaluationOf = openExpressions(source, facts);
  if (takes.door === 'events')
    return { ...pack, ...takes, canonicalOf: (kind: string, content: unknown) => evaluationOf(kind)(content) };
  return {
    ...pack,
    ...takes,
    settings,
    canonicalOf: (input: ResourceInput, bindings: Bindings) =>
      evaluationOf(input.resource.resourceType)(input, bindings),
  };
}

type Evaluate = (content: unknown, bindings?: Bindings) => Promise<Evaluation>;

/** The expression for each type or kind that a pack takes. */
function openExpressions(
  { folder, manifest: { takes }, conceptMaps, expressions }: PackSource,
  facts: Exclude<PackSource['manifest']['facts'], string>,
): (taken: string) => Evaluate {
  const all = takes.door === 'events' ? takes.kinds : takes.types;
  const files =
    'expression' in facts ? Object.fromEntries(all.map((each) => [each, facts.expression])) : facts.expressions;
  const amiss = [
    ...all.filter((each) => files[each] === undefined),
    ...Object.keys(files).filter((each) => !all.includes(each)),
  ];
  if (amiss.length > 0)
    throw new PackError(`${folder}/manifest.json: expected one expression for each that it takes: ${amiss.join(', ')}`);
  const opened = new Map(
    [...new Set(Object.values(files))].map((file) => [
      file,
      openExpression(`${folder}/${file}`, expressions.get(file) ?? '', conceptMaps),
    ]),
  );
  return (taken) => {
    const evaluate = opened.get(files[taken] ?? '');
    if (evaluate === undefined) throw new TypeError('A pack is asked only for what it takes');
    return evaluate;
  };
}

/** The pack that takes a kind of event; a later folder goes before an earlier one, so that a hospital can replace a bundled pack. */
export function packFor(packs: readonly Pack[], kind: string): EventPack | undefined {
  return packs.filter((pack) => pack.door === 'events').findLast(({ kinds }) => kinds.includes(kind));
}

/** The pack of that name, for the resources of a source. */
export function fhirPackNamed(packs: readonly Pack[], name: string): FhirPack | undefined {
  return packs.filter((pack) => pack.door === 'fhir').findLast((pack) => pack.name === name);
}
