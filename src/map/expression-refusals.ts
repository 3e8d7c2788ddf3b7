import { Constants } from './expression-constants.js';
import { JSONATA_FUNCTIONS, unboundIn } from './expression-scopes.js';
import { failureText } from './failure-text.js';
import { childrenOf, type Ast, type CallNode } from './jsonata-ast.js';
import { refusalOf } from './linear-reg-exp.js';
import type { PackConceptMap } from './pack.js';

/** Why an expression is not used, and where in its text that stands. */
export interface Refusal {
  readonly offset: number;
  readonly why: string;
}

export interface RefusalOptions {
  /** What it may call besides JSONata's own. */
  readonly functions: Iterable<string>;
  readonly conceptMaps: readonly PackConceptMap[];
}

/** What depends on chance, the clock, or on a text of the message as an expression: it could not be explained or repeated. */
const REFUSED = ['eval', 'now', 'millis', 'random', 'shuffle'];

/**
 * What can be seen to be wrong in an expression without any message: what is refused whatever it is for, variables and functions
 * that nobody gives a value, and translations that no line of a ConceptMap can ever serve. In the order of the text.
 */
export function refusalsIn(tree: Ast, { functions, conceptMaps }: RefusalOptions): readonly Refusal[] {
  const unbound = unboundIn(tree, [...JSONATA_FUNCTIONS, ...REFUSED, ...functions]);
  return [
    ...refusedIn(tree),
    ...unbound.map((node) => ({
      offset: startOf(node),
      why: `$${node.value} is neither a variable with a value here nor a function: its value is nothing, always`,
    })),
    ...untranslatableIn(tree, conceptMaps),
  ].sort((one, other) => one.offset - other.offset);
}

function refusedIn(node: Ast): readonly Refusal[] {
  return [...refusedHere(node), ...childrenOf(node).flatMap(refusedIn)];
}

function refusedHere(node: Ast): readonly Refusal[] {
  if (node.type === 'variable' && REFUSED.includes(node.value))
    return [{ offset: startOf(node), why: `$${node.value} is refused, since what it gives cannot be repeated` }];
  const regExp = node.type === 'regex' ? refusalOf(node.value as RegExp) : undefined;
  return regExp === undefined ? [] : [{ offset: node.position ?? 0, why: failureText(regExp) }];
}

const TRANSLATING = ['translate', 'mapped'];

/** Translations whose code systems no group of a ConceptMap has: they would find nothing, whatever the code. */
function untranslatableIn(tree: Ast, conceptMaps: readonly PackConceptMap[]): readonly Refusal[] {
  const constants = new Constants(tree);
  const groups = conceptMaps.flatMap(({ group }) => group);
  const look = (node: Ast): readonly Refusal[] => {
    // Behind `~>` the first argument stands before it.
    const below =
      node.type === 'apply' && isTranslation(node.rhs) ? [node.lhs, ...node.rhs.arguments] : childrenOf(node);
    const found = below.flatMap(look);
    if (!isTranslation(node) || constants.gives(node.procedure.value)) return found;
    const [source, , target] = node.arguments;
    const [from, to] = [constants.textOf(source), constants.textOf(target)];
    const serves = ({ source, target }: (typeof groups)[number]) =>
      (from === undefined || source === from) && (to === undefined || target === to);
    if ((from === undefined && to === undefined) || groups.some(serves)) return found;
    return [
      { offset: startOf(node.procedure), why: `no ConceptMap of the pack has a group ${seriesOf(from, to)}` },
      ...found,
    ];
  };
  return look(tree);
}

function seriesOf(from: string | undefined, to: string | undefined): string {
  return [from === undefined ? '' : `from ${from}`, to === undefined ? '' : `to ${to}`].filter(Boolean).join(' ');
}

function isTranslation(
  node: Ast,
): node is CallNode & { readonly procedure: { readonly type: 'variable'; readonly value: string } } {
  return node.type === 'function' && node.procedure.type === 'variable' && TRANSLATING.includes(node.procedure.value);
}

/** The tree keeps where a variable ends. */
function startOf({ position = 0, value }: { readonly position?: number; readonly value: string }): number {
  return position - value.length - 1;
}
