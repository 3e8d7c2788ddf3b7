/**
 * R4's primitive types whose values may be of any length (section 2.24), by a search for what they must not hold. A pattern that has
 * to fit the whole of a text keeps a place to go back to for every letter of it, and a long one exhausts the engine's stack.
 */
export const FHIR_FORMATS: Readonly<Record<'code' | 'uri' | 'base64', (text: string) => boolean>> = {
  /** Words parted by single spaces. */
  code: (text) => text !== '' && !/^\s|\s$|[^\S ]| {2}/.test(text),
  uri: (text) => text !== '' && !/\s/.test(text),
  base64: (text) => text !== '' && !/[^0-9a-zA-Z+/=\s]/.test(text),
};
