import type { InboundResource, ResourceName } from '../model/fhir-content.js';
import { R4_TYPES } from './fhir-types.js';

/** Why something is no resource, with a code of R4's IssueType and the element that is wrong. */
export interface ResourceFault {
  readonly code: string;
  readonly diagnostics: string;
  readonly element?: string;
}

export type JsonObject = Readonly<Record<string, unknown>>;

const ID = /^[A-Za-z0-9\-.]{1,64}$/;
const TYPE_NAME = /^[A-Z][A-Za-z]{1,63}$/;
const NAME_IN_URL = /(?:^|\/)([A-Z][A-Za-z]{1,63})\/([A-Za-z0-9\-.]{1,64})(?:\/_history\/[A-Za-z0-9\-.]{1,64})?$/;
/** An address that can be a name is not longer: what is, is not searched. */
const MOST_URL = 2048;
const META_TEXTS = ['versionId', 'lastUpdated', 'source'];

export function isObject(value: unknown): value is JsonObject {
  return value !== null && typeof value === 'object' && !Array.isArray(value);
}

export function isFhirId(value: unknown): value is string {
  return typeof value === 'string' && ID.test(value);
}

export function isTypeName(value: unknown): value is string {
  return typeof value === 'string' && TYPE_NAME.test(value);
}

/** A value as the resource that it is, as far as {@link InboundResource} says, or why it is none. */
export function resourceIn(value: unknown): { readonly resource: InboundResource } | { readonly fault: ResourceFault } {
  if (!isObject(value)) return { fault: { code: 'structure', diagnostics: 'A resource is a JSON object.' } };
  const fault = faultIn(value);
  return fault === undefined ? { resource: value as InboundResource } : { fault };
}

function faultIn({ resourceType, id, meta }: JsonObject): ResourceFault | undefined {
  if (resourceType === undefined) return fault('required', 'A resource has a resourceType.', 'resourceType');
  if (!isTypeName(resourceType)) return fault('value', 'The resourceType is no name of a type.', 'resourceType');
  if (id !== undefined && !isFhirId(id)) return fault('value', 'The id is no id of FHIR.', 'id');
  if (meta === undefined) return undefined;
  if (!isObject(meta)) return fault('structure', 'The meta is no JSON object.', 'meta');
  const wrong = META_TEXTS.find((name) => meta[name] !== undefined && typeof meta[name] !== 'string');
  return wrong === undefined ? undefined : fault('value', `The ${wrong} is no text.`, `meta.${wrong}`);
}

function fault(code: string, diagnostics: string, element: string): ResourceFault {
  return { code, diagnostics, element };
}

/** The resource of R4 that an address names: `Type/id` at its end, whatever server is before it and version behind. */
export function nameInUrl(url: unknown): ResourceName | undefined {
  if (typeof url !== 'string' || url.length > MOST_URL) return undefined;
  const [, type, id] = NAME_IN_URL.exec(url) ?? [];
  return type !== undefined && id !== undefined && R4_TYPES.has(type) ? { type, id } : undefined;
}
