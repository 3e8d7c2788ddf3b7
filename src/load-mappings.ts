import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { Ajv, type ErrorObject, type ValidateFunction } from 'ajv';
import addFormats from 'ajv-formats';
import { LEFT_OUT, QUESTIONS, RULES } from './derive/explain.js';
import { openPack } from './map/open-pack.js';
import { ambiguousNumbersIn } from './map/organization-table.js';
import type { Pack, PackConceptMap, PackSource } from './map/pack.js';
import type { OrganizationTable } from './model/organization-table.js';
import type { CodeList, ExplanationTexts, PathwayDefinition } from './model/definition.js';

/** What differs between hospitals and years, as read from `MAPPINGS_DIR`. */
export interface Mappings {
  readonly packs: readonly Pack[];
  readonly definitions: readonly PathwayDefinition[];
  readonly codes: CodeList;
  readonly texts: ExplanationTexts;
  readonly organizations: OrganizationTable;
}

/** A file of the mappings that cannot be used. The message names the file, the place and what was expected. */
export class MappingsError extends Error {}

const PATHWAYS = 'pathways';
const CODES = 'codes-8480.json';
const TEXTS = 'texts.json';
const ORGANIZATIONS = 'organizations.json';
const MOST_FAULTS = 5;

/** Reads and checks everything under `dir` by the schemas in `schemasDir`, whole or not at all. Throws {@link MappingsError}. */
export function loadMappings(dir: string, schemasDir: string): Mappings {
  const files = new CheckedFiles(schemasDir);
  const folder = join(dir, PATHWAYS);
  if (!existsSync(folder)) throw new MappingsError(`${folder}: expected a folder with the definitions of pathways`);
  const definitions = jsonFiles(folder)
    .filter((file) => ![CODES, TEXTS].some((name) => file.endsWith(name)))
    .map((file) => files.read(file, 'pathway-definition') as PathwayDefinition);
  if (definitions.length === 0)
    throw new MappingsError(`${folder}: expected at least one definition, such as c01.json`);
  const textsFile = join(folder, TEXTS);
  const texts = files.read(textsFile, 'explanation-texts') as ExplanationTexts;
  checkTexts(textsFile, texts);
  const codes = readCodes(join(folder, CODES), files);
  return { packs: readPacks(dir, files), definitions, codes, texts, organizations: readOrganizations(dir, files) };
}

/** Without the file no number means another: every organisation is known by its own. */
function readOrganizations(dir: string, files: CheckedFiles): OrganizationTable {
  const file = join(dir, ORGANIZATIONS);
  if (!existsSync(file)) return { hospitals: [] };
  const table = files.read(file, 'organization-table') as OrganizationTable;
  const ambiguous = ambiguousNumbersIn(table);
  if (ambiguous.length > 0) throw new MappingsError(`${file}: expected each number once: ${ambiguous.join(', ')}`);
  return table;
}

/** Reads JSON files, each checked by the schema that it is of. */
class CheckedFiles {
  private readonly ajv = new Ajv({ allErrors: true });

  constructor(private readonly schemasDir: string) {
    addFormats.default(this.ajv, ['date']);
  }

  /** The content, checked: its shape is what the schema says. */
  read(file: string, schema: string): unknown {
    const validate = this.validator(schema);
    const content = readJson(file);
    if (validate(content)) return content;
    const faults = (validate.errors ?? []).slice(0, MOST_FAULTS).map((error) => `${file}: ${faultText(error)}`);
    throw new MappingsError(faults.join('\n'));
  }

  private validator(schema: string): ValidateFunction {
    const known = this.ajv.getSchema(schema);
    if (known !== undefined) return known;
    const { $id: _id, ...content } = readJson(join(this.schemasDir, `${schema}.schema.json`)) as { $id: string };
    this.ajv.addSchema(content, schema);
    return this.validator(schema);
  }
}

function faultText({ instancePath, message, params }: ErrorObject): string {
  const extra = 'additionalProperty' in params ? ` (${String(params['additionalProperty'])})` : '';
  return `${instancePath === '' ? 'the whole' : instancePath} ${message ?? 'is wrong'}${extra}`;
}

interface CodeFile {
  readonly endings: Readonly<Record<string, readonly string[]>>;
  readonly pathways: Readonly<Record<string, string>>;
  readonly expired: CodeList['expired'];
}

/** A code is a pathway and an ending; which endings there are depends on the kind of pathway. */
function readCodes(file: string, files: CheckedFiles): CodeList {
  const { endings, pathways, expired } = files.read(file, 'code-list') as CodeFile;
  const codes = Object.entries(pathways).flatMap(([pathway, kind]) =>
    (endings[kind] ?? []).map((ending) => `${pathway}${ending}`),
  );
  return { codes, expired };
}

function checkTexts(file: string, texts: ExplanationTexts): void {
  const wanted = { rules: RULES, leftOut: LEFT_OUT, questions: QUESTIONS } as const;
  const missing = Object.entries(wanted).flatMap(([part, ids]) =>
    ids.filter((id) => texts[part as keyof ExplanationTexts][id] === undefined).map((id) => `/${part}/${id}`),
  );
  if (missing.length > 0) throw new MappingsError(`${file}: expected texts at ${missing.join(', ')}`);
}

/** The canonical pack first: a hospital's own goes before it where both take a kind of message. */
function readPacks(dir: string, files: CheckedFiles): Pack[] {
  return readdirSync(dir, { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && entry.name !== PATHWAYS)
    .map(({ name }) => openPack(readPack(join(dir, name), files)))
    .sort((a, b) => Number(b.name === 'canonical') - Number(a.name === 'canonical') || (a.name < b.name ? -1 : 1));
}

function readPack(folder: string, files: CheckedFiles): PackSource {
  const manifest = files.read(join(folder, 'manifest.json'), 'pack-manifest') as PackSource['manifest'];
  const maps = join(folder, 'concept-maps');
  const mapFiles = existsSync(maps) ? jsonFiles(maps) : [];
  const conceptMaps = mapFiles.map((file) => files.read(file, 'concept-map') as PackConceptMap);
  // Reasons name the place of a mistake: the folder's name says which pack, where it lies is nobody's business.
  const expressions = new Map(expressionFiles(manifest).map((file) => [file, readText(join(folder, file))]));
  return { folder: basename(folder), manifest, conceptMaps, expressions };
}

function expressionFiles({ facts }: PackSource['manifest']): readonly string[] {
  if (facts === 'as-they-are') return [];
  return 'expression' in facts ? [facts.expression] : [...new Set(Object.values(facts.expressions))];
}

function jsonFiles(dir: string): string[] {
  return readdirSync(dir)
    .filter((name) => name.endsWith('.json'))
    .sort()
    .map((name) => join(dir, name));
}

function readText(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    throw new MappingsError(`${file}: cannot be read`);
  }
}

function readJson(file: string): unknown {
  const text = readText(file);
  try {
    return JSON.parse(text);
  } catch {
    throw new MappingsError(`${file}: is not JSON`);
  }
}
