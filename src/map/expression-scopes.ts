import { childrenOf, type Ast, type VariableNode } from './jsonata-ast.js';

/** The functions of JSONata 2.2.2 (`staticFrame` in `jsonata.js`), but for those that are refused. */
export const JSONATA_FUNCTIONS: readonly string[] = (
  'abs append assert average base64decode base64encode boolean ceil clone contains count decodeUrl decodeUrlComponent distinct each encodeUrl ' +
  'encodeUrlComponent error exists filter floor formatBase formatInteger formatNumber fromMillis join keys length lookup ' +
  'lowercase map match max merge min not number pad parseInteger power reduce replace reverse round sift single sort split ' +
  'spread sqrt string substring substringAfter substringBefore sum toMillis trim type uppercase zip'
).split(' ');

/** `$`, what is looked at, and `$$`, all that is given. */
const GIVEN = ['', '$'];

/**
 * The variables that have no value where they stand: given one nowhere around them, or only behind them. JSONata takes them for
 * nothing, silently. Whoever reads a variable inside a function may be called later: there what stands behind it counts too. Names
 * given by `@$v` and `#$i` count everywhere, since what they are seen by is not in the tree.
 * `functions`: the names of all that may be called.
 */
export function unboundIn(tree: Ast, functions: Iterable<string>): readonly VariableNode[] {
  const known = new Set([...functions, ...GIVEN, ...namesOfSteps(tree)]);
  return unboundInBlock([tree], known, known);
}

/** `now`: what has a value here; `later`: what has one when a function is called that is made here. */
function unbound(node: Ast, now: ReadonlySet<string>, later: ReadonlySet<string>): readonly VariableNode[] {
  switch (node.type) {
    case 'variable':
      return [...(now.has(node.value) ? [] : [node]), ...unboundBelow(node, now, later)];
    case 'bind':
      return unbound(node.rhs, now, later);
    case 'block':
      return [...unboundInBlock(node.expressions, now, later), ...unboundBehind(node, now, later)];
    case 'lambda': {
      if (node.thunk === true) return unbound(node.body, now, later);
      const seen = new Set([...later, ...node.arguments.map(({ value }) => value)]);
      return unboundInBlock([node.body], seen, seen);
    }
    default:
      return unboundBelow(node, now, later);
  }
}

function unboundBelow(node: Ast, now: ReadonlySet<string>, later: ReadonlySet<string>): readonly VariableNode[] {
  return childrenOf(node).flatMap((child) => unbound(child, now, later));
}

/** What stands in brackets behind a block is no part of it. */
function unboundBehind(node: Extract<Ast, { type: 'block' }>, now: ReadonlySet<string>, later: ReadonlySet<string>) {
  return unboundBelow({ ...node, expressions: [] }, now, later);
}

function unboundInBlock(
  statements: readonly Ast[],
  now: ReadonlySet<string>,
  later: ReadonlySet<string>,
): readonly VariableNode[] {
  const atEnd = new Set([...later, ...statements.flatMap(namesGivenIn)]);
  let before = now;
  return statements.flatMap((statement) => {
    const after = new Set([...before, ...namesGivenIn(statement)]);
    // A variable has no value yet where its own is made.
    const found =
      statement.type === 'bind'
        ? unbound(statement.rhs, new Set([...before, ...namesGivenIn(statement.rhs)]), atEnd)
        : unbound(statement, after, atEnd);
    before = after;
    return found;
  });
}

/** The variables that get a value in a statement, but for those of blocks and functions in it. */
function namesGivenIn(node: Ast): readonly string[] {
  if (node.type === 'block' || (node.type === 'lambda' && node.thunk !== true)) return [];
  const own = node.type === 'bind' ? [node.lhs.value] : [];
  return [...own, ...childrenOf(node).flatMap(namesGivenIn)];
}

export function namesOfSteps(node: Ast): readonly string[] {
  const own = [node.focus, node.index].filter((name) => name !== undefined);
  const indexes = (node.stages ?? []).flatMap((stage) => (stage.type === 'index' ? [stage.value] : []));
  return [...own, ...indexes, ...childrenOf(node).flatMap(namesOfSteps)];
}
