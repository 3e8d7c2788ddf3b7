import { Ajv2019, type ErrorObject, type Options, type ValidateFunction } from 'ajv/dist/2019.js';
import type { Extension, FhirResource, Task } from 'fhir/r4.js';
import type { ResourceFault } from '../model/resource-fault.js';
import { isDay } from '../support/dates.js';
import { FHIR_FORMATS } from '../support/fhir-formats.js';
import { faultsOf } from './fault-of.js';
import { codesOf } from './parts.js';
import { ruleNamed } from './rules.js';
import { SYSTEMS } from './systems.js';

/** What profiles/make-schemas.js made of a profile. */
export interface ProfileSchema {
  readonly $id: string;
  readonly 'x-type': string;
  /** The codes by which a Task is known to be of it. */
  readonly 'x-codes'?: readonly string[];
  readonly 'x-rules': readonly ProfileRule[];
}

interface ProfileRule {
  readonly key: string;
  readonly severity: 'error' | 'warning';
  readonly message: string;
  /** The extension that it is a rule of; absent: of the resource. */
  readonly extension?: string;
}

interface CheckedRule extends ProfileRule {
  readonly holdsFor: (value: unknown) => boolean;
}

interface Choice {
  readonly stem: string;
  readonly names: readonly string[];
  readonly required: boolean;
}

/**
 * Checks resources by the profile that they must be of, which is known by the type, and of a Task by its code. Rules are looked at
 * where the structure is sound. `shared` holds the datatypes. Throws where a rule of the profiles has no function.
 */
export function createProfileCheck(
  profiles: readonly ProfileSchema[],
  shared: object,
): (resource: FhirResource) => readonly ResourceFault[] {
  return checkBy(profiles, shared, (resource) => [noProfile(resource)]);
}

/** The same of what comes in. There is no profile of most of what a source may send, and so nothing to find in it. */
export function createInboundCheck(
  profiles: readonly ProfileSchema[],
  shared: object,
): (resource: FhirResource) => readonly ResourceFault[] {
  return checkBy(profiles, shared, () => []);
}

function checkBy(
  profiles: readonly ProfileSchema[],
  shared: object,
  otherwise: (resource: FhirResource) => readonly ResourceFault[],
): (resource: FhirResource) => readonly ResourceFault[] {
  const isSound = createValidation(profiles, shared, { allErrors: false });
  const whatIsWrong = createValidation(profiles, shared, { allErrors: true, verbose: true });
  const rules = new Map(profiles.map((each) => [each.$id, each['x-rules'].map(withFunction)]));
  return (resource) => {
    const profile = profiles.find((each) => isOf(resource, each));
    if (profile === undefined) return otherwise(resource);
    // Nearly everything is sound, which is seen far faster when faults need not be told.
    if (isSound(profile, resource) !== undefined)
      return faultsOf(whatIsWrong(profile, resource) ?? [], resource.resourceType);
    return (rules.get(profile.$id) ?? []).flatMap((rule) => brokenBy(resource, rule));
  };
}

function isOf(resource: FhirResource, { 'x-type': type, 'x-codes': codes }: ProfileSchema): boolean {
  if (resource.resourceType !== type) return false;
  return codes === undefined || codesOf((resource as Task).code, SYSTEMS.task).some((code) => codes.includes(code));
}

function noProfile({ resourceType }: FhirResource): ResourceFault {
  const isTask = resourceType === 'Task';
  const message = isTask ? 'must be a kind of Task that a profile describes' : 'no profile describes this type';
  return { severity: 'error', code: 'code-invalid', path: isTask ? 'Task.code' : resourceType, message };
}

function withFunction(rule: ProfileRule): CheckedRule {
  return { ...rule, holdsFor: ruleNamed(rule.key) };
}

function brokenBy(resource: FhirResource, rule: CheckedRule): ResourceFault[] {
  const { key, severity, message, extension, holdsFor } = rule;
  const fault = (path: string): ResourceFault => ({ severity, code: 'invariant', path, message, rule: key });
  if (extension === undefined) return holdsFor(resource) ? [] : [fault(resource.resourceType)];
  const { extension: all = [] } = resource as { extension?: readonly Extension[] };
  return all.flatMap((each, index) =>
    each.url !== extension || holdsFor(each) ? [] : [fault(`${resource.resourceType}.extension[${index}]`)],
  );
}

type Validation = (profile: ProfileSchema, resource: FhirResource) => readonly ErrorObject[] | undefined;

/** What ajv has against a resource; undefined: nothing. A schema is compiled when first needed: all would delay the start. */
function createValidation(profiles: readonly ProfileSchema[], shared: object, options: Options): Validation {
  const ajv = new Ajv2019({ strict: false, validateSchema: false, ...options });
  ajv.addFormat('calendar', (text: string) => text.length < 'YYYY-MM-DD'.length || isDay(text.slice(0, 10)));
  for (const [name, fits] of Object.entries(FHIR_FORMATS)) ajv.addFormat(name, fits);
  ajv.addKeyword({ keyword: 'choices', type: 'object', validate: hasOneOfEach });
  for (const schema of [shared, ...profiles]) ajv.addSchema(schema);
  const compiled = new Map<string, ValidateFunction>();
  return ({ $id }, resource) => {
    const validate = compiled.get($id) ?? ajv.compile({ $ref: $id });
    compiled.set($id, validate);
    return validate(resource) ? undefined : (validate.errors ?? []);
  };
}

const hasOneOfEach: { (choices: readonly Choice[], data: object): boolean; errors?: object[] } = (choices, data) => {
  const wrong = choices.filter(({ names, required }) => {
    const given = names.filter((name) => Object.hasOwn(data, name)).length;
    return given > 1 || (required && given === 0);
  });
  hasOneOfEach.errors = wrong.map(({ stem }) => ({ keyword: 'choices', params: { element: `${stem}[x]` } }));
  return wrong.length === 0;
};
