import type { Definitions } from './definitions.js';

const INTERACTIONS = [
  ...['read', 'vread', 'update', 'delete', 'history-instance', 'history-type', 'create', 'search-type'],
];
const LIMITS = `References that are not logical, contained or absolute to another server must lead to a resource that is
there; what others refer to is not deleted. Resources are checked by the structure of R4 and its required codes, not by
profiles. An update that changes nothing makes no version. A page begins after the last entry of the one before it: what
comes and goes meanwhile repeats and skips nothing else. The entries of a batch are independent of one another. Texts longer
than 512 characters are found by how those begin. What is included may be followed further (_include:iterate), and all
references of a type at once (Type:*). If-None-Match: * makes a PUT create only. A condition that fits several resources is
refused, for deletes too. No PATCH, no operations, no chained searches, no _has; parameters of type number, quantity and
composite are not kept, and unknown ones are refused. Decimals come back as the number they are, without trailing zeros.`;

/** What this server can do, and nothing more. */
export function capabilityStatement(definitions: Definitions, baseUrl: string, date: string): object {
  return {
    resourceType: 'CapabilityStatement',
    status: 'active',
    date,
    kind: 'instance',
    software: { name: 'Embedded FHIR server of pakkeforlop-fhir-adapter' },
    implementation: { description: 'Embedded FHIR R4 server', url: baseUrl },
    fhirVersion: '4.0.1',
    format: ['application/fhir+json', 'json'],
    rest: [
      {
        mode: 'server',
        documentation: LIMITS.replaceAll('\n', ' '),
        resource: definitions.types.map((type) => resourceEntry(definitions, type)),
        interaction: ['transaction', 'batch', 'history-system'].map((code) => ({ code })),
      },
    ],
  };
}

function resourceEntry(definitions: Definitions, type: string): object {
  const parameters = [...definitions.parametersOf(type).values()];
  const references = parameters.filter((each) => each.type === 'reference').map(({ name }) => `${type}:${name}`);
  const referring = definitions.types.flatMap((from) => referencesTo(definitions, from, type));
  return {
    type,
    interaction: INTERACTIONS.map((code) => ({ code })),
    versioning: 'versioned-update',
    readHistory: true,
    updateCreate: true,
    conditionalCreate: true,
    conditionalRead: 'full-support',
    conditionalUpdate: true,
    conditionalDelete: 'single',
    referencePolicy: ['literal', 'logical', 'enforced', 'local'],
    ...(references.length === 0 ? {} : { searchInclude: references }),
    ...(referring.length === 0 ? {} : { searchRevInclude: referring }),
    searchParam: [
      { name: '_id', type: 'token' },
      { name: '_lastUpdated', type: 'date' },
      ...parameters.map(({ name, type: kind, definition }) => ({
        name,
        ...(definition === undefined ? {} : { definition }),
        type: kind,
      })),
    ],
  };
}

function referencesTo(definitions: Definitions, from: string, type: string): readonly string[] {
  return [...definitions.parametersOf(from).values()]
    .filter((each) => each.type === 'reference' && each.targets.includes(type))
    .map(({ name }) => `${from}:${name}`);
}
