import { eventFieldOf } from './fact-of.js';
import type { Observed } from './expression.js';
import type { MadeBy } from './observe.js';
import { pointerTo, stepsOf } from './pointers.js';

/** A field of a fact that is not as it was expected, and the part of an expression that made it, or left it out. */
export interface FieldPlace {
  /** JSON Pointer into the fact; empty: the whole fact is there, or missing, against what was expected. */
  readonly field: string;
  /** Which evaluation of the message it came of. */
  readonly evaluation: number;
  readonly place?: MadeBy;
}

/** A fact as an example tells it. */
export interface ToldFact {
  readonly kind?: unknown;
  readonly businessId?: unknown;
}

/**
 * What of the facts of a message differs from what was expected, by where it was made. `observed`: what the evaluations for the
 * message did, in turn. Facts are told apart by kind and id; one that is missing may be of each evaluation that made nothing expected.
 */
export function fieldPlaces(
  expected: readonly ToldFact[],
  actual: readonly ToldFact[],
  observed: readonly Observed[],
): readonly FieldPlace[] {
  const places = [...actual].flatMap((fact): FieldPlace[] => {
    const evaluation = observed.findIndex((each) => eventsIn(each).some((event) => idOf(event) === fact.businessId));
    const wanted = expected.find((each) => isSame(each, fact));
    if (wanted === undefined) return [placeOfWhole(observed, evaluation)];
    const events = eventsIn(observed[evaluation]);
    const index = events.findIndex((event) => idOf(event) === fact.businessId);
    return differencesIn(wanted, fact).map((field) => {
      const place = observed[evaluation]?.madeBy(`/${index}${pathInEvent(field, events[index]?.data)}`);
      return { field, evaluation, ...(place === undefined ? {} : { place }) };
    });
  });
  const isMissing = expected.some((each) => !actual.some((fact) => isSame(each, fact)));
  const empty = observed.flatMap((each, evaluation) => (eventsIn(each).length === 0 ? [evaluation] : []));
  return [...places, ...(isMissing ? empty.map((evaluation) => placeOfWhole(observed, evaluation)) : [])];
}

function placeOfWhole(observed: readonly Observed[], evaluation: number): FieldPlace {
  const place = observed[evaluation]?.chosenBy();
  return { field: '', evaluation, ...(place === undefined ? {} : { place }) };
}

function isSame(one: ToldFact, other: ToldFact): boolean {
  return one.kind === other.kind && one.businessId === other.businessId;
}

function eventsIn(observed: Observed | undefined) {
  return observed !== undefined && 'events' in observed.evaluation ? observed.evaluation.events : [];
}

function idOf({ data }: { readonly data: unknown }): unknown {
  return (Object(data) as { id?: unknown }).id;
}

/** JSON Pointers of what differs, as deep as both have it. */
function differencesIn(wanted: unknown, found: unknown, at = ''): readonly string[] {
  if (Object.is(wanted, found)) return [];
  if (Object(wanted) !== wanted || Object(found) !== found) return [at];
  const [left, right] = [wanted, found] as [Record<string, unknown>, Record<string, unknown>];
  const names = [...new Set([...Object.keys(left), ...Object.keys(right)])];
  return names.flatMap((name) => differencesIn(left[name], right[name], pointerTo(at, name)));
}

/** Where what a fact says stood in the data of the event that it was made of (`fact-of.ts`). */
function pathInEvent(field: string, data: unknown): string {
  const [first = '', ...rest] = stepsOf(field);
  if (first === 'notes') return field;
  const own =
    (Object(data) as { readonly patient?: { readonly identifier?: readonly unknown[] } }).patient?.identifier ?? [];
  const [part, nth, ...deeper] = rest;
  // Former numbers stand behind the person's own.
  if (first === 'patient' && part === 'identifier' && Number(nth) >= own.length)
    return ['/data/replaces', String(Number(nth) - own.length), ...deeper].reduce(pointerTo);
  return ['/data', eventFieldOf(first), ...rest].reduce(pointerTo);
}
