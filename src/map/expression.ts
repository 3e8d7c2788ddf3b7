import jsonata from 'jsonata';
import { conceptRowsUsed } from './concept-rows.js';
import { expressionFunctions, type FunctionsOptions, type NotedFault } from './expression-functions.js';
import type { ExpressionNode } from './expression-nodes.js';
import { failureText } from './failure-text.js';
import { offsetOfFailure, refusalsIn } from './expression-refusals.js';
import { astOf, type Ast } from './jsonata-ast.js';
import { LinearRegExp } from './linear-reg-exp.js';
import type { MadeBy, Observation } from './observe.js';
import { ObservedExpression } from './observed-expression.js';
import { placeIn, textPlace } from './text-place.js';
import type { CanonicalEvent, Evaluation, MappingFault } from './pack.js';

/** Functions and values that are handed in with each message, by the names an expression has for them. */
type Handed = Readonly<Record<string, unknown>>;

/** A pack whose files are wrong: it must not be used. The message names file, line and column. */
export class PackError extends Error {}

/** Far above any real message; what runs into them is rejected with its place, and the service goes on. */
const LIMITS = { timeout: 2_000, stack: 200, sequence: 10_000 };
/** What is looked into is slower, and begins the values of an object side by side. */
const OBSERVED_LIMITS = { ...LIMITS, timeout: 5 * LIMITS.timeout, stack: LIMITS.stack + 50 };

/** What ran away has run away soon enough to see where. */
const GLANCE_LIMITS = { ...OBSERVED_LIMITS, timeout: LIMITS.timeout / 4 };

/** What an evaluation did, for those who write it. */
export interface Observed {
  readonly evaluation: Evaluation;
  /** The parts of the expression that were evaluated. */
  readonly evaluated: ReadonlySet<ExpressionNode>;
  /** The lines of ConceptMaps that were gone by, as `conceptRowsOf` names them. */
  readonly conceptRows: ReadonlySet<string>;
  /** JSON Pointers of what of the content was asked for, there or not. */
  readonly asked: ReadonlySet<string>;
  /** What made a field of the events, by its JSON Pointer (`/0/data/startedAt`), there or not. */
  readonly madeBy: (path: string) => MadeBy | undefined;
  /** The condition that chose what was returned, or that it was nothing; undefined: none did. */
  readonly chosenBy: () => MadeBy | undefined;
}

export interface ExpressionOptions extends FunctionsOptions {
  /** The names of the functions that are handed in with each message. */
  readonly bindings?: readonly string[];
}

/** An expression that makes canonical events (`{ type, data }`, one or a list) of a message's content. */
export interface OpenExpression {
  readonly file: string;
  readonly evaluate: (content: unknown, bindings?: Handed) => Promise<Evaluation>;
  /** The same once more, looked into: several times slower. Faults name their line, column and input. */
  readonly observe: (content: unknown, bindings?: Handed) => Promise<Observed>;
  /** The parts of the text that can be exercised, in its order. */
  readonly nodes: readonly ExpressionNode[];
  readonly tree: Ast;
}

/**
 * Compiles an expression; besides JSONata's own it may call the functions of every expression and those handed in as bindings.
 * Throws {@link PackError} with file and place where it is none, or does what is refused.
 */
export function openExpression(text: string, options: ExpressionOptions): OpenExpression {
  const { file } = options;
  const expression = compile(text, options, LIMITS);
  let opened: ObservedExpression | undefined;
  const observed = () => (opened ??= new ObservedExpression(text, compile(text, options, OBSERVED_LIMITS)));
  const observe = (content: unknown, bindings: Handed = {}) => observeWith(observed(), options, content, bindings);
  return {
    file,
    observe,
    tree: astOf(expression),
    get nodes() {
      return observed().nodes;
    },
    evaluate: async (content, bindings = {}) => {
      const faults: MappingFault[] = [];
      const functions = expressionFunctions(options, ({ fault }) => faults.push(fault));
      try {
        const result: unknown = await expression.evaluate(content, { ...bindings, ...functions });
        if (faults.length === 0 && listOf(result).every(isCanonical))
          return eventsFrom(file, result, async (path) => (await observe(content, bindings)).madeBy(path));
      } catch (error) {
        const failure = failureOf(file, error);
        faults.push(placed(failure, placeAt(text, positionOf(error))));
        if (isRunaway(error)) {
          const glanced = () => new ObservedExpression(text, compile(text, options, GLANCE_LIMITS));
          return positionOf(error) >= 0
            ? { faults }
            : seenAgain(await observeWith(glanced(), options, content, bindings), faults);
        }
      }
      // Where it failed is looked for only now: what goes well costs nothing for it.
      return seenAgain(await observe(content, bindings), faults);
    },
  };
}

