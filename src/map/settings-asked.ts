import type { ManifestFault } from './manifest-faults.js';
import { childrenOf, type Ast } from './jsonata-ast.js';
import { pointerTo } from './pointers.js';

/** What is read of settings beside the expressions: `unit-pathway.ts`. */
const READ_BY_ALL = ['units'];

/**
 * Settings of a pack that none of its expressions asks for: a misspelt one would be without effect, silently. An expression for events
 * sees the event's data alone, and its settings as `$settings`.
 */
export function unaskedSettings(settings: object, trees: readonly Ast[], door: string): readonly ManifestFault[] {
  if (door !== 'events' && trees.some(asksForAny)) return [];
  const variables = trees.flatMap(ofVariable);
  if (variables.includes(undefined)) return [];
  const asked = new Set([...READ_BY_ALL, ...variables, ...(door === 'events' ? [] : trees.flatMap(namesIn))]);
  return Object.keys(settings)
    .filter((name) => !asked.has(name))
    .map((name) => ({ pointer: pointerTo('/settings', name), expected: 'is asked for by no expression of the pack' }));
}

/** What is asked for of `$settings`, by name; undefined: of it as a whole. */
function ofVariable(node: Ast): readonly (string | undefined)[] {
  if (node.type === 'path' && isVariable(node.steps[0])) {
    const [, second, ...rest] = node.steps;
    const own = second?.type === 'name' ? String(second.value) : undefined;
    return [own, ...rest.flatMap(ofVariable)];
  }
  return isVariable(node) ? [undefined] : childrenOf(node).flatMap(ofVariable);
}

function isVariable(node: Ast | undefined): boolean {
  return node?.type === 'variable' && node.value === 'settings';
}

function namesIn(node: Ast): readonly string[] {
  const own = node.type === 'name' || node.type === 'string' ? [String(node.value)] : [];
  return [...own, ...childrenOf(node).flatMap(namesIn)];
}

/** It goes through what it is given without names, or hands the settings on as a whole: what of them it reads, nobody can see. */
function asksForAny(node: Ast): boolean {
  if (node.type === 'wildcard' || node.type === 'descendant') return true;
  const handsOn = node.type === 'path' && isSettings(node.steps.at(-1));
  return handsOn || childrenOf(node).some(asksForAny);
}

function isSettings(node: Ast | undefined): boolean {
  return node?.type === 'name' && node.value === 'settings';
}
