import { openExpression } from './expression.js';
import type { EventPack, FhirPack, Pack, PackSource } from './pack.js';

/** Makes a pack of what its folder holds. Throws {@link PackError} with file and place when the pack itself is wrong. */
export function openPack({ folder, manifest, conceptMaps, expression = '' }: PackSource): Pack {
  const { name, version, takes, facts, source, settings = {} } = manifest;
  const pack = { name, version, ...(source === undefined ? {} : { source }) };
  if (facts === 'as-they-are') {
    if (takes.door === 'fhir') throw new TypeError('A pack for resources has an expression');
    const { door, kinds } = takes;
    return { ...pack, door, kinds, canonicalOf: (type, data) => Promise.resolve({ events: [{ type, data }] }) };
  }
  const evaluate = openExpression(`${folder}/${facts.expression}`, expression, conceptMaps);
  if (takes.door === 'events')
    return { ...pack, ...takes, canonicalOf: (_kind: string, content: unknown) => evaluate(content) };
  return { ...pack, ...takes, settings, canonicalOf: evaluate };
}

/** The pack that takes a kind of event; a later folder goes before an earlier one, so that a hospital can replace a bundled pack. */
export function packFor(packs: readonly Pack[], kind: string): EventPack | undefined {
  return packs.filter((pack) => pack.door === 'events').findLast(({ kinds }) => kinds.includes(kind));
}

/** The pack of that name, for the resources of a source. */
export function fhirPackNamed(packs: readonly Pack[], name: string): FhirPack | undefined {
  return packs.filter((pack) => pack.door === 'fhir').findLast((pack) => pack.name === name);
}
