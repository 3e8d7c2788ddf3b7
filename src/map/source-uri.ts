const ABSOLUTE_URI = /^[A-Za-z][A-Za-z0-9+.-]*:[^\s]+$/;
const BASE = 'https://fhir.pakkeforlop.example/source';

/** The name of a source as a URI: itself where it is one. CONTRACT 5. */
export function sourceUri(source: string): string {
  return ABSOLUTE_URI.test(source) ? source : `${BASE}/${encodeURIComponent(source)}`;
}
