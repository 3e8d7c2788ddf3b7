/**
 * JSON Schemas of what the profiles ask of a resource's structure, one for each profile, from the snapshots that were built. What is
 * written is checked by them before it is sent: they hold R4's own structure too (`r4/schemas.json`), and are closed: what a profile
 * does not have is a fault, extensions first of all. What comes in (profiles named `inbound-…`) may hold anything else: theirs are
 * open, and hold what the profile itself says and no more. Run as part of `npm run profiles`.
 */
import { codesByValueSet, constraintsOf, matches, patternOf } from './schema-constraints.js';

const SHARED = 'shared';
const EXTENSIONS = ['extension', 'modifierExtension'];
const capital = (text) => text.charAt(0).toUpperCase() + text.slice(1);
const sorted = (map) => Object.fromEntries([...map].sort(([a], [b]) => (a < b ? -1 : 1)));
const shared = (name) => ({ $ref: `${SHARED}#/definitions/${name}` });

export const isInbound = ({ id }) => id.startsWith('inbound-');

/** The files by name, of what is written or, `inbound`, of what comes in. `r4` is what profiles/generate-definitions.js made. */
export function schemasOf(definitions, r4, inbound = false) {
  const structures = definitions.filter(({ resourceType }) => resourceType === 'StructureDefinition');
  const sets = codesByValueSet(definitions);
  const maker = new SchemaMaker(structures, r4.definitions, (url) => sets.get(url), inbound);
  const profiles = structures.filter(
    (each) => each.type !== 'Extension' && !each.abstract && isInbound(each) === inbound,
  );
  const made = profiles.map((each) => maker.profile(each));
  return [...made, { $id: SHARED, definitions: sorted(maker.shared) }].map((each) => [`${each.$id}.json`, each]);
}

/** An element with what stands under it: its children, and the slices of a list. */
function nodeOf() {
  return { element: undefined, children: new Map(), slices: new Map() };
}

/** `own`: only of the elements that the definition itself speaks of. */
function treeOf({ snapshot, differential }, own) {
  const root = nodeOf();
  const ids = differential.element.map(({ id }) => id);
  for (const element of snapshot.element) {
    if (own && !ids.some((id) => id === element.id || isAbove(element.id, id))) continue;
    let node = root;
    for (const step of element.id.split('.').slice(1)) {
      const [name, slice] = step.split(':');
      node = under(node.children, name);
      if (slice !== undefined) node = under(node.slices, slice);
    }
    node.element = element;
  }
  return root;
}

const isAbove = (above, id) => id.startsWith(above) && ['.', ':'].includes(id.charAt(above.length));

function under(nodes, name) {
  if (!nodes.has(name)) nodes.set(name, nodeOf());
  return nodes.get(name);
}

class SchemaMaker {
  /** Datatypes and extensions that the schemas refer to. */
  shared = new Map();

  constructor(structures, r4, bound, isOpen) {
    this.structures = structures;
    this.r4 = r4;
    this.bound = bound;
    this.isOpen = isOpen;
  }

  profile(structure) {
    const { id, type } = structure;
    const tree = treeOf(structure, this.isOpen);
    const { properties, required, ...schema } = this.objectOf(tree, type);
    return {
      $id: id,
      'x-type': type,
      ...(type === 'Task' ? { 'x-codes': this.kindsOf(tree.children.get('code').element) } : {}),
      'x-rules': [...rulesOf(structure), ...this.rulesOfExtensions(tree)],
      ...schema,
      properties: { resourceType: { const: type }, ...properties },
      required: ['resourceType', ...required],
    };
  }

  /** The codes by which a Task is known to be of a profile. */
  kindsOf({ patternCodeableConcept: pattern, binding }) {
    if (pattern !== undefined) return pattern.coding.map(({ code }) => code);
    return this.bound(binding.valueSet).flatMap(({ codes }) => codes);
  }

  rulesOfExtensions({ children }) {
    return [...(children.get('extension')?.slices.values() ?? [])].flatMap(({ element }) => {
      const extension = element.type[0].profile[0];
      return rulesOf(this.structureOf(extension)).map((rule) => ({ ...rule, extension }));
    });
  }

  structureOf(url) {
    return this.structures.find((each) => each.url === url);
  }

  /** `r4Name`: what R4's schemas call the thing, `Task`, `Task.restriction` or `Period`. */
  objectOf({ children }, r4Name) {
    const closed = this.isOpen ? {} : { additionalProperties: false };
    const schema = { type: 'object', minProperties: 1, ...closed, properties: {}, required: [] };
    for (const [name, child] of children)
      if (child.element.max === '0') continue;
      else if (name.endsWith('[x]')) this.addChoice(schema, name.slice(0, -3), child, r4Name);
      else if (!EXTENSIONS.includes(name) || child.slices.size > 0) this.addElement(schema, name, child, r4Name);
    return schema;
  }

