/** Makes docs/facts.md, the vocabulary that mappings write, of the schemas in `profiles/events`. Says the text; with a file, writes it. */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';

const folder = new URL('./events/', import.meta.url);
const read = (name) => JSON.parse(readFileSync(new URL(name, folder), 'utf8'));
const { definitions } = read('parts.schema.json');
/** The parts that stand as a table of their own. */
const TABLES = ['patient', 'organization', 'identifier'];
/** As a source may write a fact; the order is that of a pathway. */
const ORDER = ['referral', 'suspicion', 'attendance', 'transfer', 'decision', 'abort', 'patient'];

const cell = (text) => String(text).replaceAll('|', '\\|').replaceAll(/\s+/g, ' ');
const row = (...cells) => `| ${cells.map(cell).join(' | ')} |`;
const code = (text) => `\`${text}\``;
const partOf = ({ $ref }) => $ref?.split('/').at(-1);
const meant = (schema) => ({ ...(definitions[partOf(schema)] ?? {}), ...schema });

function kindOf(schema) {
  const part = partOf(schema);
  if (TABLES.includes(part)) return `[${part}](#${part})`;
  const { type, enum: values, const: value, items, pattern, format } = meant(schema);
  if (value !== undefined) return code(value);
  if (values !== undefined) return values.map(code).join(', ');
  if (type === 'array') return `list of ${items === undefined ? 'anything' : kindOf(items)}`;
  if (format === 'when') return 'day or instant';
  if (format === 'day' || format === 'instant') return format === 'day' ? 'day' : 'whole number or instant';
  if (pattern !== undefined && part === 'pathwayCode') return 'code of 9173';
  return Array.isArray(type) ? type.join(' or ') : (type ?? 'text');
}

/** Fields of an object, those inside one another below it: `assessment.on`. */
function rowsOf(schema, prefix = '', required = schema.required ?? []) {
  return Object.entries(schema.properties ?? {}).flatMap(([name, property]) => {
    const { description = '', default: otherwise, ...own } = meant(property);
    const must = required.includes(name) ? 'yes' : '';
    const said = otherwise === undefined ? description : `${description} ${code(otherwise)} if not said.`;
    const inner = TABLES.includes(partOf(property)) ? {} : own.type === 'array' ? meant(own.items ?? {}) : own;
    const below = own.type === 'array' ? `${prefix}${name}[].` : `${prefix}${name}.`;
    return [row(code(prefix + name), kindOf(property), must, said), ...(inner.properties ? rowsOf(inner, below) : [])];
  });
}

const HEAD = [row('field', 'what', 'needed', ''), row('---', '---', '---', '---')];

/** `then.required` holds for what is not withdrawn. */
function fact(name) {
  const schema = read(`${name}.schema.json`);
  const required = [...(schema.required ?? []), ...(schema.then?.required ?? [])];
  const title = `## ${schema.title}`;
  return [
    title,
    '',
    code(schema['x-event-type']),
    '',
    schema.description ?? '',
    '',
    ...HEAD,
    ...rowsOf(schema, '', required),
    '',
  ];
}

function part(name) {
  const schema = definitions[name];
  return [`### ${name}`, '', schema.description ?? '', '', ...HEAD, ...rowsOf(schema), ''];
}

const known = readdirSync(folder).map((name) => name.replace('.schema.json', ''));
const missing = known.filter((name) => !['cloudevent', 'parts', ...ORDER].includes(name));
if (missing.length > 0) throw new Error(`Facts without a place in the page: ${missing.join(', ')}`);

const text = [
  '# Facts',
  '',
  'What a mapping writes: `{ "type": …, "data": { … } }`, checked by the schemas in `profiles/events` of which this page is made',
  '(`npm run facts`; do not edit). A day is a Norwegian calendar day, `YYYY-MM-DD`; an instant has an offset. A field that is not here is',
  'refused. What is `withdrawn` needs `id`, `version`, `patient` and `organization` alone.',
  '',
  ...ORDER.flatMap(fact),
  '## Parts',
  '',
  ...TABLES.flatMap(part),
].join('\n');

const [, , file] = process.argv;
if (file === undefined) process.stdout.write(text);
else writeFileSync(file, text);
