import type { ErrorObject } from 'ajv';
import type { ResourceFault } from '../model/resource-fault.js';

/** Keywords that only repeat what the ones inside them say. */
const WRAPPERS = ['if'];

/** What ajv found, in words and with the place as FHIRPath; one fault for one thing. Built with `verbose`. */
export function faultsOf(errors: readonly ErrorObject[], type: string): ResourceFault[] {
  const told = errors.filter((each) => !WRAPPERS.includes(each.keyword) && !isInside(each));
  return [...new Map(told.map((each) => faultOf(each, type)).map((each) => [JSON.stringify(each), each])).values()];
}

/** Why one item of a list is not the one that is looked for, or one of several forms is not there, says nothing. */
function isInside({ schemaPath }: ErrorObject): boolean {
  return /\/contains\/|\/anyOf\/\d/.test(schemaPath);
}

function faultOf(error: ErrorObject, type: string): ResourceFault {
  const { keyword, instancePath, params, parentSchema = {} } = error;
  const path = type + instancePath.replace(/\/(\d+)(?=\/|$)/g, '[$1]').replaceAll('/', '.');
  const { missingProperty, additionalProperty, element } = params as Readonly<Record<string, unknown>>;
  const fault = (code: string, message: string, more = ''): ResourceFault => ({
    severity: 'error',
    code,
    path: path + more,
    message,
  });
  if (typeof missingProperty === 'string') return fault('required', 'is required', `.${missingProperty}`);
  if (typeof additionalProperty === 'string') return fault('structure', 'has no place here', `.${additionalProperty}`);
  if (typeof element === 'string') return fault('required', 'is required, in one form', `.${element}`);
  const { 'x-says': says } = parentSchema as { 'x-says'?: string };
  return fault(CODES[keyword] ?? 'value', says ?? wordsOf(error));
}

const CODES: Readonly<Record<string, string>> = {
  type: 'structure',
  minItems: 'structure',
  maxItems: 'structure',
  minProperties: 'structure',
  contains: 'structure',
  enum: 'code-invalid',
  const: 'code-invalid',
};

function wordsOf({ keyword, params }: ErrorObject): string {
  const { allowedValues, allowedValue, limit, type } = params as Readonly<Record<string, unknown>>;
  if (Array.isArray(allowedValues)) return `must be one of ${allowedValues.join(', ')}`;
  if (keyword === 'const') return `must be ${String(allowedValue)}`;
  if (keyword === 'minItems') return `must be there ${String(limit)} times or more`;
  if (keyword === 'maxItems') return `must be there ${String(limit)} times or less`;
  if (keyword === 'minProperties') return 'must not be empty';
  if (keyword === 'type') return `must be of the type ${String(type)}`;
  return 'is not written as a value of its type must be';
}
