import type jsonata from 'jsonata';

/**
 * The syntax tree that JSONata 2.2.2 evaluates, as far as it is looked at (`parser` in `jsonata.js`). `position` is where the token
 * that made the node ends: a name's own end, but of a call its `(`, of a condition its `?`. Paths, steps by `%` and the condition
 * behind `??` have none.
 */
export type Ast =
  | PathNode
  | SortNode
  | LeafNode
  | VariableNode
  | ParentNode
  | BinaryNode
  | MinusNode
  | ArrayNode
  | ObjectNode
  | CallNode
  | LambdaNode
  | ConditionNode
  | BlockNode
  | BindNode
  | ApplyNode
  | TransformNode;

interface AnyNode {
  readonly position?: number;
  /** `[…]` behind what is no path: applied to its result. */
  readonly predicate?: readonly Stage[];
  /** `[…]` and `#$i` behind a step: applied to what the step finds. */
  readonly stages?: readonly Stage[];
  readonly group?: Group;
  readonly keepArray?: boolean;
  /** A step that `%`, `@$v` or `#$i` need the ancestry of. */
  readonly tuple?: boolean;
  readonly ancestor?: { readonly label: string };
  readonly focus?: string;
  readonly index?: string;
}

export type Stage =
  | { readonly type: 'filter'; readonly expr: Ast; readonly position: number }
  | { readonly type: 'index'; readonly value: string; readonly position: number };

export interface Group {
  readonly lhs: readonly (readonly [Ast, Ast])[];
  readonly position: number;
}

export interface PathNode extends AnyNode {
  readonly type: 'path';
  readonly steps: readonly Ast[];
}

/** A step that orders: JSONata evaluates its terms, never the step itself. */
export interface SortNode extends AnyNode {
  readonly type: 'sort';
  readonly terms: readonly { readonly expression: Ast }[];
}

export interface LeafNode extends AnyNode {
  readonly type: 'name' | 'string' | 'number' | 'value' | 'regex' | 'wildcard' | 'descendant' | 'operator';
  readonly value: unknown;
}

export interface VariableNode extends AnyNode {
  readonly type: 'variable';
  readonly value: string;
}

export interface ParentNode extends AnyNode {
  readonly type: 'parent';
  readonly slot: { readonly label: string };
}

export interface BinaryNode extends AnyNode {
  readonly type: 'binary';
  readonly value: string;
  readonly lhs: Ast;
  readonly rhs: Ast;
}

export interface MinusNode extends AnyNode {
  readonly type: 'unary';
  readonly value: '-';
  readonly expression: Ast;
}

export interface ArrayNode extends AnyNode {
  readonly type: 'unary';
  readonly value: '[';
  readonly expressions: readonly Ast[];
}

export interface ObjectNode extends AnyNode, Omit<Group, 'position'> {
  readonly type: 'unary';
  readonly value: '{';
}

export interface CallNode extends AnyNode {
  readonly type: 'function' | 'partial';
  readonly procedure: Ast;
  readonly arguments: readonly Ast[];
}

/** With `thunk` a call in tail position, put off until the function around it has returned: its body is a {@link CallNode}. */
export interface LambdaNode extends AnyNode {
  readonly type: 'lambda';
  readonly arguments: readonly VariableNode[];
  readonly body: Ast;
  readonly thunk?: boolean;
}

/** `? :`, and what `??` and `?:` are made into, with a copy of what stands before them as the condition. */
export interface ConditionNode extends AnyNode {
  readonly type: 'condition';
  readonly condition: Ast;
  readonly then: Ast;
  readonly else?: Ast;
}

export interface BlockNode extends AnyNode {
  readonly type: 'block';
  readonly expressions: readonly Ast[];
}

export interface BindNode extends AnyNode {
  readonly type: 'bind';
  readonly lhs: VariableNode;
  readonly rhs: Ast;
}

export interface ApplyNode extends AnyNode {
  readonly type: 'apply';
  readonly lhs: Ast;
  readonly rhs: Ast;
}

export interface TransformNode extends AnyNode {
  readonly type: 'transform';
  readonly pattern: Ast;
  readonly update: Ast;
  readonly delete?: Ast;
}

export function astOf(expression: jsonata.Expression): Ast {
  return expression.ast() as unknown as Ast;
}

/** Where variables are: `createFrame` in `jsonata.js`. */
export interface Frame {
  lookup(name: string | symbol): unknown;
}

/** The marks that JSONata puts on the lists it makes. */
interface Marked {
  readonly sequence?: boolean;
  readonly keepSingleton?: boolean;
}

/** What a node consists of, in the order of the text as far as the tree keeps it. */
export function childrenOf(node: Ast): readonly Ast[] {
  return [...partsOf(node), ...filtersOf(node)];
}

/** What chooses among what a node finds: `[…]` behind it. */
export function filtersOf(node: Ast): readonly Ast[] {
  const stages = [...(node.predicate ?? []), ...(node.stages ?? [])];
  return stages.flatMap((stage) => (stage.type === 'filter' ? [stage.expr] : []));
}

/** A node and all below it. */
export function descendantsOf(node: Ast, of: (node: Ast) => readonly Ast[]): readonly Ast[] {
  return [node, ...of(node).flatMap((each) => descendantsOf(each, of))];
}

/** What a node consists of, but for its filters. */
export function partsOf(node: Ast): readonly Ast[] {
  return [...ownChildrenOf(node), ...(node.group?.lhs.flat() ?? [])];
}

function ownChildrenOf(node: Ast): readonly Ast[] {
  switch (node.type) {
    case 'path':
      return node.steps;
    case 'sort':
      return node.terms.map(({ expression }) => expression);
    case 'binary':
    case 'bind':
    case 'apply':
      return [node.lhs, node.rhs];
    case 'unary':
      if (node.value === '-') return [node.expression];
      return node.value === '[' ? node.expressions : node.lhs.flat();
    case 'function':
    case 'partial':
      return [node.procedure, ...node.arguments];
    case 'lambda':
      return [node.body];
    case 'condition':
      return [node.condition, node.then, ...(node.else === undefined ? [] : [node.else])];
    case 'block':
      return node.expressions;
    case 'transform':
      return [node.pattern, node.update, ...(node.delete === undefined ? [] : [node.delete])];
    default:
      return [];
  }
}

/** As JSONata passes it on: a list that it made itself, of one or none, is that one or nothing. */
export function unwrapped(value: unknown): unknown {
  const isMade =
    Array.isArray(value) && (value as Marked).sequence === true && (value as Marked).keepSingleton !== true;
  return isMade && value.length < 2 ? (value as unknown[])[0] : value;
}
