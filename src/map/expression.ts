import jsonata from 'jsonata';
import { RE2JS } from 're2js';
import { expressionFunctions, type FunctionsOptions } from './expression-functions.js';
import type { Bindings, CanonicalEvent, Evaluation, MappingFault } from './pack.js';

/** A pack whose files are wrong: it must not be used. The message names file, line and column. */
export class PackError extends Error {}

/** Far above any real message; what runs into them is rejected with its place, and the service goes on. */
const LIMITS = { timeout: 2_000, stack: 200, sequence: 100_000 };

/**
 * Compiles an expression that makes canonical events (`{ type, data }`, one or a list) of a message's content, with the functions of
 * every expression and those handed in as `bindings`.
 */
export function openExpression(
  text: string,
  options: FunctionsOptions,
): (content: unknown, bindings?: Bindings) => Promise<Evaluation> {
  const { file } = options;
  const expression = compile(file, text);
  return async (content, bindings = {}) => {
    const faults: MappingFault[] = [];
    try {
      const result: unknown = await expression.evaluate(content, {
        ...bindings,
        ...expressionFunctions(options, faults),
      });
      return faults.length > 0 ? { faults } : eventsFrom(file, result);
    } catch (error) {
      return { faults: [...faults, faultOf(file, text, error)] };
    }
  };
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
