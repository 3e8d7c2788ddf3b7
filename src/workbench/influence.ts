import { leavesIn, stepsOf } from '../map/pointers.js';
import type { PackConceptMap } from '../map/pack.js';
import { addDays, isDay } from '../support/dates.js';

/** What an input was found to decide, by trying others in its place. */
export interface Influence {
  /** Fields of the events that came out otherwise, each as `${evaluation}${pointer}`. */
  readonly fields: ReadonlySet<string>;
  /** Evaluations that then said nothing, something of another type, or failed. */
  readonly whether: ReadonlySet<string>;
}

/** The events of each evaluation by its name; undefined: it failed. */
export type Results = ReadonlyMap<string, readonly { readonly type: string }[] | undefined>;

export interface InfluenceOptions {
  /** Maps another content in the place of the message's. */
  readonly map: (content: unknown) => Promise<Results>;
  readonly conceptMaps: readonly PackConceptMap[];
  /** Whether a place in the content is something that was sent, and may be tried otherwise. */
  readonly isInput: (pointer: string) => boolean;
}

/** Above this a message is not tried through: its places come from what the expressions asked for alone. */
const MOST_INPUTS = 500;
const MOST_CODES = 3;

/**
 * What of a message's content decides what of its events: each text, number and truth value is left out, then put in another's
 * place, and what comes out is compared. By JSON Pointer into the content; inputs that decide nothing are left out.
 */
export async function influences(content: unknown, options: InfluenceOptions): Promise<ReadonlyMap<string, Influence>> {
  const found = new Map<string, Influence>();
  const inputs = [...leavesIn(content)].filter(([pointer]) => options.isInput(pointer));
  if (inputs.length > MOST_INPUTS) return found;
  const before = await options.map(content);
  // Where nothing came, nothing can come otherwise; and what ran away would do so again, each time.
  if ([...before.values()].every((events) => events === undefined)) return found;
  for (const [pointer, value] of inputs) {
    const influence = await influenceOf(content, pointer, value, before, options);
    if (influence.fields.size + influence.whether.size > 0) found.set(pointer, influence);
  }
  return found;
}

async function influenceOf(
  content: unknown,
  pointer: string,
  value: unknown,
  before: Results,
  { map, conceptMaps }: InfluenceOptions,
): Promise<Influence> {
  const fields = new Set<string>();
  const whether = new Set<string>();
  for (const other of [undefined, ...othersLike(value, conceptMaps)]) {
    const after = await map(withValue(content, pointer, other));
    for (const [name, events] of before) compare(name, events, after.get(name), { fields, whether });
    if (fields.size > 0) break;
  }
  return { fields, whether };
}

/** What may stand there as well: codes that the pack knows, another day, another text. */
function othersLike(value: unknown, conceptMaps: readonly PackConceptMap[]): readonly unknown[] {
  if (typeof value === 'boolean') return [!value];
  if (typeof value === 'number') return [value + 1];
  const text = String(value);
  const codes = conceptMaps
    .flatMap(({ group }) => group)
    .filter(({ element }) => element.some(({ code }) => code === text))
    .flatMap(({ element }) => element.map(({ code }) => code))
    .filter((code) => code !== text)
    .slice(0, MOST_CODES);
  const day = /^\d{4}-\d{2}-\d{2}/.exec(text)?.[0];
  const otherDay = day !== undefined && isDay(day) ? [text.replace(day, addDays(day, -1))] : [];
  return [...codes, ...otherDay, `${text}x`];
}

function compare(
  name: string,
  before: readonly { readonly type: string }[] | undefined,
  after: readonly { readonly type: string }[] | undefined,
  { fields, whether }: { fields: Set<string>; whether: Set<string> },
): void {
  if (before === undefined) return;
  const isSame = before.length === after?.length && before.every(({ type }, index) => type === after[index]?.type);
  if (!isSame) {
    whether.add(name);
    return;
  }
  const [left, right] = [leavesIn(before), leavesIn(after)];
  for (const [pointer, value] of left) if (right.get(pointer) !== value) fields.add(name + pointer);
}

/** The content with another value at a place; undefined: without one. */
function withValue(content: unknown, pointer: string, value: unknown): unknown {
  return replaced(content, stepsOf(pointer), value);
}

function replaced(holder: unknown, [step = '', ...rest]: readonly string[], value: unknown): unknown {
  const without = rest.length === 0 && value === undefined;
  const inside = (each: unknown) => (rest.length === 0 ? value : replaced(each, rest, value));
  if (Array.isArray(holder))
    return holder.flatMap((each: unknown, index) => (String(index) !== step ? [each] : without ? [] : [inside(each)]));
  return Object.fromEntries(
    Object.entries(holder as object).flatMap(([key, each]: [string, unknown]) =>
      key !== step ? [[key, each]] : without ? [] : [[key, inside(each)]],
    ),
  );
}
