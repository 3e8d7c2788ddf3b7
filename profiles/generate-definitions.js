/**
 * Writes what the embedded FHIR server knows of FHIR R4 into profiles/r4, from HL7's own definitions (the package
 * hl7.fhir.r4.examples). Run by `npm run definitions` when the list below changes; the same input gives the same files.
 */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The types the server keeps. The sole list of them: the server takes its own from the keys of search.json. */
const TYPES = [
  ...['Patient', 'Organization', 'Practitioner', 'PractitionerRole', 'Location', 'ServiceRequest', 'EpisodeOfCare'],
  ...['Encounter', 'Appointment', 'Condition', 'ClinicalImpression', 'Task', 'Subscription', 'Basic'],
  ...['CodeSystem', 'ValueSet', 'StructureDefinition', 'SearchParameter', 'Communication', 'DocumentReference'],
];
const SEARCHABLE = ['token', 'reference', 'date', 'string', 'uri'];
const MOST_CODES = 100;
const MOST_BYTES = 1_000_000;

const here = dirname(fileURLToPath(import.meta.url));
const source = join(here, '../node_modules/hl7.fhir.r4.examples');
/** Another folder may be named, to see whether what is there is still right. */
const target = process.argv[2] ?? join(here, 'r4');

const read = (name) => JSON.parse(readFileSync(join(source, name), 'utf8'));
const capital = (text) => text.charAt(0).toUpperCase() + text.slice(1);
const byUrl = (kind) =>
  new Map(
    readdirSync(source)
      .filter((name) => name.startsWith(`${kind}-`))
      .sort()
      .map(read)
      .filter((resource) => resource.resourceType === kind)
      .map((resource) => [resource.url, resource]),
  );
const valueSets = byUrl('ValueSet');
const codeSystems = byUrl('CodeSystem');

// ---- schemas.json

const text = (pattern, more = {}) => ({ type: 'string', pattern, ...more });
const whole = (minimum) => ({ type: 'integer', minimum, maximum: 2147483647 });
const YEAR = '[0-9]{4}';
const MONTH = '(0[1-9]|1[0-2])';
const DAY = '(0[1-9]|[12][0-9]|3[01])';
const TIME = '([01][0-9]|2[0-3]):[0-5][0-9]:([0-5][0-9]|60)(\\.[0-9]+)?';
const ZONE = '(Z|[+-]((0[0-9]|1[0-3]):[0-5][0-9]|14:00))';
/** As R4 gives them, but for its string, which refuses NBSP, and for texts of any length: src/support/fhir-formats.ts. */
const PRIMITIVES = {
  boolean: { type: 'boolean' },
  integer: whole(-2147483648),
  unsignedInt: whole(0),
  positiveInt: whole(1),
  decimal: { type: 'number' },
  string: text('\\S', { maxLength: 1048576 }),
  markdown: text('\\S', { maxLength: 1048576 }),
  code: { type: 'string', format: 'code' },
  id: text('^[A-Za-z0-9\\-.]{1,64}$'),
  uri: { type: 'string', format: 'uri' },
  url: { type: 'string', format: 'uri' },
  canonical: { type: 'string', format: 'uri' },
  oid: text('^urn:oid:[0-2](\\.(0|[1-9][0-9]*))+$'),
  uuid: text('^urn:uuid:[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$'),
  base64Binary: { type: 'string', format: 'base64' },
  date: text(`^${YEAR}(-${MONTH}(-${DAY})?)?$`, { format: 'calendar' }),
  dateTime: text(`^${YEAR}(-${MONTH}(-${DAY}(T${TIME}${ZONE})?)?)?$`, { format: 'calendar' }),
  instant: text(`^${YEAR}-${MONTH}-${DAY}T${TIME}${ZONE}$`, { format: 'calendar' }),
  time: text(`^${TIME}$`),
  xhtml: text('^\\s*<div[\\s>]'),
};
const definitions = {};
const wantedTypes = new Set();

function typeOf(elementType) {
  if (!elementType.code.startsWith('http://hl7.org/fhirpath/')) return elementType.code;
  const named = elementType.extension?.find((each) => each.url.endsWith('structuredefinition-fhir-type'));
  const name = named?.valueUrl ?? 'string';
  return name === 'Resource' ? 'id' : name;
}

/** The codes of a required binding, when they can be listed and are few. */
function codesOf(binding) {
  if (binding?.strength !== 'required' || binding.valueSet === undefined) return undefined;
  const valueSet = valueSets.get(binding.valueSet.split('|')[0]);
  const include = valueSet?.compose?.include ?? [];
  if (include.length === 0 || valueSet.compose.exclude !== undefined) return undefined;
  const codes = include.map(codesOfInclude);
  if (codes.includes(undefined)) return undefined;
  const all = [...new Set(codes.flat())];
  return all.length === 0 || all.length > MOST_CODES ? undefined : all;
}

function codesOfInclude(include) {
  if (include.filter !== undefined || include.valueSet !== undefined) return undefined;
  if (include.concept !== undefined) return include.concept.map(({ code }) => code);
  const system = codeSystems.get(include.system);
  return system?.content === 'complete' ? allCodes(system.concept ?? []) : undefined;
}

const allCodes = (concepts) => concepts.flatMap(({ code, concept = [] }) => [code, ...allCodes(concept)]);

