import { closings, tokensOf, type Token } from './expression-tokens.js';
import type { Ast, ConditionNode, Group, LambdaNode } from './jsonata-ast.js';
import { textPlace, type TextPlace } from './text-place.js';

/** A part of an expression that can be exercised: from its first character up to `endsBefore`. */
export interface ExpressionNode extends TextPlace {
  readonly endsBefore: TextPlace;
  /** As it stands in the file. */
  readonly text: string;
}

/** The parts of an expression, and how the tree that JSONata evaluates relates to them. */
export interface ExpressionNodes {
  /** In the order of the text, what is around others before them. */
  readonly nodes: readonly ExpressionNode[];
  /** Which part a node of the tree stands for; undefined: nobody can see it, or evaluation cannot reach it by itself. */
  partOf(node: Ast): ExpressionNode | undefined;
}

export function nodesOf(text: string, tree: Ast): ExpressionNodes {
  const reader = new PartReader(text);
  reader.read(tree, 0);
  const { spans } = reader;
  const bySpan = new Map<string, ExpressionNode>();
  const parts = new Map<Ast, ExpressionNode>();
  const ordered = [...spans].sort(([, one], [, other]) => one.start - other.start || other.end - one.end);
  for (const [node, { start, end }] of ordered) {
    const part = { ...textPlace(text, start), endsBefore: textPlace(text, end), text: text.slice(start, end) };
    const first = bySpan.get(`${start}-${end}`) ?? part;
    bySpan.set(`${start}-${end}`, first);
    parts.set(node, first);
  }
  return {
    nodes: [...bySpan.values()],
    partOf: (node) => parts.get(node),
  };
}

interface Span {
  readonly start: number;
  readonly end: number;
}

/** Finds where each node of the tree stands in the text: the tree itself keeps one end of one token of it. */
class PartReader {
  readonly spans = new Map<Ast, Span>();
  private readonly tokens: readonly Token[];
  private readonly closing: ReadonlyMap<number, number>;
  private readonly byEnd: ReadonlyMap<number, number>;

  constructor(text: string) {
    this.tokens = tokensOf(text);
    this.closing = closings(this.tokens);
    this.byEnd = new Map(this.tokens.map(({ end }, index) => [end, index]));
  }

  /** Where the node stands, at or behind `from`. Evaluation reaches it by itself, unless it is not `reached`. */
  read(node: Ast, from: number, reached = true): Span {
    const own = this.own(node, from);
    const span = { start: own.start, end: Math.max(own.end, this.endBehind(node, own.end)) };
    if (reached) this.spans.set(node, span);
    return span;
  }

  /** Without what stands in brackets behind it. */
  private own(node: Ast, from: number): Span {
    switch (node.type) {
      case 'path':
        return this.inTurn(node.steps, from);
      case 'binary':
        return this.inTurn([node.lhs, node.rhs], from);
      case 'condition':
        return this.condition(node, from);
      case 'bind':
        return { start: this.read(node.lhs, from, false).start, end: this.read(node.rhs, placeOf(node)).end };
      case 'apply': {
        const { start } = this.read(node.lhs, from);
        return { start, end: this.read(node.rhs, placeOf(node), node.rhs.type !== 'function').end };
      }
      case 'function':
      case 'partial': {
        const { start } = this.read(node.procedure, from, node.procedure.type !== 'variable');
        this.inTurn(node.arguments, placeOf(node));
        return { start, end: this.closeOf(placeOf(node)) };
      }
      case 'lambda':
        return node.thunk === true ? this.read(node.body, from) : this.lambda(node);
      case 'parent':
        return this.token(this.tokens.findIndex((each) => each.start >= from && each.text === '%' && each.operand));
      default:
        return this.begunByToken(node);
    }
  }

