import type { ExpressionNode, ExpressionNodes } from './expression-nodes.js';
import { childrenOf, descendantsOf, partsOf, unwrapped, type Ast, type Group } from './jsonata-ast.js';
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

/**
 * What one evaluation did. JSONata evaluates the values of an object side by side: nothing here relies on what began last, only on
 * what a node is given and what it gives.
 */
export class Observation {
  private readonly entered = new Set<Ast>();
  /** How often each node was begun and not ended. */
  private readonly open = new Map<Ast, number>();
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

  /** JSON Pointers of what of the content was asked for, there or not. */
  get asked(): ReadonlySet<string> {
    return new Set([...this.askedBy.values()].flatMap((places) => [...places]));
  }

  enter(node: Ast, input: unknown): void {
    this.entered.add(node);
    this.open.set(node, (this.open.get(node) ?? 0) + 1);
    if (node.type === 'name')
      this.ask(
        node,
        this.placesOf(input).map((at) => pointerTo(at, String(node.value))),
      );
    if (node.type === 'wildcard' || node.type === 'descendant') this.ask(node, this.placesOf(input));
  }

  leave(node: Ast, result: unknown): void {
    this.open.set(node, (this.open.get(node) ?? 1) - 1);
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
      by = this.pairFor(value, step, by) ?? by;
      value = (Object(value) as Record<string, unknown>)[step];
    }
    return this.placeOf(by, value);
  }

  /** What made a value that was returned: the innermost part that gave it. */
  madeValue(value: unknown): MadeBy | undefined {
    const [node] = [...this.given].find(([, values]) => values.some((each) => Object.is(each, value))) ?? [];
    return this.placeOf(node, undefined, []);
  }

  /**
   * What decided what was returned: the last of the conditions that chose it; where what they chose gave nothing by itself, that.
   * Undefined: there is no choice.
   */
  chosenBy(): MadeBy | undefined {
    let [node, chose]: (Ast | undefined)[] = [this.tree, undefined];
    while (node?.type === 'block' || node?.type === 'condition') {
      if (node.type === 'block') node = node.expressions.at(-1);
      else {
        chose = node.condition;
        node = [node.then, node.else].find((each) => each !== undefined && this.entered.has(each));
      }
    }
    const gaveNothing = node !== undefined && (this.given.get(node) ?? []).every((value) => value === undefined);
    return this.placeOf(gaveNothing ? node : chose, undefined);
  }

  /** The part whose token ends at an offset of the text, by which JSONata names where it failed. */
  madeAt(offset: number): MadeBy | undefined {
    const node = descendantsOf(this.tree, childrenOf).find(({ position }) => position === offset);
    return this.placeOf(node, undefined);
  }

  /** The innermost part that everything is in that was begun and never ended: there it failed, where JSONata does not say. */
  failedIn(): MadeBy | undefined {
    let node: Ast | undefined = this.tree;
    for (let inner: Ast | undefined = node; inner !== undefined;) {
      node = inner;
      const open: readonly Ast[] = childrenOf(node).filter((child) => (this.open.get(child) ?? 0) > 0);
      inner = open.length === 1 ? open[0] : undefined;
    }
    return this.placeOf(node, undefined);
  }

  private placeOf(node: Ast | undefined, value: unknown, inputs?: readonly string[]): MadeBy | undefined {
    if (node === undefined) return undefined;
    const part = this.parts.partOf(node);
    if (part === undefined) return undefined;
    return { node: part, inputs: inputs ?? this.inputsOf(node, Object(value) === value ? undefined : value) };
  }

  /**
   * The value of the pair that made a field; of a copy that nobody saw being made, a pair that gave the same: the last in the part that
   * made the copy (`by`), or in what its variables were given, else anywhere.
   */
  private pairFor(object: unknown, key: string, by: Ast | undefined): Ast | undefined {
    const named = (pairs: Group['lhs']) => pairs.find(([name]) => name.type === 'string' && name.value === key)?.[1];
    const seen = this.made.find((each) => each.object === object);
    if (seen !== undefined) return named(seen.pairs);
    const value = (Object(object) as Record<string, unknown>)[key];
    const alike = this.made.flatMap((each) => (Object.is(each.object[key], value) ? (named(each.pairs) ?? []) : []));
    const own = by === undefined ? [] : descendantsOf(by, childrenOf);
    const given = own.flatMap((each) => (each.type === 'variable' ? this.bound(each.value) : []));
    const near = [own, given.flatMap((each) => descendantsOf(each, childrenOf)), alike];
    return near.map((nodes) => alike.findLast((each) => nodes.includes(each))).find((each) => each !== undefined);
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
    const giving = this.givingOf(node).flatMap((each) => descendantsOf(each, partsOf));
    const names = new Set([...giving, ...all].flatMap((each) => (each.type === 'variable' ? [each.value] : [])));
    const behind = [...names].flatMap((name) => this.bound(name)).flatMap((made) => this.inputsOf(made, value, seen));
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

  /** What gave its value; what only chose is left out. */
  private givingOf(node: Ast): readonly Ast[] {
    if (node.type === 'block') return node.expressions.slice(-1).flatMap((last) => this.givingOf(last));
    if (node.type !== 'condition') return [node];
    const sides = [node.then, node.else].filter((each) => each !== undefined && this.entered.has(each));
    return sides.flatMap((each) => (each === undefined ? [] : this.givingOf(each)));
  }

  /** What a variable is given, wherever that is. */
  private bound(name: string): readonly Ast[] {
    return descendantsOf(this.tree, childrenOf).flatMap((each) =>
      each.type === 'bind' && each.lhs.value === name ? [each.rhs] : [],
    );
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
