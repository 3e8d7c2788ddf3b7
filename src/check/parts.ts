import type { CodeableConcept, EpisodeOfCare, Extension } from 'fhir/r4.js';
import { ownExtension } from '../model/canonical.js';

type Extended = Pick<EpisodeOfCare, 'extension'>;

export function registrationsOf({ extension = [] }: Extended): Extension[] {
  return extension.filter(({ url }) => url === ownExtension('pathway-registration'));
}

export function deadlinesOf({ extension = [] }: Extended): Extension[] {
  return extension.filter(({ url }) => url === ownExtension('pathway-deadline'));
}

export function findingsOf({ extension = [] }: Extended): Extension[] {
  return extension.filter(({ url }) => url === ownExtension('pathway-finding'));
}

/** The parts of an extension with one of these names. */
export function partsOf({ extension = [] }: Extension, ...names: readonly string[]): Extension[] {
  return extension.filter(({ url }) => names.includes(url));
}

/** Every code of a concept; with `system` only its. */
export function codesOf(concepts: CodeableConcept | readonly CodeableConcept[] = [], system?: string): string[] {
  const all = 'length' in concepts ? concepts : [concepts];
  return all
    .flatMap(({ coding = [] }) => coding)
    .filter((each) => system === undefined || each.system === system)
    .flatMap(({ code }) => code ?? []);
}

/** The codes that registrations (or findings) have, in their order. */
export function codesIn(extensions: readonly Extension[], system?: string): string[] {
  return extensions
    .flatMap((each) => partsOf(each, 'code'))
    .flatMap(({ valueCodeableConcept }) => codesOf(valueCodeableConcept, system));
}

/** Which of two FHIR dates is earlier; undefined where one is of a lower precision and the other lies inside it. */
export function compareDates(a: string, b: string): number | undefined {
  const length = Math.min(a.length, b.length);
  const [one, other] = [a.slice(0, length), b.slice(0, length)];
  if (one === other) return a.length === b.length ? 0 : undefined;
  return one < other ? -1 : 1;
}