  /** Of what begins with the token that it has the position of. */
  private begunByToken(node: Exclude<Ast, { type: 'path' | 'binary' | 'condition' | 'bind' | 'apply' }>): Span {
    const position = placeOf(node);
    const index = this.indexOf(position);
    const { start } = this.token(index);
    switch (node.type) {
      case 'sort':
        this.inTurn(
          node.terms.map(({ expression }) => expression),
          position,
        );
        return { start, end: this.closeOf(this.token(index + 1).end) };
      case 'block':
        this.inTurn(node.expressions, position);
        return { start, end: this.closeOf(position) };
      case 'unary':
        if (node.value === '-') return { start, end: this.read(node.expression, position).end };
        if (node.value === '[') this.inTurn(node.expressions, position);
        else this.pairs(node, position);
        return { start, end: this.closeOf(position) };
      case 'transform': {
        const parts = [node.pattern, node.update, ...(node.delete === undefined ? [] : [node.delete])];
        return { start, end: this.token(this.indexAt(this.inTurn(parts, position).end)).end };
      }
      case 'number':
        return { start: this.signed(index), end: position };
      default:
        return { start, end: position };
    }
  }

  /** A sign before a number is made part of it. */
  private signed(index: number): number {
    const { start } = this.token(index);
    const before = this.tokens[index - 1];
    return before?.text === '-' && before.operand ? this.signed(index - 1) : start;
  }

  private lambda(node: LambdaNode): Span {
    const opened = this.indexOf(placeOf(node));
    const closed = this.closing.get(opened) ?? opened;
    const brace = this.token(this.tokens.findIndex(({ text }, index) => index > closed && text === '{'));
    this.read(node.body, brace.end);
    return { start: this.token(opened - 1).start, end: this.closeOf(brace.end) };
  }

  /** What stands before `??` and `?:` is evaluated as a copy of it first, by which it counts as reached too. */
  private condition(node: ConditionNode, from: number): Span {
    const position = placeOf(node);
    const operator = this.token(this.indexOf(position)).text;
    const { condition, then } = node;
    if (operator === '?') this.read(condition, from);
    else {
      const copies = operator === '??' && condition.type === 'function' ? condition.arguments : [condition];
      this.inTurn(copies, from);
    }
    const start = (this.spans.get(condition) ?? this.read(then, from)).start;
    const { end } = this.read(then, operator === '?' ? position : from);
    return { start, end: node.else === undefined ? end : this.read(node.else, Math.max(position, end)).end };
  }

  private inTurn(nodes: readonly Ast[], from: number): Span {
    let [start, end] = [from, from];
    nodes.forEach((node, index) => {
      if (node.type === 'operator') return;
      const span = this.read(node, end, node.type !== 'sort');
      if (index === 0) start = span.start;
      end = span.end;
    });
    return { start, end };
  }

  private pairs({ lhs }: Pick<Group, 'lhs'>, from: number): void {
    let end = from;
    for (const [key, value] of lhs) end = this.read(value, this.read(key, end, key.type !== 'string').end).end;
  }

  /** Where the brackets behind a node end, `[…]`, `{…}`, `@$v` and `#$i`. A literal index is not evaluated. */
  private endBehind(node: Ast, end: number): number {
    const stages = [...(node.predicate ?? []), ...(node.stages ?? [])];
    for (const stage of stages) {
      if (stage.type === 'filter') this.read(stage.expr, stage.position, stage.expr.type !== 'number');
    }
    if (node.group !== undefined) {
      this.pairs(node.group, node.group.position);
      return this.attachedTo(this.closeOf(node.group.position));
    }
    return ['binary', 'condition', 'bind', 'apply'].includes(node.type) ? end : this.attachedTo(end);
  }

  private attachedTo(end: number): number {
    const index = this.indexAt(end);
    const next = this.tokens[index];
    if (next?.text === '[') return this.attachedTo(this.closeOf(next.end));
    return next?.text === '@' || next?.text === '#' ? this.attachedTo(this.token(index + 1).end) : end;
  }

  private closeOf(position: number): number {
    return this.token(this.closing.get(this.indexOf(position)) ?? -1).end;
  }

  private indexOf(position: number): number {
    return this.byEnd.get(position) ?? -1;
  }

  /** The first token behind. */
  private indexAt(end: number): number {
    return (this.byEnd.get(end) ?? -1) + 1;
  }

  private token(index: number): Token {
    const token = this.tokens[index];
    if (token === undefined) throw new TypeError('The tokens of an expression are those it was compiled of');
    return token;
  }
}

function placeOf({ position }: Ast): number {
  if (position === undefined) throw new TypeError('A node that the text has a token of has its position');
  return position;
}
