import { namesOfSteps } from './expression-scopes.js';
import { childrenOf, type Ast } from './jsonata-ast.js';

/** The texts that parts of an expression give whatever the message says: literals, what joins such, variables given such once. */
export class Constants {
  /** What a variable is given, each time; undefined: what nobody can tell here. */
  private readonly given = new Map<string, (Ast | undefined)[]>();

  constructor(tree: Ast) {
    this.read(tree, true);
    for (const name of namesOfSteps(tree)) this.give(name, undefined);
  }

  /** Whether the expression itself gives a variable of that name a value. */
  gives(name: string): boolean {
    return this.given.has(name);
  }

  /** The text that a part always gives; undefined: that depends on the message, or nobody can tell. */
  textOf(node: Ast | undefined, seen: readonly Ast[] = []): string | undefined {
    if (node === undefined || seen.includes(node) || node.predicate !== undefined || node.group !== undefined)
      return undefined;
    const below = [...seen, node];
    if (node.type === 'string') return node.value as string;
    if (node.type === 'binary' && node.value === '&') {
      const [left, right] = [this.textOf(node.lhs, below), this.textOf(node.rhs, below)];
      return left === undefined || right === undefined ? undefined : left + right;
    }
    const given = node.type === 'variable' ? (this.given.get(node.value) ?? []) : [];
    return given.length === 1 ? this.textOf(given[0], below) : undefined;
  }

  /** `isSure`: it is evaluated whenever what is around it is. */
  private read(node: Ast, isSure: boolean): void {
    if (node.type === 'bind') this.give(node.lhs.value, isSure ? node.rhs : undefined);
    if (node.type === 'lambda') for (const { value } of node.arguments) this.give(value, undefined);
    for (const child of childrenOf(node)) this.read(child, node.type === 'block' || node.type === 'bind');
  }

  private give(name: string, value: Ast | undefined): void {
    this.given.set(name, [...(this.given.get(name) ?? []), value]);
  }
}
