import jsonata from 'jsonata';
import { RE2JS } from 're2js';
import { dayOf, isWhen } from '../support/dates.js';
import { translate } from './concept-map.js';
import type { Bindings, CanonicalEvent, Evaluation, MappingFault, PackConceptMap } from './pack.js';

/** A pack whose files are wrong: it must not be used. The message names file, line and column. */
export class PackError extends Error {}

/** Far above any real message; what runs into them is rejected with its place, and the service goes on. */
const LIMITS = { timeout: 2_000, stack: 200, sequence: 100_000 };

/**
 * Compiles an expression that makes canonical events (`{ type, data }`, one or a list) of a message's content. Besides what is
 * handed in as `bindings`, it may call `$translate(system, code, target?)`, which takes a code without a target for a fault,
 * `$mapped(system, code, target?)`, which finds nothing then, and `$dayOf(when)`.
 */
export function openExpression(
  file: string,
  text: string,
  conceptMaps: readonly PackConceptMap[],
): (content: unknown, bindings?: Bindings) => Promise<Evaluation> {
  const expression = compile(file, text);
  const mapped = (system: unknown, code: unknown, target?: unknown) => {
    const [from, of, to] = [textOf(system), textOf(code), textOf(target)];
    return of === undefined ? undefined : translate(conceptMaps, from ?? '', of, to);
  };
  return async (content, bindings = {}) => {
    const unmapped: MappingFault[] = [];
    const strict = (system: unknown, code: unknown, target?: unknown): string | undefined => {
      const result = mapped(system, code, target);
      if (result === undefined && code !== undefined)
        unmapped.push(unmappedIn(file, textOf(system), textOf(code) ?? ''));
      return result;
    };
    const functions = { ...bindings, mapped, translate: strict, dayOf: dayIn };
    try {
      const result: unknown = await expression.evaluate(content, functions);
      return unmapped.length > 0 ? { faults: unmapped } : eventsFrom(file, result);
    } catch (error) {
      return { faults: [faultOf(file, text, error)] };
    }
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

function compile(file: string, text: string): jsonata.Expression {
  try {
    return jsonata(text, { ...LIMITS, RegexEngine: LinearRegExp as unknown as RegExpConstructor });
  } catch (error) {
    throw new PackError(placeOf(file, text, error));
  }
}

function eventsFrom(file: string, result: unknown): Evaluation {
  const list: unknown[] = result === undefined ? [] : Array.isArray(result) ? [...(result as unknown[])] : [result];
  const wrong = list.findIndex((event) => !isCanonical(event));
  if (wrong < 0) return { events: JSON.parse(JSON.stringify(list)) as CanonicalEvent[] };
  return {
    faults: [
      {
        code: 'mapping',
        file,
        path: `/${wrong}`,
        message: 'the expression must return { type, data, notes? }, or a list of them',
      },
    ],
  };
}

function isCanonical(event: unknown): event is CanonicalEvent {
  const { type, data, notes = [] } = Object(event) as { type?: unknown; data?: unknown; notes?: unknown };
  const areNotes = Array.isArray(notes) && notes.every((note) => typeof note === 'string');
  return typeof type === 'string' && data !== undefined && areNotes;
}

/** The error's code and place; its text may hold values of the message. */
function faultOf(file: string, text: string, error: unknown): MappingFault {
  return { code: 'mapping', file, path: '', message: `the expression failed: ${placeOf(file, text, error)}` };
}

function placeOf(file: string, text: string, error: unknown): string {
  const { code, position } = error as { code?: unknown; position?: unknown };
  const before = typeof position === 'number' ? text.slice(0, position).split('\n') : [];
  const place = before.length === 0 ? '' : ` line ${before.length} column ${(before.at(-1)?.length ?? 0) + 1}`;
  return `${file}${place}: JSONata ${typeof code === 'string' ? code : 'error'}`;
}

/** A regular expression in linear time, in the shape JSONata expects: `exec` with `lastIndex` and the `g` flag. */
class LinearRegExp {
  lastIndex = 0;
  readonly source: string;
  readonly flags: string;
  private readonly pattern: RE2JS;

  constructor(source: string | LinearRegExp, flags?: string) {
    this.source = typeof source === 'string' ? source : source.source;
    this.flags = flags ?? (typeof source === 'string' ? '' : source.flags);
    const insensitive = this.flags.includes('i') ? RE2JS.CASE_INSENSITIVE : 0;
    const multiline = this.flags.includes('m') ? RE2JS.MULTILINE : 0;
    this.pattern = RE2JS.compile(this.source, insensitive | multiline);
  }

  exec(input: string): (RegExpExecArray & { index: number }) | null {
    const matcher = this.pattern.matcher(input);
    if (!matcher.find(this.flags.includes('g') ? this.lastIndex : 0)) {
      this.lastIndex = 0;
      return null;
    }
    const groups = Array.from({ length: matcher.groupCount() + 1 }, (_, n) => matcher.group(n) ?? undefined);
    this.lastIndex = matcher.end();
    return Object.assign(groups, { index: matcher.start(), input }) as unknown as RegExpExecArray;
  }

  test(input: string): boolean {
    return this.exec(input) !== null;
  }
}