function schemaOf(element, type, hasChildren) {
  if (element.contentReference !== undefined) return ref(element.contentReference.split('#')[1]);
  if (hasChildren) return ref(element.path);
  if (type === 'Resource') return { type: 'object', required: ['resourceType'] };
  const codes = type === 'code' ? codesOf(element.binding) : undefined;
  if (codes !== undefined) return { enum: codes };
  wantedTypes.add(type);
  return ref(type);
}

const ref = (name) => ({ $ref: `#/definitions/${name}` });

function addElement(schema, element, hasChildren) {
  const name = element.path.slice(element.path.lastIndexOf('.') + 1);
  if (element.max === '0') return;
  if (name.endsWith('[x]')) return addChoice(schema, element, name.slice(0, -3));
  const declared = element.type === undefined ? undefined : typeOf(element.type[0]);
  const type = element.base?.path === 'Resource.id' ? 'id' : declared;
  const primitive = !hasChildren && type in PRIMITIVES;
  addProperty(schema, name, element, schemaOf(element, type, hasChildren), primitive);
  if (element.min === 0) return;
  if (primitive) (schema.requiredElements ??= []).push(name);
  else (schema.required ??= []).push(name);
}

function addProperty(schema, name, element, inner, primitive) {
  const many = element.max !== '1';
  // A primitive of a list may be null where its sibling of `_name` says why.
  const item = primitive && many ? { if: { not: { type: 'null' } }, then: inner } : inner;
  schema.properties[name] = many ? { type: 'array', minItems: 1, items: item } : inner;
  if (!primitive || name === 'id' || (name === 'url' && element.path === 'Extension.url')) return;
  wantedTypes.add('Element');
  const nullable = { if: { not: { type: 'null' } }, then: ref('Element') };
  schema.properties[`_${name}`] = many ? { type: 'array', minItems: 1, items: nullable } : ref('Element');
}

function addChoice(schema, element, stem) {
  const names = [];
  for (const each of element.type) {
    const type = typeOf(each);
    names.push(stem + capital(type));
    addProperty(schema, stem + capital(type), element, schemaOf(element, type, false), type in PRIMITIVES);
  }
  (schema.choices ??= []).push({ stem, names, required: element.min > 0 });
}

function defineStructure(name) {
  const structure = read(`StructureDefinition-${name}.json`);
  const [root, ...elements] = structure.snapshot.element;
  const parents = new Set(elements.map(({ path }) => path.slice(0, path.lastIndexOf('.'))));
  const define = (path) =>
    (definitions[path] ??= { type: 'object', minProperties: 1, additionalProperties: false, properties: {} });
  const top = define(root.path);
  if (structure.kind === 'resource') {
    top.properties.resourceType = { const: name };
    top.required = ['resourceType'];
  }
  for (const element of elements) {
    if (element.sliceName !== undefined) continue;
    addElement(define(element.path.slice(0, element.path.lastIndexOf('.'))), element, parents.has(element.path));
  }
}

function schemas() {
  for (const type of TYPES) defineStructure(type);
  for (const type of wantedTypes) {
    if (type in PRIMITIVES) definitions[type] = PRIMITIVES[type];
    else defineStructure(type);
  }
  return { definitions: sorted(definitions) };
}

// ---- search.json

function search() {
  const found = Object.fromEntries(TYPES.map((type) => [type, {}]));
  const core = [...byUrl('SearchParameter').values()].filter(({ url, expression, type }) => {
    return /^http:\/\/hl7\.org\/fhir\/SearchParameter\/[A-Za-z]+-/.test(url) && expression && SEARCHABLE.includes(type);
  });
  for (const parameter of core)
    for (const type of TYPES) {
      const expression = expressionFor(type, parameter);
      if (expression === '') continue;
      const targets = parameter.target === undefined ? {} : { target: parameter.target };
      found[type][parameter.code] = { type: parameter.type, expression, ...targets };
    }
  return Object.fromEntries(TYPES.map((type) => [type, sorted(found[type])]));
}

function expressionFor(type, { base, expression }) {
  const bases = [type, 'DomainResource', 'Resource'].filter((each) => base.includes(each));
  if (bases.length === 0) return '';
  const parts = expression.split('|').map((part) => part.trim());
  return parts
    .filter((part) => bases.includes(/^\(*([A-Za-z]+)/.exec(part)?.[1]))
    .map((part) => part.replace(/^(\(*)(DomainResource|Resource)\b/, `$1${type}`))
    .join(' | ');
}

// ---- targets.json

function targets() {
  const found = {};
  for (const type of TYPES)
    for (const { path, type: kinds = [] } of read(`StructureDefinition-${type}.json`).snapshot.element)
      for (const { code, targetProfile = [] } of kinds) {
        if (code !== 'Reference') continue;
        const allowed = targetProfile.map((url) => url.split('/').pop());
        found[path.replace('[x]', 'Reference')] =
          allowed.length === 0 || allowed.includes('Resource') ? ['*'] : allowed.sort();
      }
  return sorted(found);
}

const sorted = (object) => Object.fromEntries(Object.entries(object).sort(([a], [b]) => (a < b ? -1 : 1)));

for (const [name, make] of Object.entries({ schemas, search, targets })) {
  const json = `${JSON.stringify(make())}\n`;
  if (json.length > MOST_BYTES) throw new Error(`${name}.json is larger than ${MOST_BYTES} bytes`);
  writeFileSync(join(target, `${name}.json`), json);
  console.log(`${name}.json`, json.length);
}
