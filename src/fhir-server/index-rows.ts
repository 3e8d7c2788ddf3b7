import { BEGINNING, dateRange, END } from './date-range.js';
import type { Definitions, SearchParameter } from './definitions.js';
import { isObject, targetOf, type JsonObject, type Resource } from './resource.js';

/** What the index tables hold of a resource, without the resource's own row. */
export interface IndexRows {
  readonly token: (readonly [param: string, code: string, system: string])[];
  readonly reference: (readonly [param: string, id: string, type: string])[];
  readonly date: (readonly [param: string, from: number, to: number])[];
  readonly string: (readonly [param: string, folded: string, text: string])[];
  readonly uri: (readonly [param: string, value: string])[];
}

/** The system of a plain code: the element's binding says it, the resource does not. It is found under any. */
export const ANY_SYSTEM = '*';
/** Rows of a reference that is logical only are tokens under this name. */
export const identifierKey = (key: string) => `${key}:identifier`;

const MOST_INDEXED = 512;

/**
 * A text as the index has it. One of megabytes would be compared with at every later write, so what is stored and what is
 * searched are cut alike: longer texts are found by how they begin.
 */
export function indexed(text: string): string {
  // Half a surrogate pair does not survive being bound.
  return text.length <= MOST_INDEXED ? text : text.slice(0, MOST_INDEXED).replace(/[\uD800-\uDBFF]$/, '');
}

/** Takes a resource apart by the search parameters of its type. Values that cannot be read are not indexed. */
export function indexRows(resource: Resource, definitions: Definitions, baseUrl: string): IndexRows {
  const rows: IndexRows = { token: [], reference: [], date: [], string: [], uri: [] };
  for (const parameter of definitions.parametersOf(resource.resourceType).values()) {
    for (const value of parameter.path(resource)) addValue(rows, parameter, value, baseUrl);
  }
  return rows;
}

function addValue(rows: IndexRows, parameter: SearchParameter, value: unknown, baseUrl: string): void {
  const { key, type } = parameter;
  if (type === 'token') addToken(rows, key, value);
  else if (type === 'reference') addReference(rows, key, value, baseUrl);
  else if (type === 'date') addDate(rows, key, value);
  else if (type === 'string') addString(rows, key, value);
  else addUri(rows, parameter, value);
}

const textOf = (value: unknown) => (typeof value === 'string' ? value : '');

/** A CodeableConcept, a Coding, an Identifier, a ContactPoint or a primitive. */
function addToken(rows: IndexRows, key: string, value: unknown): void {
  if (typeof value === 'string' || typeof value === 'boolean')
    rows.token.push([key, indexed(String(value)), ANY_SYSTEM]);
  if (!isObject(value)) return;
  if (Array.isArray(value['coding'])) for (const coding of value['coding']) addToken(rows, key, coding);
  const code = textOf(value['code'] ?? value['value']);
  const system = textOf(value['system']);
  if (code !== '' || system !== '') rows.token.push([key, indexed(code), indexed(system)]);
}

/** A Reference, or a canonical, whose version is left out. */
function addReference(rows: IndexRows, key: string, value: unknown, baseUrl: string): void {
  const literal = isObject(value) ? value['reference'] : value;
  if (typeof literal === 'string') {
    const target = targetOf(literal, baseUrl);
    if (typeof target === 'object') rows.reference.push([key, target.id, target.type]);
    else rows.reference.push([key, indexed(literal.split('|')[0] ?? ''), '']);
  }
  if (isObject(value) && isObject(value['identifier'])) addToken(rows, identifierKey(key), value['identifier']);
}

function addDate(rows: IndexRows, key: string, value: unknown): void {
  const range = typeof value === 'string' ? dateRange(value) : isObject(value) ? rangeOf(value) : undefined;
  if (range !== undefined) rows.date.push([key, range[0], range[1]]);
}

/** Of a Period, open where it has no end, or of all the times of a Timing. */
function rangeOf(value: JsonObject): readonly [number, number] | undefined {
  const { start, end, event, repeat } = value;
  const bounds = isObject(repeat) ? repeat['boundsPeriod'] : undefined;
  if (isObject(bounds)) return rangeOf(bounds);
  if (Array.isArray(event)) {
    const ranges = event.map((each) => dateRange(textOf(each))).filter((range) => range !== undefined);
    if (ranges.length === 0) return undefined;
    return [Math.min(...ranges.map(([from]) => from)), Math.max(...ranges.map(([, to]) => to))];
  }
  if (start === undefined && end === undefined) return undefined;
  const from = start === undefined ? BEGINNING : dateRange(textOf(start))?.[0];
  const to = end === undefined ? END : dateRange(textOf(end))?.[1];
  return from === undefined || to === undefined ? undefined : [from, to];
}

const TEXT_PARTS = [
  ...['text', 'family', 'given', 'prefix', 'suffix'],
  ...['line', 'city', 'district', 'state', 'postalCode', 'country'],
];

function addString(rows: IndexRows, key: string, value: unknown): void {
  if (typeof value === 'string') rows.string.push([key, folded(value), indexed(value)]);
  else if (isObject(value))
    for (const part of TEXT_PARTS) for (const text of [value[part]].flat()) addString(rows, key, text);
}

/** How texts are compared: without case and accents. Æ, ø and å stay letters of their own, as they are. */
export function folded(text: string): string {
  const plain = indexed(text)
    .normalize('NFC')
    .toLowerCase()
    .replace(/[^æøå]/gu, (letter) => letter.normalize('NFD').replace(/\p{M}/gu, ''));
  return indexed(plain);
}

/** What may follow is left out in a row of its own: the `#` some servers add to a source, the version of a profile. */
const ADDITIONS: Readonly<Record<string, string>> = { _source: '#', _profile: '|' };

function addUri(rows: IndexRows, { key, name }: SearchParameter, value: unknown): void {
  if (typeof value !== 'string') return;
  rows.uri.push([key, indexed(value)]);
  const addition = ADDITIONS[name];
  const bare = addition === undefined ? value : (value.split(addition)[0] ?? value);
  if (bare !== value) rows.uri.push([key, indexed(bare)]);
}