/** The faults as they are seen by who looks: with their places. */
function seenAgain({ evaluation }: Observed, faults: readonly MappingFault[]): Evaluation {
  return 'faults' in evaluation ? evaluation : { faults };
}

async function observeWith(
  expression: ObservedExpression,
  options: FunctionsOptions,
  content: unknown,
  bindings: Handed,
): Promise<Observed> {
  const { file, conceptMaps } = options;
  const observation = expression.observation(content);
  const noted: NotedFault[] = [];
  const conceptRows = new Set<string>();
  const rowsOf = conceptRowsUsed(conceptMaps);
  const functions = expressionFunctions(
    options,
    (each) => noted.push(each),
    (system, code, target) => {
      for (const row of rowsOf(system, code, target)) conceptRows.add(row);
    },
  );
  let result: unknown;
  let failure: MappingFault | undefined;
  try {
    result = await expression.evaluate(content, { ...bindings, ...functions }, observation);
  } catch (error) {
    failure = placed(failureOf(file, error), observation.madeAt(positionOf(error)) ?? observation.failedIn());
  }
  const list = listOf(result);
  const madeBy = (path: string) => observation.madeBy(list, path);
  const places = observation.placesOfCalls(noted);
  const faults = [...noted.map(({ fault }, index) => placed(fault, places[index])), ...(failure ? [failure] : [])];
  const all = faults.length > 0 ? faults : noEventsIn(file, list, observation);
  const evaluation =
    all.length > 0 ? { faults: all } : eventsFrom(file, result, (path) => Promise.resolve(madeBy(path)));
  return {
    evaluation,
    evaluated: observation.evaluated,
    conceptRows,
    asked: observation.asked,
    madeBy,
    chosenBy: () => observation.chosenBy(),
  };
}

/** It would run away once more: where JSONata says where, that is not looked for. */
function isRunaway(error: unknown): boolean {
  const { code } = Object(error) as { code?: unknown };
  return typeof code === 'string' && /^(D101[12]|D201[45])$/.test(code);
}

/** A place of which nothing is known but that it failed there. */
function placeAt(text: string, position: number): MadeBy | undefined {
  if (position < 0) return undefined;
  const place = textPlace(text, position);
  return { node: { ...place, endsBefore: place, text: '' }, inputs: [] };
}

function placed(fault: MappingFault, place: MadeBy | undefined): MappingFault {
  return place === undefined ? fault : { ...fault, place };
}

/** Throws {@link PackError} with every place where it is none, or is refused. */
function compile(text: string, options: ExpressionOptions, limits: typeof LIMITS): jsonata.Expression {
  const { file, conceptMaps, bindings = [] } = options;
  let expression: jsonata.Expression;
  try {
    expression = jsonata(text, { ...limits, RegexEngine: LinearRegExp as unknown as RegExpConstructor });
  } catch (error) {
    throw new PackError(`${file}${placeIn(text, offsetOfFailure(text, error))}: ${failureText(error)}`);
  }
  const functions = [...Object.keys(expressionFunctions(options, () => undefined)), ...bindings];
  const refusals = refusalsIn(astOf(expression), { functions, conceptMaps });
  if (refusals.length === 0) return expression;
  throw new PackError(refusals.map(({ offset, why }) => `${file}${placeIn(text, offset)}: ${why}`).join('\n'));
}

function listOf(result: unknown): readonly unknown[] {
  if (result === undefined) return [];
  return Array.isArray(result) ? [...(result as unknown[])] : [result];
}

function eventsFrom(
  file: string,
  result: unknown,
  madeBy: (path: string) => Promise<MadeBy | undefined>,
): Extract<Evaluation, { events: unknown }> {
  return { events: JSON.parse(JSON.stringify(listOf(result))) as CanonicalEvent[], file, madeBy };
}

/** Of what is no event nothing in the message is the place. */
function noEventsIn(file: string, list: readonly unknown[], observation: Observation): readonly MappingFault[] {
  const message = 'the expression must return { type, data, notes? }, or a list of them';
  return list
    .filter((event) => !isCanonical(event))
    .map((event) => placed({ code: 'mapping', file, path: '', message }, observation.madeValue(event)));
}

function isCanonical(event: unknown): event is CanonicalEvent {
  const { type, data, notes = [] } = Object(event) as { type?: unknown; data?: unknown; notes?: unknown };
  const areNotes = Array.isArray(notes) && notes.every((note) => typeof note === 'string');
  return typeof type === 'string' && data !== undefined && areNotes;
}

/** Its text may hold values of the message: only its code is told, in words of ours. */
function failureOf(file: string, error: unknown): MappingFault {
  return { code: 'mapping', file, path: '', message: failureText(error) };
}

function positionOf(error: unknown): number {
  const { position } = Object(error) as { position?: unknown };
  return typeof position === 'number' ? position : -1;
}
