import { dayFrom, dayOf, instantFrom, isWhen } from '../support/dates.js';
import { translate } from './concept-map.js';
import type { CalledWith } from './observe.js';
import type { Bindings, MappingFault, PackConceptMap } from './pack.js';

export interface FunctionsOptions {
  /** Where the expression is: faults name it. */
  readonly file: string;
  readonly conceptMaps: readonly PackConceptMap[];
  /** Of the wall clocks that messages tell (IANA). */
  readonly timeZone: string;
}

/** What a function of ours could not do, by the name it is called by. */
export interface NotedFault extends CalledWith {
  readonly fault: MappingFault;
}

/** More than a text is padded to by anybody; JSONata's own would take all memory there is. */
const WIDEST = 10_000;

/**
 * The functions that every expression may call besides JSONata's own (README). What they cannot do is told to `note`, and gives
 * nothing: an expression goes on, so that all of its faults are told at once. `used`: hears of each line of a ConceptMap gone by.
 */
export function expressionFunctions(
  { file, conceptMaps, timeZone }: FunctionsOptions,
  note: (fault: NotedFault) => void,
  used: (system: string, code: string, target: string | undefined) => void = () => undefined,
): Bindings {
  const mapped = (system: unknown, code: unknown, target?: unknown): string | undefined => {
    const [from = '', of, to] = [textOf(system), textOf(code), textOf(target)];
    if (of === undefined) return undefined;
    used(from, of, to);
    return translate(conceptMaps, from, of, to);
  };
  const wrong = (by: string, value: unknown, message: string) =>
    note({ by, argument: 0, value, fault: { code: 'mapping', file, path: '', message } });
  const inFormat = (
    by: string,
    kind: string,
    read: (text: string, format: string) => string | undefined,
    where = '',
  ) => {
    return (text: unknown, format: unknown): string | undefined => {
      if (text === undefined || text === null) return undefined;
      const found = read(textOf(text) ?? '', String(format));
      if (found === undefined) wrong(by, text, `expected ${kind} in ${formatTold(format)}${where}`);
      return found;
    };
  };
  return {
    mapped,
    translate: (system, code, target) => {
      const result = mapped(system, code, target);
      if (result === undefined && code !== undefined)
        note({
          by: 'translate',
          argument: 1,
          value: code,
          fault: unmappedIn(file, textOf(system), textOf(code) ?? ''),
        });
      return result;
    },
    dayOf: dayIn,
    day: inFormat('day', 'a day', dayFrom),
    instant: inFormat(
      'instant',
      'a point in time',
      (text, format) => instantFrom(text, format, timeZone),
      `, on a clock of ${timeZone}`,
    ),
    required: (value, what) => {
      if (value === undefined || value === null || value === '') wrong('required', value, `expected ${String(what)}`);
      return value === null || value === '' ? undefined : value;
    },
    pad: (text, width, filler) => padded(textOf(text), Number(width), textOf(filler) ?? ' '),
  };
}

/** Where the two arguments are swapped a value of the message stands for the format: only what looks like one is repeated. */
function formatTold(format: unknown): string {
  const withoutLiterals = String(format).replace(/\[[^\]\d]{0,20}\]/g, '');
  return /^[YMDHhmsSAaZT.:/,\s-]*$/i.test(withoutLiterals)
    ? `the format ${String(format)}`
    : 'a format of dayjs, which this is not';
}

/** As JSONata's `$pad`, up to {@link WIDEST}. */
function padded(text: string | undefined, width: number, filler: string): string | undefined {
  if (text === undefined) return undefined;
  if (!(Math.abs(width) <= WIDEST)) throw Object.assign(new Error('too wide'), { code: 'D2014' });
  return width < 0 ? text.padStart(-width, filler) : text.padEnd(width, filler);
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
  if (typeof when !== 'string') return when ?? undefined;
  if (/^\d{4}(-\d{2})?$/.test(when)) return undefined;
  return isWhen(when) ? dayOf(when) : when;
}
