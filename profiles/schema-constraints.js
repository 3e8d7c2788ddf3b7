/** What an element of a profile asks of a value, as JSON Schemas: patterns, required bindings, targets of references. */

const BASE = 'https://fhir.pakkeforlop.example/';
const ID = '[A-Za-z0-9\\-.]{1,64}';

/** The pattern or fixed value of an element. */
export function patternOf(element) {
  const key = Object.keys(element).find((each) => /^(pattern|fixed)[A-Z]/.test(each));
  return key === undefined ? undefined : element[key];
}

/** Is it like the value at `path`, as a slice's discriminator asks? */
export function matches(path, value) {
  const like = typeof value === 'string' ? { const: value } : conceptLike(value);
  return { properties: { [path]: like }, required: [path] };
}

/** Holds a coding like that of the pattern, whatever else it holds. */
function conceptLike({ coding: [{ system, code }] }, says) {
  const contains = { properties: { system: { const: system }, code: { const: code } }, required: ['system', 'code'] };
  return { properties: { coding: { contains, ...(says ? { 'x-says': says } : {}) } }, required: ['coding'] };
}

/** `bound` knows the codes of value sets; `type` is the type of the value, where the element has a choice. */
export function constraintsOf(element, type, bound) {
  return [patternSchema(element), bindingSchema(element.binding, type, bound), targetSchema(element, type)].filter(
    (each) => each !== undefined,
  );
}

function patternSchema(element) {
  const pattern = patternOf(element);
  if (pattern === undefined || typeof pattern === 'string') return undefined;
  const [{ system, code }] = pattern.coding;
  return conceptLike(pattern, `must hold ${code} of ${system}`);
}

/** A required binding to a value set of ours; those of HL7 are in R4's own schemas. */
function bindingSchema(binding, type, bound) {
  if (binding?.strength !== 'required' || !binding.valueSet.startsWith(BASE)) return undefined;
  const includes = bound(binding.valueSet);
  const says = `must be of the value set ${binding.valueSet.split('/').pop()}`;
  if (type === 'code') {
    const open = includes.some(({ codes }) => codes === undefined);
    return open ? undefined : { enum: includes.flatMap(({ codes }) => codes) };
  }
  const any = includes.map(codingOf);
  const coding = any.length === 1 ? any[0] : { anyOf: any, 'x-says': says };
  if (type === 'Coding') return coding;
  return { properties: { coding: { contains: coding, 'x-says': says } }, required: ['coding'] };
}

function codingOf({ system, codes }) {
  return {
    properties: { system: { const: system }, ...(codes === undefined ? {} : { code: { enum: codes } }) },
    required: ['system', 'code'],
  };
}

/** The types that a reference may be to, by its literal form and by `type`. */
function targetSchema({ type: types = [] }, type) {
  const { targetProfile = [] } = types.find(({ code }) => code === type) ?? {};
  const names = targetProfile.map((url) => url.split('/').pop());
  if (type !== 'Reference' || names.length === 0 || names.includes('Resource')) return undefined;
  const pattern = `^(#|urn:)|^(https?://.*/)?(${names.join('|')})/${ID}(/_history/${ID})?$`;
  return { properties: { reference: { pattern, 'x-says': toOf(names) }, type: { enum: names } } };
}

const toOf = (names) => `must be to ${names.join(' or ')}`;

/** Of each value set its systems with their codes; none are listed of a list of which only a part is kept. */
export function codesByValueSet(definitions) {
  const systems = new Map(
    definitions.filter(({ resourceType }) => resourceType === 'CodeSystem').map((each) => [each.url, each]),
  );
  const sets = definitions.filter(({ resourceType }) => resourceType === 'ValueSet');
  return new Map(
    sets.map(({ url, compose }) => [
      url,
      compose.include.map(({ system, concept }) => ({ system, codes: codesOf(concept, systems.get(system)) })),
    ]),
  );
}

function codesOf(concept, system) {
  if (concept !== undefined) return concept.map(({ code }) => code);
  return system?.content === 'complete' ? system.concept.map(({ code }) => code) : undefined;
}
