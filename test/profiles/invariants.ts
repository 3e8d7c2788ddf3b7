import fhirpath, { type Model } from 'fhirpath';
import r4 from 'fhirpath/fhir-context/r4/index.js';
import type { Extension, FhirResource, StructureDefinition } from 'fhir/r4.js';
import { BASE, extensions } from './definitions.js';

interface Rule {
  readonly key: string;
  readonly severity: string;
  readonly holdsFor: (value: unknown, resource: FhirResource) => boolean;
}

const compiled = new Map<string, Rule[]>();

/** The rules of our own that a definition has on its root. */
function rulesOf(structure: StructureDefinition): Rule[] {
  const known = compiled.get(structure.url);
  if (known !== undefined) return known;
  const own = (structure.snapshot?.element[0]?.constraint ?? []).filter(({ source }) => source?.startsWith(BASE));
  const rules = own.map(({ key, severity, expression = '' }) => {
    const evaluate = fhirpath.compile({ base: structure.type, expression }, r4 as Model) as unknown as (
      value: unknown,
      variables: object,
    ) => unknown[];
    return {
      key,
      severity,
      holdsFor: (value: unknown, resource: FhirResource) => {
        const result = evaluate(value, { resource });
        return result.length === 1 && result[0] === true;
      },
    };
  });
  compiled.set(structure.url, rules);
  return rules;
}

/** The rules that a resource breaks, by key: its profile's, and those of its extensions. */
export function brokenBy(resource: FhirResource, profile: StructureDefinition): { key: string; severity: string }[] {
  const { extension = [] } = resource as { extension?: Extension[] };
  const inExtensions = extension.flatMap((each) => {
    const structure = extensions.find(({ url }) => url === each.url);
    return structure === undefined
      ? []
      : rulesOf(structure).flatMap(({ key, severity, holdsFor }) =>
          holdsFor(each, resource) ? [] : [{ key, severity }],
        );
  });
  return [
    ...rulesOf(profile).flatMap(({ key, severity, holdsFor }) =>
      holdsFor(resource, resource) ? [] : [{ key, severity }],
    ),
    ...inExtensions,
  ];
}