  addElement(schema, name, node, r4Name) {
    const given = this.r4[r4Name].properties[name];
    const many = given.type === 'array';
    const [{ code: type } = {}] = node.element.type ?? [];
    const inner = `${r4Name}.${name}` in this.r4 ? `${r4Name}.${name}` : type;
    const item = this.valueOf(node, many ? given.items : given, type, inner);
    schema.properties[name] = many ? this.listOf(node, item, inner) : item;
    if (node.element.min > 0) schema.required.push(name);
  }

  addChoice(schema, stem, node, r4Name) {
    const names = node.element.type.map(({ code }) => stem + capital(code));
    for (const [index, { code }] of node.element.type.entries())
      schema.properties[names[index]] = this.valueOf(node, this.r4[r4Name].properties[names[index]], code, code);
    const required = node.element.min > 0;
    if (names.length > 1) (schema.choices ??= []).push({ stem, names, required });
    else if (required) schema.required.push(names[0]);
  }

  valueOf(node, given, type, inner) {
    const pattern = patternOf(node.element);
    if (typeof pattern === 'string') return { const: pattern };
    const constraints = constraintsOf(node.element, type, this.bound);
    if (constraints[0]?.enum !== undefined) return constraints[0];
    const own = node.children.size > 0 ? this.objectOf(node, inner) : this.isOpen ? {} : this.cleaned(given);
    return constraints.length === 0 ? own : { allOf: [own, ...constraints] };
  }

  listOf({ element, slices }, item, inner) {
    const { min, max, slicing } = element;
    const isExtension = inner === 'Extension';
    const [{ path } = { path: 'url' }] = slicing?.discriminator ?? [];
    const known = [...slices].map(([name, slice]) => ({
      name,
      slice,
      match: matches(path, discriminatorOf(slice, path)),
    }));
    const urls = [...slices.values()].map((slice) => discriminatorOf(slice, path));
    const others = !isExtension ? item : this.isOpen ? {} : onlyThese(urls);
    const items = known.reduceRight(
      (rest, { slice, match }) => ({ if: match, then: this.sliceOf(slice, inner), else: rest }),
      others,
    );
    const limits = known.flatMap(({ name, slice, match }) => limitOf(name, slice, match));
    return {
      type: 'array',
      minItems: Math.max(1, min),
      ...(max === '*' ? {} : { maxItems: Number(max) }),
      items,
      ...(limits.length === 0 ? {} : { allOf: limits }),
    };
  }

  sliceOf(slice, inner) {
    if (slice.children.size > 0) return this.objectOf(slice, inner);
    const structure = this.structureOf(slice.element.type[0].profile[0]);
    if (!this.shared.has(structure.id))
      this.shared.set(structure.id, this.objectOf(treeOf(structure, this.isOpen), 'Extension'));
    return shared(structure.id);
  }

  /** As R4 has it, without extensions, and so without what stands beside a primitive only to hold them. */
  cleaned(schema) {
    if (schema.then !== undefined) return this.cleaned(schema.then);
    if (schema.$ref === undefined)
      return schema.items === undefined ? schema : { ...schema, items: this.cleaned(schema.items) };
    const name = schema.$ref.split('/').pop();
    if (!this.shared.has(name)) {
      this.shared.set(name, {});
      this.shared.set(name, this.cleanedType(this.r4[name]));
    }
    return shared(name);
  }

  cleanedType({ properties, required = [], requiredElements = [], ...schema }) {
    if (properties === undefined) return schema;
    const kept = Object.entries(properties).filter(([name]) => !EXTENSIONS.includes(name) && !name.startsWith('_'));
    return {
      ...schema,
      properties: Object.fromEntries(kept.map(([name, each]) => [name, this.cleaned(each)])),
      required: [...required, ...requiredElements],
    };
  }
}

/** The rules of our own on the root of a definition, each with its sentence. */
function rulesOf({ snapshot, url }) {
  const base = url.slice(0, url.indexOf('/', 'https://'.length));
  const [{ constraint }] = snapshot.element;
  const own = constraint.filter(({ source }) => source?.startsWith(base));
  return own.map(({ key, severity, human }) => ({ key, severity, message: human }));
}

function discriminatorOf({ element, children }, path) {
  const child = children.get(path);
  return child === undefined ? element.type[0].profile[0] : patternOf(child.element);
}

const onlyThese = (urls) => ({ type: 'object', properties: { url: { enum: urls } }, required: ['url'] });

function limitOf(name, { element: { min, max } }, contains) {
  if (min === 0 && max === '*') return [];
  const times = max === '*' ? `${min} or more` : String(min) === max ? max : `${min} to ${max}`;
  const limit = { minContains: min, ...(max === '*' ? {} : { maxContains: Number(max) }) };
  return [{ contains, ...limit, 'x-says': `must hold ${times} of ${name}` }];
}
