/** The canonical base of everything that is this project's own, here and on a FHIR server. CONTRACT. */
export const CANONICAL = 'https://fhir.pakkeforlop.example';

/** `meta.source` of all that the adapter writes, any installation of it; a server may add to it after a `#`. */
export const ADAPTER = `${CANONICAL}/adapter`;

/** The systems of our own identifiers. */
export const IDENTIFIERS = {
  episode: `${CANONICAL}/episode-id`,
  pathway: `${CANONICAL}/pathway-id`,
  task: `${CANONICAL}/task-key`,
} as const;

/** Organisation numbers (ENH): what the register knows hospitals by. */
export const ORGANIZATION_NUMBER = 'urn:oid:2.16.578.1.12.4.1.4.101';

export function ownCodeSystem(name: string): string {
  return `${CANONICAL}/CodeSystem/${name}`;
}

export function ownExtension(name: string): string {
  return `${CANONICAL}/StructureDefinition/${name}`;
}

const ABSOLUTE_URI = /^[A-Za-z][A-Za-z0-9+.-]*:[^\s]+$/;

/** The name of a source as a URI: itself where it is an absolute one. CONTRACT 5, `identifier`. */
export function sourceUri(source: string): string {
  return ABSOLUTE_URI.test(source) ? source : `${CANONICAL}/source/${encodeURIComponent(source)}`;
}

/** Did an adapter write a resource with this `meta.source`? */
export function isByAdapter(metaSource: string | undefined): boolean {
  return metaSource?.split('#')[0] === ADAPTER;
}
