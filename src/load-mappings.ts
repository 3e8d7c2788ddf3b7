import { existsSync, readdirSync } from 'node:fs';
import { basename, join } from 'node:path';
import { NARRATIVES } from './compose/narrative/words.js';
import { LEFT_OUT, QUESTIONS, RULES } from './derive/explain.js';
import { PackError } from './map/expression.js';
import { repeatedLinesIn } from './map/concept-map.js';
import { openPack } from './map/open-pack.js';
import { placeText, type TextPlace } from './map/text-place.js';
import { CheckedFiles, jsonFiles, MappingsError, readText } from './mapping-files.js';
import { pointerTo } from './map/pointers.js';
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

const PATHWAYS = 'pathways';
const CODES = 'codes-8480.json';
const TEXTS = 'texts.json';
const ORGANIZATIONS = 'organizations.json';
const MANIFEST = 'manifest.json';

/** Reads and checks everything under `dir` by the schemas in `schemasDir`. Throws {@link MappingsError} with every fault of all files. */
export function loadMappings(dir: string, schemasDir: string, files = new CheckedFiles(schemasDir)): Mappings {
  const faults = new Faults();
  const folder = join(dir, PATHWAYS);
  if (!existsSync(folder)) throw new MappingsError([`${folder}: expected a folder with the definitions of pathways`]);
  const definitions = jsonFiles(folder)
    .filter((file) => ![CODES, TEXTS].some((name) => file.endsWith(name)))
    .flatMap((file) => faults.of(() => files.read(file, 'pathway-definition') as PathwayDefinition) ?? []);
  if (definitions.length === 0) faults.add(`${folder}: expected at least one definition, such as c01.json`);
  const texts = faults.of(() => readTexts(join(folder, TEXTS), files));
  const codes = faults.of(() => readCodes(join(folder, CODES), files));
  const organizations = faults.of(() => readOrganizations(dir, files));
  const packs = readPacks(dir, files, faults);
  if (texts === undefined || codes === undefined || organizations === undefined || faults.all.length > 0)
    throw new MappingsError(faults.all);
  return { packs, definitions, codes, texts, organizations };
}

/** What is wrong with one file is no reason not to look at the next. */
class Faults {
  readonly all: string[] = [];

  add(fault: string): void {
    this.all.push(fault);
  }

  of<T>(read: () => T): T | undefined {
    try {
      return read();
    } catch (error) {
      if (error instanceof MappingsError) this.all.push(...error.faults);
      else if (error instanceof PackError) this.all.push(...error.message.split('\n'));
      else throw error;
      return undefined;
    }
  }
}

/** `organizations.json` of a folder. Without the file no number means another: every organisation is known by its own. */
export function readOrganizations(dir: string, files: CheckedFiles): OrganizationTable {
  const file = join(dir, ORGANIZATIONS);
  if (!existsSync(file)) return { hospitals: [] };
  const table = files.read(file, 'organization-table') as OrganizationTable;
  const ambiguous = ambiguousNumbersIn(table);
  if (ambiguous.length > 0)
    throw new MappingsError(
      ambiguous.map(({ pointer, number }) => `${at(file, pointer, files)} expected each number once: ${number}`),
    );
  return table;
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

function readTexts(file: string, files: CheckedFiles): ExplanationTexts {
  const texts = files.read(file, 'explanation-texts') as ExplanationTexts;
  const wanted = { rules: RULES, leftOut: LEFT_OUT, questions: QUESTIONS, narratives: NARRATIVES } as const;
  const missing = Object.entries(wanted).flatMap(([part, ids]) =>
    ids.filter((id) => texts[part as keyof ExplanationTexts][id] === undefined).map((id) => `/${part}/${id}`),
  );
  if (missing.length > 0) throw new MappingsError([`${file}: expected texts at ${missing.join(', ')}`]);
  return texts;
}

/** The canonical pack first: a hospital's own goes before it where both take a kind of message. */
function readPacks(dir: string, files: CheckedFiles, faults: Faults): Pack[] {
  const packs = readdirSync(dir, { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && entry.name !== PATHWAYS)
    .map(({ name }) => join(dir, name))
    .flatMap((folder) => faults.of(() => ({ folder, pack: openPack(readPack(folder, files)) })) ?? []);
  packs.forEach(({ folder, pack: { name } }, index) => {
    if (packs.findIndex(({ pack }) => pack.name === name) !== index)
      faults.add(`${at(join(folder, MANIFEST), '/name', files)} expected a name that no other pack has`);
    // A hospital's own goes before the canonical one; of two of its own nobody could say which counts.
    const takenBefore = packs.slice(0, index).flatMap((each) => kindsOf(each.pack));
    for (const kind of kindsOf(packs[index]?.pack).filter((each) => takenBefore.includes(each)))
      faults.add(`${at(join(folder, MANIFEST), '/takes/kinds', files)} expected what no other pack takes: ${kind}`);
  });
  return packs
    .map(({ pack }) => pack)
    .sort((a, b) => Number(b.name === 'canonical') - Number(a.name === 'canonical') || (a.name < b.name ? -1 : 1));
}

function kindsOf(pack: Pack | undefined): readonly string[] {
  return pack?.door === 'events' && pack.name !== 'canonical' ? pack.kinds : [];
}

/** Reads a pack's folder, each file checked. Throws {@link MappingsError} with the faults of the first file that has any. */
export function readPack(folder: string, files: CheckedFiles): PackSource {
  const file = join(folder, MANIFEST);
  const manifest = files.read(file, 'pack-manifest') as PackSource['manifest'];
  // Reasons name the place of a mistake: the folder's name says which pack, where it lies is nobody's business.
  const named = expressionFiles(manifest);
  const missing = named.filter(([, name]) => !existsSync(join(folder, name)));
  if (missing.length > 0)
    throw new MappingsError(
      missing.map(([pointer, name]) => `${at(file, pointer, files)} expected a file of the pack: there is no ${name}`),
    );
  const expressions = new Map(named.map(([, name]) => [name, readText(join(folder, name))]));
  return {
    folder: basename(folder),
    manifest,
    conceptMaps: readConceptMaps(join(folder, 'concept-maps'), files),
    expressions,
    placeOf: placesIn(file, files),
  };
}

/** Read while the file is as it was: what is found wrong later still stands where it stood. */
function placesIn(file: string, files: CheckedFiles): (pointer: string) => TextPlace {
  const text = readText(file);
  return (pointer) => files.placeIn(file, text, pointer);
}

function readConceptMaps(folder: string, files: CheckedFiles): readonly PackConceptMap[] {
  const all = existsSync(folder) ? jsonFiles(folder) : [];
  const maps = all.map((file) => files.read(file, 'concept-map') as PackConceptMap);
  const repeated = repeatedLinesIn(maps).map(
    ({ map, pointer }) => `${at(all[map] ?? folder, pointer, files)} expected each code once: it has a line already`,
  );
  if (repeated.length > 0) throw new MappingsError(repeated);
  return maps;
}

/** `organizations.json line 3 column 5: /hospitals/0/identifier`. */
function at(file: string, pointer: string, files: CheckedFiles): string {
  return `${file}${placeText(files.placeIn(file, readText(file), pointer))}: ${pointer}`;
}

/** The files of expressions, each with where the manifest names it (JSON Pointer). */
function expressionFiles({ facts }: PackSource['manifest']): readonly (readonly [pointer: string, name: string])[] {
  if (facts === 'as-they-are') return [];
  if ('expression' in facts) return [['/facts/expression', facts.expression]];
  return Object.entries(facts.expressions).map(([each, name]) => [pointerTo('/facts/expressions', each), name]);
}
