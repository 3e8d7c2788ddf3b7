import type { Definitions, SearchParameter } from './definitions.js';
import { errorIssue, FhirError, type Issue } from './fhir-error.js';

/** One condition: any of its values. */
export interface Filter {
  readonly parameter: SearchParameter | '_id' | '_lastUpdated';
  readonly modifier: string;
  /** Still escaped: what separates the parts of a value differs by type. */
  readonly values: readonly string[];
}

export interface Sort {
  readonly parameter: SearchParameter | '_id' | '_lastUpdated';
  readonly descending: boolean;
}

export interface Include {
  readonly reverse: boolean;
  /** Also of what is included, as far as that leads. */
  readonly iterate: boolean;
  /** Keys of one, or of all of a type. */
  readonly keys: readonly string[];
  readonly targetType: string | undefined;
}

/** A search, understood in full: nothing of what was asked for is ignored. */
export interface SearchQuery {
  readonly type: string;
  readonly filters: readonly Filter[];
  readonly sorts: readonly Sort[];
  readonly includes: readonly Include[];
  readonly count: number;
  readonly countOnly: boolean;
  readonly withTotal: boolean;
  readonly cursor: string | undefined;
  /** The search as it was asked, without its place in the pages. */
  readonly asked: URLSearchParams;
}

const DEFAULT_COUNT = 50;
const MOST_COUNT = 1000;
const MOST_VALUES = 400;
const MOST_SORTS = 5;
const MOST_INCLUDES = 10;
const INCLUDE = /^_(rev)?include(:iterate)?$/;
/** For those who want less or another form: handled elsewhere, or harmless to leave out. */
const NO_MATTER = ['_format', '_pretty'];
const MODIFIERS: Readonly<Record<SearchParameter['type'], readonly string[]>> = {
  token: ['not'],
  reference: ['identifier'],
  date: [],
  string: ['exact', 'contains'],
  uri: [],
};

interface Draft {
  readonly type: string;
  readonly definitions: Definitions;
  readonly filters: Filter[];
  readonly sorts: Sort[];
  readonly includes: Include[];
  readonly controls: Map<string, string>;
  readonly unknown: string[];
  readonly issues: Issue[];
}

/** Reads a search of a type. Throws one refusal that names every parameter that is not understood. */
export function readSearch(definitions: Definitions, type: string, given: URLSearchParams): SearchQuery {
  const [filters, sorts, includes, controls, unknown, issues] = [[], [], [], new Map<string, string>(), [], []];
  const draft: Draft = { type, definitions, filters, sorts, includes, controls, unknown, issues };
  for (const [key, value] of given) readParameter(draft, key, value);
  const unknowns = draft.unknown.map((each) =>
    /^[A-Za-z_][A-Za-z_:.-]{0,63}$/.test(each) ? each : '(a name of other characters)',
  );
  if (unknowns.length > 0)
    draft.issues.unshift(
      errorIssue('not-supported', `search parameters not known for ${type}: ${unknowns.join(', ')}`),
    );
  checkCost(draft);
  const count = readCount(draft);
  const summary = oneOf(draft, '_summary', ['count', 'false'], 'false');
  const total = oneOf(draft, '_total', ['none', 'estimate', 'accurate'], 'accurate');
  if (draft.issues.length > 0) throw new FhirError(400, draft.issues);
  const asked = new URLSearchParams([...given].filter(([key]) => key !== '_cursor'));
  return {
    ...{ type, filters, sorts, includes, asked },
    count: Math.min(count, MOST_COUNT),
    countOnly: summary === 'count' || count === 0,
    withTotal: total !== 'none' || summary === 'count' || count === 0,
    cursor: draft.controls.get('_cursor'),
  };
}

function readParameter(draft: Draft, key: string, value: string): void {
  if (NO_MATTER.includes(key)) return;
  if (['_count', '_total', '_summary', '_cursor'].includes(key)) draft.controls.set(key, value);
  else if (key === '_sort') readSorts(draft, value);
  else if (INCLUDE.test(key)) readInclude(draft, key, value);
  else readFilter(draft, key, value);
}

