import type { Coding, ElementDefinition, FhirResource, StructureDefinition } from 'fhir/r4.js';
import { BASE, elementsOf, expansionOf, extensions, keyOf } from './definitions.js';

/** A code as it stands in a resource: where, and in what definition that place is described. */
export interface PlacedCode {
  readonly key: string;
  readonly display?: string | undefined;
  readonly path: string;
  /** Absent: it stands in an extension that nothing defines. */
  readonly definition: StructureDefinition | undefined;
}

/** Every extension of ours in a resource: its url, and for a part of one `url#part`. */
export function extensionsIn(resource: FhirResource): string[] {
  const urls: string[] = [];
  const visit = (value: unknown, within = ''): void => {
    if (typeof value !== 'object' || value === null) return;
    for (const [name, inner] of Object.entries(value)) {
      if (name !== 'extension' || !Array.isArray(inner)) visit(inner, within);
      else
        for (const each of inner as { url: string }[]) {
          const url = within === '' ? each.url : `${within}#${each.url}`;
          urls.push(url);
          visit(each, url);
        }
    }
  };
  visit(resource);
  return urls;
}

/** Every coding of a resource, and every code of an extension, with the element it stands in. */
export function codesIn(resource: FhirResource, profile: StructureDefinition): PlacedCode[] {
  const { extension = [], ...rest } = resource as FhirResource & {
    extension?: { url: string; extension?: object[] }[];
  };
  const inExtensions = extension.flatMap(({ url, extension: parts = [] }) => {
    const definition = extensions.find((each) => each.url === url);
    return parts.flatMap((part) => {
      const { url: name, ...value } = part as { url: string };
      return codingsIn(value, `Extension.extension:${name}`, definition);
    });
  });
  return [...inExtensions, ...codingsIn(rest, resource.resourceType, profile)];
}

function codingsIn(value: unknown, path: string, definition: StructureDefinition | undefined): PlacedCode[] {
  if (Array.isArray(value)) return value.flatMap((each) => codingsIn(each, path, definition));
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([name, inner]): PlacedCode[] => {
    const at = `${path}.${name.replace(/^value[A-Z].*/, 'value[x]')}`;
    if (name === 'coding')
      return (inner as Coding[]).map((each) => ({ key: keyOf(each), display: each.display, path, definition }));
    if (name === 'class') return [{ key: keyOf(inner as Coding), path: at, definition }];
    // A code in an extension has no system of its own: that of the value set it is bound to.
    if (name === 'valueCode') return [{ key: `|${String(inner)}`, path: at, definition }];
    return codingsIn(inner, at, definition);
  });
}

/** Whether the place of a code is bound to a value set that holds it, or is fixed to it. */
export function isBound({ key, path, definition }: PlacedCode): boolean {
  const places = (definition === undefined ? [] : elementsOf(definition)).filter((each) =>
    path.startsWith('Extension.') ? each.id === path : each.path === path,
  );
  return places.some((place) => allows(place, key));
}

function allows({ binding, patternCodeableConcept }: ElementDefinition, key: string): boolean {
  if (patternCodeableConcept?.coding?.some((each) => keyOf(each) === key)) return true;
  const codes = binding?.valueSet?.startsWith(BASE) ? expansionOf(binding.valueSet) : new Set<string>();
  return key.startsWith('|') ? [...codes].some((each) => each.endsWith(key)) : codes.has(key);
}
