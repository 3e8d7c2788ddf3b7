import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Bundle, FhirResource, StructureDefinition } from 'fhir/r4.js';
import { inboundProfiles } from '../profiles/definitions.js';

const EXAMPLES = 'mappings/fhir-r4/examples';

/** An example of the pack fhir-r4: of what was sent the resources that a profile describes. */
export interface Example {
  readonly name: string;
  readonly resources: readonly FhirResource[];
  readonly isRefused: boolean;
}

const read = (file: string) => JSON.parse(readFileSync(join(EXAMPLES, file), 'utf8')) as FhirResource;

function resourcesIn(input: FhirResource): FhirResource[] {
  if (input.resourceType !== 'Bundle') return [input];
  return ((input as Bundle<FhirResource>).entry ?? []).flatMap(({ resource }) => resource ?? []);
}

export function inboundProfileOf({ resourceType }: FhirResource): StructureDefinition | undefined {
  return inboundProfiles.find(({ type }) => type === resourceType);
}

export const inboundExamples: readonly Example[] = readdirSync(EXAMPLES)
  .filter((file) => file.endsWith('.input.json'))
  .map((file) => {
    const name = file.replace('.input.json', '');
    const resources = resourcesIn(read(file)).filter((each) => inboundProfileOf(each) !== undefined);
    return { name, resources, isRefused: 'reasons' in read(`${name}.expected.json`) };
  });
