/** A resource as it came: JSON whose elements are looked at before they are used. */
export interface Resource {
  readonly resourceType: string;
  readonly id?: string;
  readonly meta?: Readonly<Record<string, unknown>>;
  readonly [element: string]: unknown;
}

export type JsonObject = Readonly<Record<string, unknown>>;

export function isObject(value: unknown): value is JsonObject {
  return value !== null && typeof value === 'object' && !Array.isArray(value);
}

export function isResource(value: unknown): value is Resource {
  return isObject(value) && typeof value['resourceType'] === 'string';
}

export const ID_PATTERN = /^[A-Za-z0-9\-.]{1,64}$/;

/** Where a reference points: a resource of this server, or somewhere this server does not answer for. */
export type Target = { readonly type: string; readonly id: string } | 'elsewhere' | 'unresolvable';

const LOCAL = /^([A-Z][A-Za-z]{1,63})\/([A-Za-z0-9\-.]{1,64})(?:\/_history\/[A-Za-z0-9\-.]{1,64})?$/;

/** Reads a literal reference. Relative ones and absolute ones of our own base are ours. */
export function targetOf(reference: string, baseUrl: string): Target {
  if (reference.startsWith('#')) return 'elsewhere';
  const own = reference.startsWith(`${baseUrl}/`);
  const match = LOCAL.exec(own ? reference.slice(baseUrl.length + 1) : reference);
  if (match?.[1] !== undefined && match[2] !== undefined) return { type: match[1], id: match[2] };
  if (own) return 'unresolvable';
  return /^https?:\/\/./.test(reference) ? 'elsewhere' : 'unresolvable';
}
