import { canonicalJson } from '../support/ids.js';
import { isDetachedFrom } from './detach.js';

/** A resource by its top-level elements. */
export type Elements = Readonly<Record<string, unknown>>;

/** Gives `into` the element with a value: none, where there is none. */
export function put(into: Record<string, unknown>, element: string, value: unknown): void {
  if (value === undefined) Reflect.deleteProperty(into, element);
  else into[element] = value;
}

export function differs(a: unknown, b: unknown): boolean {
  return canonicalJson(a ?? null) !== canonicalJson(b ?? null);
}

/** What we may have left there: as it was last written, then as it was sent since without an answer. The last is the newest. */
export type Bases = readonly Elements[];

/** Whether somebody else gave an element its value, and what we gave it last: any value of ours that stands is ours. */
export function sideOf(element: string, theirs: Elements, bases: Bases): { isTheirs: boolean; before: unknown } {
  const isOurs = bases.some(
    (base) => !differs(base[element], theirs[element]) || isDetachedFrom(base[element], theirs[element]),
  );
  return isOurs ? { isTheirs: false, before: theirs[element] } : { isTheirs: true, before: bases.at(-1)?.[element] };
}

/** `theirs` without what `before` holds already: what somebody put there since. */
export function addedSince<T>(theirs: readonly T[] | undefined, before: readonly T[] | undefined): T[] {
  const known = new Set((before ?? []).map((item) => canonicalJson(item)));
  return (theirs ?? []).filter((item) => !known.has(canonicalJson(item)));
}
