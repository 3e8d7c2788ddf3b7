import type jsonata from 'jsonata';
import { nodesOf, type ExpressionNode, type ExpressionNodes } from './expression-nodes.js';
import {
  astOf,
  childrenOf,
  descendantsOf,
  partsOf,
  unwrapped,
  type Ast,
  type Frame,
  type Group,
} from './jsonata-ast.js';
import { deepest, leavesIn, pointerTo, pointersIn, stepsOf } from './pointers.js';

/** A call of a function of ours that could not do it, by what it was given. */
export interface CalledWith {
  /** The function's name. */
  readonly by: string;
  /** Which of its arguments the value was. */
  readonly argument: number;
  readonly value: unknown;
}

/** What made a part of the result, and what of the content it was made of. */
export interface MadeBy {
  readonly node: ExpressionNode;
  /** JSON Pointers of what it asked for, found or not: the most direct first. */
  readonly inputs: readonly string[];
}

/** No expression can have a variable of this name. */
const OBSERVATION = ' observation';

/** An expression whose evaluations can be looked into. Its hooks cost: another one serves where nobody looks. */
export class ObservedExpression {
  readonly tree: Ast;
  private readonly parts: ExpressionNodes;

  constructor(
    text: string,
    private readonly expression: jsonata.Expression,
  ) {
    this.tree = astOf(expression);
    this.parts = nodesOf(text, this.tree);
    this.hook('__evaluate_entry', (node: Ast, input: unknown, frame: Frame) => observationIn(frame).enter(node, input));
    this.hook('__evaluate_exit', (node: Ast, _input: unknown, frame: Frame, result: unknown) =>
      observationIn(frame).leave(node, result),
    );
  }

  /** The parts that can be exercised, in the order of the text. */
  get nodes(): readonly ExpressionNode[] {
    return this.parts.nodes;
  }

  observation(content: unknown): Observation {
    return new Observation(this.tree, this.parts, content);
  }

  evaluate(content: unknown, bindings: object, observation: Observation): Promise<unknown> {
    return this.expression.evaluate(content, { ...bindings, [OBSERVATION]: observation });
  }

  private hook(name: string, hook: unknown): void {
    this.expression.assign(Symbol.for(`jsonata.${name}`) as unknown as string, hook);
  }
}

function observationIn(frame: Frame): Observation {
  return frame.lookup(OBSERVATION) as Observation;
}

/**
 * What one evaluation did. JSONata evaluates the values of an object side by side: nothing here relies on what began last, only on
 * what a node is given and what it gives.
 */
export class Observation {
  private readonly entered = new Set<Ast>();
  private readonly askedBy = new Map<Ast, Set<string>>();
  private readonly made: { readonly object: Record<string, unknown>; readonly pairs: Group['lhs'] }[] = [];
  private readonly pointers: WeakMap<object, string>;
  private readonly leaves: ReadonlyMap<string, unknown>;
  /** What each node gave, each time. */
  private readonly given = new Map<Ast, unknown[]>();

  constructor(
    private readonly tree: Ast,
    private readonly parts: ExpressionNodes,
    content: unknown,
  ) {
    this.pointers = pointersIn(content);
    this.leaves = leavesIn(content);
  }

  get evaluated(): ReadonlySet<ExpressionNode> {
    return new Set([...this.entered].flatMap((node) => this.parts.partOf(node) ?? []));
  }

  enter(node: Ast, input: unknown): void {
    this.entered.add(node);
    if (node.type === 'name')
      this.ask(
        node,
        this.placesOf(input).map((at) => pointerTo(at, String(node.value))),
      );
    if (node.type === 'wildcard' || node.type === 'descendant') this.ask(node, this.placesOf(input));
  }

  leave(node: Ast, result: unknown): void {
    const pairs = node.type === 'unary' && node.value === '{' ? node.lhs : node.group?.lhs;
    if (pairs !== undefined && typeof result === 'object' && result !== null)
      this.made.push({ object: result as Record<string, unknown>, pairs });
    const before = this.given.get(node);
    if (before === undefined) this.given.set(node, [unwrapped(result)]);
    else before.push(unwrapped(result));
  }

  /**
   * Where functions of ours were called with values that they could not use. By the value alone: such a call in tail position has
   * neither a beginning nor an end of its own. A value that was given in several places stands for each of them in turn.
   */
  placesOfCalls(calls: readonly CalledWith[]): readonly (MadeBy | undefined)[] {
    const taken = new Map<string, number>();
    return calls.map(({ by, argument, value }) => {
      const places = this.argumentsOf(by, argument).flatMap(([call, given]) =>
        (this.given.get(given) ?? []).filter((each) => Object.is(each, value)).map(() => call),
      );
      const key = JSON.stringify([by, value]);
      const nth = taken.get(key) ?? 0;
      taken.set(key, nth + 1);
      return this.placeOf(places[nth % places.length], value);
    });
  }

