import { dayFrom, dayOf, instantFrom, isWhen } from '../support/dates.js';
import { translate } from './concept-map.js';
import type { Bindings, MappingFault, PackConceptMap } from './pack.js';

export interface FunctionsOptions {
  /** Where the expression is: faults name it. */
  readonly file: string;
  readonly conceptMaps: readonly PackConceptMap[];
  /** Of the wall clocks that messages tell (IANA). */
  readonly timeZone: string;
}

/**
 * The functions that every expression may call besides JSONata's own (README). What they cannot do is noted in `faults`, and gives
 * nothing: an expression goes on, so that all of its faults are told at once.
 */
export function expressionFunctions(
  { file, conceptMaps, timeZone }: FunctionsOptions,
  faults: MappingFault[],
): Bindings {
  const mapped = (system: unknown, code: unknown, target?: unknown): string | undefined => {
    const [from, of, to] = [textOf(system), textOf(code), textOf(target)];
    return of === undefined ? undefined : translate(conceptMaps, from ?? '', of, to);
  };
  const inFormat = (read: (text: string, format: string) => string | undefined, kind: string) => {
    return (text: unknown, format: unknown): string | undefined => {
      if (text === undefined || text === null) return undefined;
      const found = read(textOf(text) ?? '', String(format));
      if (found === undefined)
        faults.push({ code: 'mapping', file, path: '', message: `expected ${kind} in the format ${String(format)}` });
      return found;
    };
  };
  return {
    mapped,
    translate: (system, code, target) => {
      const result = mapped(system, code, target);
      if (result === undefined && code !== undefined) faults.push(unmappedIn(file, textOf(system), textOf(code) ?? ''));
      return result;
    },
    dayOf: dayIn,
    day: inFormat(dayFrom, 'a day'),
    instant: inFormat((text, format) => instantFrom(text, format, timeZone), 'a point in time'),
  };
}

function unmappedIn(file: string, system: string | undefined, code: string): MappingFault {
  const missing = { system: system ?? '', code };
  const series = system === undefined ? 'without a system' : `of ${system}`;
  return { code: 'unmapped-code', file, missing, path: '', message: `no ConceptMap has a target for a code ${series}` };
}

/** A code may be a number in messages that are not FHIR. */
function textOf(value: unknown): string | undefined {
  return typeof value === 'string' || typeof value === 'number' ? String(value) : undefined;
}

/** The Norwegian calendar day; a year or month alone has none. What is no date at all is left to the check of what is returned. */
function dayIn(when: unknown): unknown {
  if (typeof when !== 'string' || /^\d{4}(-\d{2})?$/.test(when)) return undefined;
  return isWhen(when) ? dayOf(when) : when;
}
