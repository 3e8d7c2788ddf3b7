import { Constants } from './expression-constants.js';
import { JSONATA_FUNCTIONS, unboundIn } from './expression-scopes.js';
import { tokensOf } from './expression-tokens.js';
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
  const unbound = unboundIn(tree, [...JSONATA_FUNCTIONS, ...REFUSED, ...functions]).map((node) => ({
    offset: startOf(node),
    why: `$${node.value} is neither a variable with a value here nor a function: its value is nothing, always`,
  }));
  const all = [...refusedIn(tree), ...unbound, ...untranslatableIn(tree, conceptMaps), ...misreadFormatsIn(tree)];
  // What stands before `??` is in the tree twice.
  const each = new Map(all.map((refusal) => [`${refusal.offset} ${refusal.why}`, refusal]));
  return [...each.values()].sort((one, other) => one.offset - other.offset);
}

/** Where a text that could not be compiled is wrong, as JSONata says it or, where it does not, as its tokens do; -1: nobody knows. */
export function offsetOfFailure(text: string, error: unknown): number {
  const { position = -1, code } = Object(error) as { readonly position?: number; readonly code?: string };
  const parents = code === 'S0217' ? tokensOf(text).filter((token) => token.operand && token.text === '%') : [];
  const [parent] = parents;
  // Which of several, it does not say: one line is told only where they share it.
  if (parent !== undefined && !text.slice(parent.start, parents.at(-1)?.start).includes('\n')) return parent.start;
  if (position >= 0 || code !== undefined) return position;
  return tokensOf(text).find((token) => token.operand && isNoRegExp(token.text))?.start ?? -1;
}

/** JSONata itself makes one of it, and says nothing of where that failed. */
function isNoRegExp(token: string): boolean {
  const [, source, flags] = /^\/(.+)\/([im]*)$/s.exec(token) ?? [];
  return source !== undefined && refusalOf({ source, flags: flags ?? '' }) !== undefined;
}

function refusedIn(node: Ast): readonly Refusal[] {
  return [...refusedHere(node), ...childrenOf(node).flatMap(refusedIn)];
}

function refusedHere(node: Ast): readonly Refusal[] {
  if (node.type === 'variable' && REFUSED.includes(node.value))
    return [{ offset: startOf(node), why: `$${node.value} is refused, since what it gives cannot be repeated` }];
  if (node.type === 'name' && /[“”„‘’«»]/.test(String(node.value)))
    return [
      {
        offset: (node.position ?? 0) - String(node.value).length,
        why: `only " and ' are quotes: this is read as a name`,
      },
    ];
  const regExp = node.type === 'regex' ? refusalOf(node.value as RegExp) : undefined;
  return regExp === undefined ? [] : [{ offset: node.position ?? 0, why: failureText(regExp) }];
}

/** Formats of other languages, in which a day is `dd` and a year `yyyy`: no text would ever fit them. */
function misreadFormatsIn(tree: Ast): readonly Refusal[] {
  const constants = new Constants(tree);
  const look = (node: Ast): readonly Refusal[] => {
    const below = childrenOf(node).flatMap(look);
    if (node.type !== 'function' || node.procedure.type !== 'variable') return below;
    const { value } = node.procedure;
    if ((value !== 'day' && value !== 'instant') || constants.gives(value)) return below;
    const format = constants.textOf(node.arguments.at(-1))?.replace(/\[[^\]]*\]/g, '') ?? '';
    if (!/y|^[^D]*dd?[^D]*$/.test(format)) return below;
    const why = 'a format of dayjs has D or DD for the day of a month, and YYYY or YY for a year';
    return [{ offset: startOf(node.procedure), why }, ...below];
  };
  return look(tree);
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
