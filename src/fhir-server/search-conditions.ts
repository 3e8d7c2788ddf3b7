import type { SqliteValue } from '../support/sqlite.js';
import { dateRange } from './date-range.js';
import type { SearchParameter } from './definitions.js';
import { refusal } from './fhir-error.js';
import { ANY_SYSTEM, folded, identifierKey, indexed } from './index-rows.js';
import { targetOf } from './resource.js';
import { splitEscaped, unescaped, type Filter } from './search-query.js';

/** A piece of SQL with what is bound to it. */
export interface Sql {
  readonly text: string;
  readonly values: readonly SqliteValue[];
}

/** A condition on a row `r` of resource. */
export function conditionOf({ parameter, modifier, values }: Filter, baseUrl: string): Sql {
  if (parameter === '_id')
    return sql('r.id IN (SELECT value FROM json_each(?))', JSON.stringify(values.map(unescaped)));
  if (parameter === '_lastUpdated')
    return either(values.map((value) => dateCondition('r.updated', 'r.updated + 1', value, parameter)));
  if (modifier === 'missing') return missing(parameter, values);
  if (modifier === 'identifier') {
    const tokens = either(values.map((value) => tokenCondition(value, parameter.name)));
    return among('ix_token', identifierKey(parameter.key), tokens, false);
  }
  const matches = either(values.map((value) => valueCondition(parameter, modifier, value, baseUrl)));
  return among(`ix_${parameter.type}`, parameter.key, matches, modifier === 'not');
}

function among(table: string, key: string, condition: Sql, not: boolean): Sql {
  const text = `r.rid ${not ? 'NOT ' : ''}IN (SELECT x.rid FROM ${table} x WHERE x.param = ? AND ${condition.text})`;
  return { text, values: [key, ...condition.values] };
}

function missing({ type, key, name }: SearchParameter, values: readonly string[]): Sql {
  const [value] = values;
  if (values.length !== 1 || (value !== 'true' && value !== 'false'))
    throw refusal(400, 'value', `${name}:missing takes true or false`);
  const table = `SELECT x.rid FROM ix_${type} x WHERE x.param = ?`;
  // A reference that is logical only has a row among the tokens.
  const logical = type === 'reference' ? ' UNION SELECT x.rid FROM ix_token x WHERE x.param = ?' : '';
  const keys = type === 'reference' ? [key, identifierKey(key)] : [key];
  return { text: `r.rid ${value === 'true' ? 'NOT ' : ''}IN (${table}${logical})`, values: keys };
}

function valueCondition(parameter: SearchParameter, modifier: string, value: string, baseUrl: string): Sql {
  if (parameter.type === 'token') return tokenCondition(value, parameter.name);
  if (parameter.type === 'reference') return referenceCondition(modifier, unescaped(value), baseUrl);
  if (parameter.type === 'date') return dateCondition('x."from"', 'x."to"', value, parameter.name);
  if (parameter.type === 'uri') return sql('x.value = ?', indexed(unescaped(value)));
  return stringCondition(modifier, unescaped(value));
}

/** `code`, `system|code`, `|code` (no system) or `system|` (any code). */
function tokenCondition(value: string, name: string): Sql {
  const [first = '', second, ...more] = splitEscaped(value, '|').map((part) => indexed(unescaped(part)));
  if (more.length > 0 || (first === '' && (second ?? '') === ''))
    throw refusal(400, 'value', `${name} takes code, system|code, |code or system|`);
  if (second === undefined) return sql('x.code = ?', first);
  if (second === '') return sql('x.system = ?', first);
  return sql('x.code = ? AND x.system IN (?, ?)', second, first, ANY_SYSTEM);
}

function referenceCondition(type: string, value: string, baseUrl: string): Sql {
  const target = targetOf(value, baseUrl);
  if (typeof target === 'object') {
    const sameType = type === '' || type === target.type;
    return sameType ? sql('x.id = ? AND x.type = ?', target.id, target.type) : sql('0');
  }
  if (type !== '') return sql('x.id = ? AND x.type = ?', value, type);
  return /[:/]/.test(value)
    ? sql(`x.id = ? AND x.type = ''`, indexed(value.split('|')[0] ?? ''))
    : sql(`x.id = ? AND x.type <> ''`, value);
}

function stringCondition(modifier: string, value: string): Sql {
  if (modifier === 'exact') return sql('x.text = ?', indexed(value));
  if (modifier === 'contains') return sql('instr(x.folded, ?) > 0', folded(value));
  return sql('x.folded >= ? AND x.folded < ?', folded(value), `${folded(value)}\u{10FFFF}`);
}

const PREFIXED = /^(eq|ne|gt|lt|ge|le|sa|eb|ap)?(\d.*)$/s;

/** Both the searched and the found date are ranges as wide as their precision. `ap` is: they have something in common. */
function dateCondition(from: string, to: string, value: string, name: string): Sql {
  const [, prefix = 'eq', text = ''] = PREFIXED.exec(value) ?? [];
  // A plus sign that was not escaped in a URL arrives as a space.
  const range = dateRange(text.replace(' ', '+'));
  if (range === undefined) throw refusal(400, 'value', `${name} takes a date, with or without a prefix`);
  const [start, end] = range;
  const within = `(${from} >= ? AND ${to} <= ?)`;
  if (prefix === 'eq') return sql(within, start, end);
  if (prefix === 'ne') return sql(`NOT ${within}`, start, end);
  if (prefix === 'lt') return sql(`${from} < ?`, start);
  if (prefix === 'gt') return sql(`${to} > ?`, end);
  if (prefix === 'le') return sql(`(${from} < ? OR ${within})`, start, start, end);
  if (prefix === 'ge') return sql(`(${to} > ? OR ${within})`, end, start, end);
  if (prefix === 'sa') return sql(`${from} >= ?`, end);
  if (prefix === 'eb') return sql(`${to} <= ?`, start);
  return sql(`(${from} < ? AND ${to} > ?)`, end, start);
}

export function sql(text: string, ...values: readonly SqliteValue[]): Sql {
  return { text, values };
}

function either(conditions: readonly Sql[]): Sql {
  return joined(conditions, ' OR ');
}

/** Conditions joined, each in brackets of its own. */
export function joined(conditions: readonly Sql[], by: ' OR ' | ' AND '): Sql {
  const text = conditions.map((each) => `(${each.text})`).join(by);
  return { text: `(${text})`, values: conditions.flatMap(({ values }) => values) };
}