  /** What made what stands, or should stand, at a JSON Pointer of the result. */
  madeBy(result: unknown, path: string): MadeBy | undefined {
    let [value, by]: [unknown, Ast | undefined] = [result, undefined];
    const steps = stepsOf(path);
    for (const [index, step] of steps.entries()) {
      const at = this.pointers.get(Object(value) as object);
      if (at !== undefined) return this.placeOf(by, undefined, [steps.slice(index).reduce(pointerTo, at)]);
      by = this.pairFor(value, step) ?? by;
      value = (Object(value) as Record<string, unknown>)[step];
    }
    return this.placeOf(by, value);
  }

  /** What made a value that was returned: the innermost part that gave it. */
  madeValue(value: unknown): MadeBy | undefined {
    const [node] = [...this.given].find(([, values]) => values.some((each) => Object.is(each, value))) ?? [];
    return this.placeOf(node, undefined, []);
  }

  /** Of the conditions that chose what was returned the last: on one side of it stands what was, or nothing. */
  chosenBy(): MadeBy | undefined {
    let [node, chose]: (Ast | undefined)[] = [this.tree, undefined];
    while (node?.type === 'block' || node?.type === 'condition') {
      if (node.type === 'block') node = node.expressions.at(-1);
      else {
        chose = node.condition;
        node = [node.then, node.else].find((each) => each !== undefined && this.entered.has(each));
      }
    }
    return this.placeOf(chose, undefined);
  }

  /** The part whose token ends at an offset of the text, by which JSONata names where it failed. */
  madeAt(offset: number): MadeBy | undefined {
    const node = descendantsOf(this.tree, childrenOf).find(({ position }) => position === offset);
    return this.placeOf(node, undefined);
  }

  private placeOf(node: Ast | undefined, value: unknown, inputs?: readonly string[]): MadeBy | undefined {
    if (node === undefined) return undefined;
    const part = this.parts.partOf(node);
    if (part === undefined) return undefined;
    return { node: part, inputs: inputs ?? this.inputsOf(node, Object(value) === value ? undefined : value) };
  }

  /** The value of the pair that made a field; of a copy that nobody saw being made, the pair that gave the same. */
  private pairFor(object: unknown, key: string): Ast | undefined {
    const named = (pairs: Group['lhs']) => pairs.find(([name]) => name.type === 'string' && name.value === key)?.[1];
    const own = this.made.find((each) => each.object === object);
    if (own !== undefined) return named(own.pairs);
    const value = (Object(object) as Record<string, unknown>)[key];
    const alike = this.made.filter((each) => Object.is(each.object[key], value) && named(each.pairs) !== undefined);
    return named(alike.at(-1)?.pairs ?? []);
  }

  /**
   * What gave the very value that is looked for; what is asked for in the node; what is asked for to choose by; what the variables in it
   * were made of.
   */
  private inputsOf(node: Ast, value: unknown, seen = new Set<Ast>()): readonly string[] {
    if (seen.has(node)) return [];
    seen.add(node);
    const all = descendantsOf(node, childrenOf);
    const chosen = this.askedIn(descendantsOf(node, partsOf));
    const asked = this.askedIn(all);
    const names = all.flatMap((each) => (each.type === 'variable' ? [each.value] : []));
    const behind = descendantsOf(this.tree, childrenOf)
      .flatMap((each) => (each.type === 'bind' && names.includes(each.lhs.value) ? [each.rhs] : []))
      .flatMap((made) => this.inputsOf(made, value, seen));
    const isBelow = (place: string) => asked.some((each) => place === each || place.startsWith(`${each}/`));
    const same = value === undefined ? [] : [...this.leaves].flatMap(([at, leaf]) => (leaf === value ? [at] : []));
    return [
      ...new Set([
        ...(asked.length === 0 ? same : same.filter(isBelow)),
        ...deepest(chosen),
        ...deepest(asked),
        ...behind,
      ]),
    ];
  }

  private askedIn(nodes: readonly Ast[]): readonly string[] {
    return nodes.flatMap((node) => [...(this.askedBy.get(node) ?? [])]);
  }

  private ask(node: Ast, places: readonly string[]): void {
    const asked = this.askedBy.get(node) ?? new Set();
    for (const place of places) asked.add(place);
    this.askedBy.set(node, asked);
  }

  /** Where in the content it is, or its elements are. */
  private placesOf(value: unknown): readonly string[] {
    if (typeof value !== 'object' || value === null) return [];
    const at = this.pointers.get(value);
    if (Array.isArray(value)) return value.flatMap((each) => this.placesOf(each));
    return at === undefined ? [] : [at];
  }

  /** The calls of a function, each with the node of one of its arguments; behind `~>` the first stands before it. */
  private argumentsOf(name: string, argument: number): readonly (readonly [Ast, Ast])[] {
    return descendantsOf(this.tree, childrenOf).flatMap((node) => {
      const isApplied = node.type === 'apply' && node.rhs.type === 'function';
      const call = isApplied ? node.rhs : node;
      if (call.type !== 'function' || call.procedure.type !== 'variable' || call.procedure.value !== name) return [];
      const given = [...(isApplied ? [node.lhs] : []), ...call.arguments][argument];
      return given === undefined ? [] : [[node, given] as const];
    });
  }
}
