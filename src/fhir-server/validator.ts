import { Ajv, type ErrorObject, type ValidateFunction } from 'ajv';
import { FHIR_FORMATS } from '../support/fhir-formats.js';
import { isCalendarDate } from './date-range.js';
import type { Definitions } from './definitions.js';
import { errorIssue, type Issue } from './fhir-error.js';
import { isObject, isResource, type JsonObject, type Resource } from './resource.js';

/** Says what is wrong with a resource by R4's own structure; profiles are not looked at. */
export type Validator = (resource: Resource) => readonly Issue[];

interface Choice {
  readonly stem: string;
  readonly names: readonly string[];
  readonly required: boolean;
}

const MOST_ISSUES = 50;
/** Larger ones are told their first fault only: ajv takes time by the square of the number of faults to collect them all. */
const MOST_VALUES = 2000;
const SCHEMA = 'r4';
/** Keywords that only repeat what the ones inside them say. */
const WRAPPERS = ['if', 'not'];

/** Checks are compiled when a type is first written: compiling all of them would delay the start. */
export function createValidator(definitions: Definitions): Validator {
  const firstFault = createChecks(definitions, false);
  const allFaults = createChecks(definitions, true);
  const faultsOf = (resource: Resource): readonly ErrorObject[] => {
    const first = firstFault(resource);
    const faults = first.length === 0 || hasMoreValues(resource, MOST_VALUES) ? first : allFaults(resource);
    return faults.filter(({ keyword }) => !WRAPPERS.includes(keyword));
  };
  const issuesOf = (resource: Resource, at: string): Issue[] => {
    const own = faultsOf(resource);
    const contained: readonly unknown[] = Array.isArray(resource['contained']) ? resource['contained'] : [];
    const inner = contained.flatMap((each, index) =>
      isResource(each) && definitions.serves(each.resourceType)
        ? issuesOf(each, `${resource.resourceType}.contained[${index}]`)
        : [],
    );
    return [...own.map((each) => issueOf(each, at)), ...inner];
  };
  return (resource) => distinct(issuesOf(resource, resource.resourceType)).slice(0, MOST_ISSUES);
}

/** The faults of a resource by the schema of its type: the one found first, or all. */
function createChecks(definitions: Definitions, allErrors: boolean): (resource: Resource) => readonly ErrorObject[] {
  const ajv = new Ajv({ strict: false, allErrors, validateSchema: false, meta: false });
  ajv.addFormat('calendar', isCalendarDate);
  for (const [name, fits] of Object.entries(FHIR_FORMATS)) ajv.addFormat(name, fits);
  ajv.addKeyword({ keyword: 'requiredElements', type: 'object', error, validate: hasElements });
  ajv.addKeyword({ keyword: 'choices', type: 'object', error, validate: hasOneOfEach });
  ajv.addSchema(definitions.schemas, SCHEMA);
  const compiled = new Map<string, ValidateFunction>();
  return (resource) => {
    const type = resource.resourceType;
    const check = compiled.get(type) ?? ajv.compile({ $ref: `${SCHEMA}#/definitions/${type}` });
    compiled.set(type, check);
    return check(resource) ? [] : (check.errors ?? []);
  };
}

/** A pattern and a format may say the same of one value. */
function distinct(issues: readonly Issue[]): readonly Issue[] {
  return [...new Map(issues.map((issue) => [JSON.stringify(issue), issue])).values()];
}

function hasMoreValues(value: unknown, limit: number): boolean {
  let left = limit;
  const count = (each: unknown): boolean => {
    if (--left < 0) return true;
    return each !== null && typeof each === 'object' && Object.values(each).some(count);
  };
  return count(value);
}

const error = { message: 'is not as it must be' };

/** A required primitive may be given as `_name` instead: an extension says why it has no value. */
const hasElements: { (names: readonly string[], data: JsonObject): boolean; errors?: Partial<ErrorObject>[] } = (
  names,
  data,
) => {
  const missing = names.filter((name) => !Object.hasOwn(data, name) && !Object.hasOwn(data, `_${name}`));
  hasElements.errors = missing.map((name) => fault('required', name, 'is required'));
  return missing.length === 0;
};

const hasOneOfEach: { (choices: readonly Choice[], data: JsonObject): boolean; errors?: Partial<ErrorObject>[] } = (
  choices,
  data,
) => {
  hasOneOfEach.errors = choices.flatMap(({ stem, names, required }) => {
    const given = names.filter((name) => Object.hasOwn(data, name) || Object.hasOwn(data, `_${name}`));
    if (given.length > 1) return [fault('structure', `${stem}[x]`, 'must be given in one form only')];
    return required && given.length === 0 ? [fault('required', `${stem}[x]`, 'is required')] : [];
  });
  return hasOneOfEach.errors.length === 0;
};

function fault(code: string, element: string, message: string): Partial<ErrorObject> {
  return { keyword: 'fhir', message, params: { code, element } };
}

function issueOf({ keyword, instancePath, params, message }: ErrorObject, type: string): Issue {
  const path = type + instancePath.replace(/\/(\d+)(?=\/|$)/g, '[$1]').replaceAll('/', '.');
  const given: unknown = params;
  const { code, element, missingProperty, allowedValues, additionalProperty } = isObject(given) ? given : {};
  if (typeof code === 'string' && typeof element === 'string')
    return errorIssue(code, `${element} ${message ?? 'is wrong'}`, `${path}.${element}`);
  if (typeof missingProperty === 'string')
    return errorIssue('required', `${missingProperty} is required`, `${path}.${missingProperty}`);
  if (keyword === 'additionalProperties') return unknownElement(additionalProperty, path);
  if (Array.isArray(allowedValues))
    return errorIssue('code-invalid', `must be one of ${allowedValues.join(', ')}`, path);
  if (keyword === 'pattern' || keyword === 'format')
    return errorIssue('value', 'is not written as a value of its type must be', path);
  return errorIssue(keyword === 'type' ? 'structure' : 'value', message ?? 'is wrong', path);
}

/** Its name came with the resource: it is told only where it looks like one of an element. */
function unknownElement(name: unknown, path: string): Issue {
  const isName = typeof name === 'string' && /^_?[A-Za-z]{1,40}$/.test(name);
  const diagnostics = 'there is an element here that R4 does not have';
  return isName
    ? errorIssue('structure', `${diagnostics}: ${name}`, `${path}.${name}`)
    : errorIssue('structure', diagnostics, path);
}
