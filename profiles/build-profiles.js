/**
 * Builds profiles/fsh with SUSHI into profiles/built, and from what was built the pages of docs/profiles and the schemas of
 * profiles/schemas and profiles/inbound-schemas. Run by `npm run profiles` when the sources change; the same sources give the same
 * files. Another folder may be named, to see whether what is there is still right: it then gets `built`, `docs` and the schemas.
 */
import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { pagesOf } from './describe-profiles.js';
import { schemasOf } from './make-schemas.js';
import { packageCache } from './package-cache.js';

const here = dirname(fileURLToPath(import.meta.url));
const modules = join(here, '../node_modules');
/** The pack that says how FHIR resources are read: its ConceptMaps are part of what is published. */
const MAPS = join(here, '../mappings/fhir-r4/concept-maps');
/** SUSHI asks for the newest of these, and does without. */
const DONE_WITHOUT =
  /Unable to determine the latest version of sushi|Failed to load automatically-provided hl7\.(fhir\.uv\.tools|terminology|fhir\.uv\.extensions)\.r4#/;

const [, , folder] = process.argv;
const built = folder === undefined ? join(here, 'built') : join(folder, 'built');
const docs = folder === undefined ? join(here, '../docs/profiles') : join(folder, 'docs');
const schemas = join(folder ?? here, 'schemas');
const inboundSchemas = join(folder ?? here, 'inbound-schemas');

const readAll = (dir) =>
  readdirSync(dir)
    .filter((name) => name.endsWith('.json'))
    .sort()
    .map((name) => JSON.parse(readFileSync(join(dir, name), 'utf8')));

function sushi() {
  const work = mkdtempSync(join(tmpdir(), 'profiles-'));
  try {
    cpSync(join(here, 'fsh/sushi-config.yaml'), join(work, 'sushi-config.yaml'));
    cpSync(join(here, 'fsh'), join(work, 'input/fsh'), { recursive: true });
    const faults = run(work).filter((line) => !DONE_WITHOUT.test(line));
    if (faults.length > 0) throw new Error(`SUSHI says\n${faults.join('\n')}`);
    return readAll(join(work, 'fsh-generated/resources'));
  } finally {
    rmSync(work, { recursive: true });
  }
}

/** What it complains of. Where nothing answers, nothing is downloaded; no setting of the machine changes what is built. */
function run(work) {
  const env = { PATH: process.env.PATH, HOME: packageCache(modules), FPL_REGISTRY: 'http://127.0.0.1:9' };
  const command = [join(modules, 'fsh-sushi/dist/app.js'), 'build', work, '--snapshot'];
  const { stdout, stderr, error } = spawnSync(process.execPath, command, { env, encoding: 'utf8' });
  if (error !== undefined) throw error;
  return `${stdout}${stderr}`.match(/^(?:error|warn) .*(?:\n {2}\S.*)*/gm) ?? [];
}

function writeFolder(dir, files) {
  rmSync(dir, { recursive: true, force: true });
  mkdirSync(dir, { recursive: true });
  for (const [name, text] of files) writeFileSync(join(dir, name), text);
}

const FIRST = ['resourceType', 'id', 'url', 'version', 'name', 'title', 'status', 'experimental', 'description'];

/** What a reader looks for first stands first. */
function inOrder(definition) {
  const first = FIRST.filter((key) => definition[key] !== undefined).map((key) => [key, definition[key]]);
  return { ...Object.fromEntries(first), ...definition };
}

/** A snapshot without what HL7 says around its elements: nothing depends on that, and it is half of the bytes. */
function withoutRemarks({ mapping: _mapping, ...definition }) {
  if (definition.snapshot === undefined) return definition;
  const element = definition.snapshot.element.map(
    ({ mapping: _m, comment: _c, requirements: _r, alias: _a, ...rest }) => rest,
  );
  return { ...definition, snapshot: { element } };
}

const definitions = [...sushi().map(withoutRemarks), ...readAll(MAPS)].map(inOrder);
const asText = (value) => `${JSON.stringify(value, undefined, 1)}\n`;
writeFolder(
  built,
  definitions.map((each) => [`${each.resourceType}-${each.id}.json`, asText(each)]),
);
const r4 = JSON.parse(readFileSync(join(here, 'r4/schemas.json'), 'utf8'));
for (const [dir, inbound] of [
  [schemas, false],
  [inboundSchemas, true],
])
  writeFolder(
    dir,
    schemasOf(definitions, r4, inbound).map(([name, schema]) => [name, asText(schema)]),
  );
const pages = pagesOf(definitions);
writeFolder(docs, pages);
console.log(`${definitions.length} definitions, ${pages.length} pages`);
