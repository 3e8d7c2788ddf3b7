import { inEntry, refusal } from './fhir-error.js';
import { matchOf, type Parts, type Step } from './interactions.js';
import { isObject, type Resource } from './resource.js';

const CONDITIONAL = /^([A-Z][A-Za-z]{1,63})\?(.+)$/s;
const PLACEHOLDER = /^urn:(?:uuid|oid):/;

/**
 * Puts into the resources of a transaction what their references will be: the full URLs of its entries become the ids those
 * get, and `Patient?identifier=…` the one resource that fits. Refuses two entries about one resource.
 */
export function resolveReferences(
  parts: Parts,
  steps: readonly (Step | undefined)[],
  fullUrls: readonly (string | undefined)[],
): readonly (Step | undefined)[] {
  const places = new Map<string, string>();
  const taken = new Set<string>();
  steps.forEach((step, index) => {
    const place = step === undefined ? undefined : placeOf(step);
    if (step === undefined || place === undefined) return;
    if (step.kind !== 'existing' && taken.has(place))
      inEntry(index, () => {
        throw refusal(400, 'duplicate', 'two entries of the transaction are about the same resource');
      });
    taken.add(place);
    const fullUrl = fullUrls[index];
    if (fullUrl === undefined || step.kind === 'delete') return;
    if (places.has(fullUrl))
      inEntry(index, () => {
        throw refusal(400, 'duplicate', 'two entries of the transaction have the same fullUrl');
      });
    places.set(fullUrl, place);
  });
  return steps.map((step, index) =>
    step?.kind !== 'put'
      ? step
      : inEntry(index, () => ({ ...step, resource: rewrite(parts, places, step.resource) as Resource })),
  );
}

function placeOf(step: Step): string | undefined {
  if (step.kind === 'existing') return `${step.stored.type}/${step.stored.id}`;
  return step.id === undefined ? undefined : `${step.type}/${step.id}`;
}

function rewrite(parts: Parts, places: ReadonlyMap<string, string>, value: unknown): unknown {
  if (Array.isArray(value)) return value.map((each) => rewrite(parts, places, each));
  if (typeof value === 'string') return PLACEHOLDER.test(value) ? (places.get(value) ?? value) : value;
  if (!isObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, each]) => [name, rewriteElement(parts, places, name, each)]),
  );
}

/** The value of an Identifier is text, though it may look like a full URL of the bundle. */
function rewriteElement(parts: Parts, places: ReadonlyMap<string, string>, name: string, value: unknown): unknown {
  if (name === 'value' && typeof value === 'string') return value;
  if (name === 'reference' && typeof value === 'string') return literalOf(parts, places, value);
  return rewrite(parts, places, value);
}

function literalOf(parts: Parts, places: ReadonlyMap<string, string>, reference: string): string {
  const place = places.get(reference);
  if (place !== undefined) return place;
  const [, type, criteria] = CONDITIONAL.exec(reference) ?? [];
  if (type === undefined || criteria === undefined) return reference;
  if (!parts.definitions.serves(type))
    throw refusal(422, 'not-found', 'a conditional reference names a type not kept here');
  const id = matchOf(parts, type, new URLSearchParams(criteria));
  if (id === undefined) throw refusal(412, 'not-found', 'a conditional reference fits no resource');
  return `${type}/${id}`;
}
