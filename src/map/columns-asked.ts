import { childrenOf, type Ast } from './jsonata-ast.js';

/** A column that an expression asks for, and where in its text. */
export interface AskedColumn {
  readonly name: string;
  readonly offset: number;
}

/** What an expression for rows asks for as `row.NAME`. What it asks for otherwise (`$lookup(row, …)`) nobody can tell. */
export function columnsAsked(node: Ast): readonly AskedColumn[] {
  const below = childrenOf(node).flatMap(columnsAsked);
  if (node.type !== 'path') return below;
  const [first, second] = node.steps;
  const isRow = first?.type === 'name' && first.value === 'row';
  if (!isRow || second?.type !== 'name') return below;
  const name = String(second.value);
  return [{ name, offset: Math.max(0, (second.position ?? 0) - name.length) }, ...below];
}
