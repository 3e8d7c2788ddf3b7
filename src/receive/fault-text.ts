import type { ErrorObject } from 'ajv';
import type { Fault } from '../model/message.js';
import { fieldPath, sayableName } from './pointer.js';

const FORMATS: Readonly<Record<string, string>> = {
  'national-id': 'must be a national identity number: 11 digits with right check digits',
  'help-number': 'must have right check digits, being a number of 11 digits',
};
const TYPES: Readonly<Record<string, string>> = {
  object: 'must be an object',
  array: 'must be a list',
  string: 'must be text',
  boolean: 'must be true or false',
};

/** ajv's errors as faults: one for each place, in words, below `root`, and nothing in them that was sent. */
export function faultsFrom(errors: readonly ErrorObject[], root: string): readonly Fault[] {
  const faults = new Map<string, Fault>();
  for (const error of errors) {
    // An `if` only says that its `then` failed, which has said so itself.
    if (error.keyword === 'if') continue;
    const path = `${root}${placeOfError(error)}`;
    if (!faults.has(path)) faults.set(path, { path, message: messageOf(error) });
  }
  return [...faults.values()];
}

function placeOfError(error: ErrorObject): string {
  const place = sayable(error.instancePath);
  const missing = param(error, 'missingProperty');
  if (error.keyword === 'required' && typeof missing === 'string') return `${place}/${missing}`;
  const unknown = param(error, 'additionalProperty');
  return typeof unknown === 'string' ? fieldPath(place, unknown) : place;
}

/** Names in a place are those of the schema, but for the first: an extension attribute has the name its sender gave it. */
function sayable(instancePath: string): string {
  const first = instancePath.split('/')[1];
  return first === undefined || sayableName(first) !== undefined ? instancePath : '';
}

function messageOf(error: ErrorObject): string {
  if (error.keyword === 'required') return 'is required';
  if (error.keyword === 'additionalProperties')
    return sayableName(String(param(error, 'additionalProperty'))) === undefined
      ? 'must not have fields other than those of the schema'
      : 'is not a known field';
  if (error.keyword === 'x-not-ahead') return 'must not lie more than a day ahead: it is said to have happened';
  const format = param(error, 'format');
  if (typeof format === 'string' && FORMATS[format] !== undefined) return FORMATS[format];
  return expectation(error.parentSchema ?? {});
}

function expectation(schema: Readonly<Record<string, unknown>>): string {
  const expected = schema['x-expected'];
  if (typeof expected === 'string') return expected;
  if (Array.isArray(schema['enum'])) return `must be one of: ${schema['enum'].map(String).join(', ')}`;
  const type = schema['type'];
  return (typeof type === 'string' ? TYPES[type] : undefined) ?? 'is not what the schema says';
}

function param(error: ErrorObject, name: string): unknown {
  return (error.params as Readonly<Record<string, unknown>>)[name];
}
