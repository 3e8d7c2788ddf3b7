import type { MadeBy } from '../map/observe.js';
import { leavesIn } from '../map/pointers.js';
import { influences, type Influence, type Results } from './influence.js';
import { placeInFile, type Input } from './inputs.js';
import type { Evaluated, PackBench, Tried } from './pack-bench.js';

/** Where a field of an event comes from. */
export interface TracedField {
  /** As in `data`: `patient.identifier[0].value`. */
  readonly field: string;
  readonly value: unknown;
  /** The part of the expression that made it; absent: a function of ours did, or the fact was taken as it came. */
  readonly file?: string;
  readonly line?: number;
  readonly column?: number;
  readonly expression?: string;
  /** Places in the file that decide it; empty: nothing of the message does. */
  readonly inputs: readonly string[];
}

/** An event that a message became, field by field. */
export interface TracedEvent {
  readonly type: string;
  /** Places that decide whether it is said at all. */
  readonly decidedBy: readonly string[];
  readonly fields: readonly TracedField[];
}

/** Where everything that a message became comes from, and what of it nothing read. */
export interface Trace {
  readonly events: readonly TracedEvent[];
  readonly unused: readonly string[];
}

/**
 * Traces one message; one of which nothing came but faults is not, since nobody knows what would have been read. The place of a field
 * is seen; what it comes from is found by trying other inputs ({@link influences}).
 */
export async function traceOf(bench: PackBench, input: Input): Promise<Trace & { readonly tried: Tried }> {
  const plain = await bench.try(input.message, { watch: false });
  const came = plain.evaluated.some(({ evaluation }) => 'events' in evaluation);
  if (!came && plain.evaluated.length > 0) return { events: [], unused: [], tried: plain };
  const tried = await bench.try(input.message, { watch: true });
  const { content } = input.message;
  const found = await influences(content, {
    map: async (other) => resultsOf(await bench.try({ ...input.message, content: other }, { watch: false })),
    conceptMaps: bench.source.conceptMaps,
    isInput: (pointer) => placeInFile(input, pointer) !== undefined && !pointer.endsWith('/resourceType'),
  });
  const events = tried.evaluated.flatMap((evaluated) => tracedIn(evaluated, input, found));
  return { events, unused: unusedIn(input, tried, found), tried };
}

function resultsOf({ evaluated }: Tried): Results {
  return new Map(evaluated.map(({ at, evaluation }) => [at, 'events' in evaluation ? evaluation.events : undefined]));
}

function tracedIn(
  { at, evaluation, watched }: Evaluated,
  input: Input,
  found: ReadonlyMap<string, Influence>,
): TracedEvent[] {
  if (!('events' in evaluation)) return [];
  const placesOf = (pointers: Iterable<string>) => [...pointers].flatMap((each) => placeInFile(input, each) ?? []);
  const deciding = [...found].flatMap(([pointer, { whether }]) => (whether.has(at) ? [pointer] : []));
  return evaluation.events.map((event, index) => ({
    type: event.type,
    decidedBy: placesOf(deciding),
    fields: [...leavesIn(event.data)].map(([pointer, value]) => {
      const path = `/${index}/data${pointer}`;
      const made = watched?.observed.madeBy(path);
      const decides = [...found].flatMap(([each, { fields }]) => (fields.has(at + path) ? [each] : []));
      return {
        field: fieldName(pointer),
        value,
        ...placeOf(watched?.expression.file, made),
        inputs: placesOf(directFirst(decides, inputsOf(at, made, input))),
      };
    }),
  }));
}

/** What the part itself asked for, where trying found nothing: a choice among equals. */
function directFirst(decides: readonly string[], asked: readonly string[]): readonly string[] {
  if (decides.length === 0) return asked;
  const direct = decides.filter((each) => asked.includes(each));
  return [...direct, ...decides.filter((each) => !direct.includes(each))];
}

/** What the expression was given of a resource or a row stands in the message under the same name. */
function inputsOf(at: string, made: MadeBy | undefined, { message }: Input): readonly string[] {
  const there = leavesIn(message.content);
  return (made?.inputs ?? []).map((each) => at + each).filter((each) => there.has(each));
}

function placeOf(file: string | undefined, made: MadeBy | undefined): Partial<TracedField> {
  if (file === undefined || made === undefined) return {};
  const { line, column, text } = made.node;
  return { file, line, column, expression: text.replace(/\s+/g, ' ').trim() };
}

function fieldName(pointer: string): string {
  return pointer
    .slice(1)
    .replace(/\/(\d+)(?=\/|$)/g, '[$1]')
    .replaceAll('/', '.');
}

/** What stands in the message, was not asked for, and makes no difference. */
function unusedIn(input: Input, { evaluated }: Tried, found: ReadonlyMap<string, Influence>): readonly string[] {
  const asked = new Set(
    evaluated.flatMap(({ at, watched }) => [...(watched?.observed.asked ?? [])].map((each) => at + each)),
  );
  return [...leavesIn(input.message.content).keys()].flatMap((pointer) =>
    asked.has(pointer) || found.has(pointer) ? [] : (placeInFile(input, pointer) ?? []),
  );
}