function readFilter(draft: Draft, key: string, value: string): void {
  const { definitions, type } = draft;
  const [name = '', modifier = '', ...more] = key.split(':');
  const parameter = parameterOf(draft, name);
  if (key.includes('.') || name === '_has') {
    draft.issues.push(errorIssue('not-supported', 'chained searches and _has are not supported'));
  } else if (parameter === undefined) draft.unknown.push(key);
  else if (more.length > 0 || !isModifier(definitions, parameter, modifier))
    draft.issues.push(errorIssue('not-supported', `${type}.${name} does not have this modifier`));
  else if (value === '') draft.issues.push(errorIssue('value', `${type}.${name} needs a value`));
  else draft.filters.push({ parameter, modifier, values: splitEscaped(value, ',') });
}

function parameterOf({ definitions, type }: Draft, name: string): Filter['parameter'] | undefined {
  return name === '_id' || name === '_lastUpdated' ? name : definitions.parametersOf(type).get(name);
}

function isModifier(definitions: Definitions, parameter: Filter['parameter'], modifier: string): boolean {
  if (modifier === '') return true;
  if (typeof parameter === 'string') return false;
  if (modifier === 'missing' || MODIFIERS[parameter.type].includes(modifier)) return true;
  return parameter.type === 'reference' && (parameter.targets.includes(modifier) || definitions.serves(modifier));
}

function readSorts(draft: Draft, value: string): void {
  for (const each of value.split(',')) {
    const descending = each.startsWith('-');
    const name = descending ? each.slice(1) : each;
    const parameter = parameterOf(draft, name);
    if (parameter !== undefined && (typeof parameter === 'string' || parameter.type === 'date'))
      draft.sorts.push({ parameter, descending });
    else draft.issues.push(errorIssue('not-supported', '_sort takes _id, _lastUpdated and parameters of type date'));
  }
}

function readInclude(draft: Draft, key: string, value: string): void {
  const { definitions, type } = draft;
  const [, reverse, iterate] = INCLUDE.exec(key) ?? [];
  const [from = '', name = '', targetType, ...more] = value.split(':');
  const parameters = definitions.serves(from) ? [...definitions.parametersOf(from).values()] : [];
  const named = parameters.filter((each) => each.type === 'reference' && (name === '*' || each.name === name));
  const fits = reverse === undefined ? from === type : (targetType ?? type) === type;
  if (named.length === 0 || !(fits || iterate !== undefined) || more.length > 0) {
    const what = key.split(':')[0] ?? '';
    draft.issues.push(
      errorIssue('not-supported', `${what} takes Type:parameter, a parameter of type reference, or Type:*`),
    );
    return;
  }
  const keys = named.map((each) => each.key);
  draft.includes.push({ reverse: reverse !== undefined, iterate: iterate !== undefined, keys, targetType });
}

/** SQLite takes expressions of a thousand parts. Ids are one part, however many. */
function checkCost({ filters, sorts, includes, issues }: Draft): void {
  const values = filters.filter(({ parameter }) => parameter !== '_id').flatMap((filter) => filter.values);
  if (filters.length + values.length > MOST_VALUES)
    issues.push(errorIssue('too-costly', `a search takes at most ${MOST_VALUES} parameters and values`));
  if (sorts.length > MOST_SORTS || includes.length > MOST_INCLUDES)
    issues.push(errorIssue('too-costly', `a search takes at most ${MOST_SORTS} sorts and ${MOST_INCLUDES} includes`));
}

function readCount(draft: Draft): number {
  const text = draft.controls.get('_count') ?? String(DEFAULT_COUNT);
  if (/^\d{1,9}$/.test(text)) return Number(text);
  draft.issues.push(errorIssue('value', '_count takes a whole number'));
  return DEFAULT_COUNT;
}

function oneOf(draft: Draft, name: string, allowed: readonly string[], otherwise: string): string {
  const value = draft.controls.get(name) ?? otherwise;
  if (!allowed.includes(value)) draft.issues.push(errorIssue('not-supported', `${name} takes ${allowed.join(', ')}`));
  return value;
}

/** Splits at a separator that has no backslash before it. The parts keep their escapes. */
export function splitEscaped(text: string, separator: string): readonly string[] {
  const parts: string[] = [];
  let part = '';
  for (let index = 0; index < text.length; index++) {
    const char = text.charAt(index);
    if (char === '\\') part += char + text.charAt(++index);
    else if (char === separator) {
      parts.push(part);
      part = '';
    } else part += char;
  }
  return [...parts, part];
}

export function unescaped(text: string): string {
  return text.replace(/\\([\\,|$])/g, '$1');
}
