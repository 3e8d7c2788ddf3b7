import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { parse } from 'csv-parse/sync';
import { MappingsError } from '../mapping-files.js';

export interface ImportOptions {
  /** The folder of the pack. */
  readonly folder: string;
  /** The ConceptMap's id, and the name of its file. */
  readonly id: string;
  readonly source: string;
  readonly target: string;
  /** The codes of the target, where it is a code system of ours. */
  readonly known?: readonly string[] | undefined;
}

interface Element {
  readonly code: string;
  readonly display?: string;
  readonly target?: readonly { readonly code: string; readonly equivalence: string; readonly comment?: string }[];
}

interface Group {
  readonly source: string;
  readonly target: string;
  readonly element: readonly Element[];
}

interface ConceptMap {
  readonly resourceType: 'ConceptMap';
  readonly group: readonly Group[];
  readonly [element: string]: unknown;
}

/** What an import did. */
export interface Imported {
  readonly file: string;
  readonly added: number;
  readonly changed: number;
  /** Codes of the list that have no target, there or in the ConceptMap: they are left out, and messages with them wait. */
  readonly withoutTarget: readonly string[];
  /** What else the ConceptMap translates the codes of this system to. */
  readonly otherTargets: readonly string[];
}

const COLUMNS = ['code', 'target'];
const EQUIVALENCES = ['equivalent', 'equal', 'wider', 'narrower', 'inexact', 'relatedto', 'subsumes', 'specializes'];

/**
 * Puts a list of codes into a ConceptMap of a pack, a new one or one that is there: CSV (`,` or `;`) with a header: `code`, `target`, and
 * if wanted `display`, `equivalence` (FHIR R4 concept-map-equivalence; `equivalent` if not said) and `comment`. Codes that are not in
 * the list stay as they are. Throws {@link MappingsError} with every fault, by line; nothing is written then.
 */
export function importCodes(csv: { readonly name: string; readonly text: string }, options: ImportOptions): Imported {
  const { folder, id, source, target } = options;
  if (!/^[A-Za-z0-9-.]{1,64}$/.test(id)) throw new MappingsError([`${id}: expected an id of letters, digits, - and .`]);
  for (const system of [source, target])
    if (!/^[A-Za-z][A-Za-z0-9+.-]*:\S+$/.test(system))
      throw new MappingsError([`${system}: expected the URI of a code system`]);
  const all = elementsIn(csv, options.known);
  const elements = all.filter(({ target: to }) => to !== undefined);
  const file = join(folder, 'concept-maps', `${id}.json`);
  const before = existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as ConceptMap) : emptyMap(id);
  const isOurs = (group: Group) => group.source === source && group.target === target;
  const old = before.group.find(isOurs)?.element ?? [];
  const known = new Map(old.map((each) => [each.code, each]));
  const changed = elements.filter(
    ({ code, ...rest }) => known.has(code) && differs(known.get(code), { code, ...rest }),
  );
  const added = elements.filter(({ code }) => !known.has(code));
  const element = [...old.map((each) => elements.find(({ code }) => code === each.code) ?? each), ...added];
  const group = { ...before.group.find(isOurs), source, target, element };
  const others = before.group.filter((each) => !isOurs(each));
  writeMap(file, { ...before, group: [...others, group] });
  const withoutTarget = all.filter((each) => !element.some(({ code }) => code === each.code)).map(({ code }) => code);
  const otherTargets = others.flatMap((each) => (each.source === source ? [each.target] : []));
  return { file, added: added.length, changed: changed.length, withoutTarget, otherTargets };
}

/** UTF-8, or as a spreadsheet on Windows saves it. */
export function textOf(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return new TextDecoder('windows-1252').decode(bytes);
  }
}

/** The codes of a code system of ours, as the profiles have it; undefined: it is somebody else's. */
export function knownCodes(system: string, builtDir: string): readonly string[] | undefined {
  const files = existsSync(builtDir) ? readdirSync(builtDir).filter((name) => name.startsWith('CodeSystem-')) : [];
  const found = files
    .map((name) => JSON.parse(readFileSync(join(builtDir, name), 'utf8')) as CodeSystem)
    .find(({ url, content }) => url === system && content === 'complete');
  return found?.concept.map(({ code }) => code);
}

interface CodeSystem {
  readonly url: string;
  readonly content: string;
  readonly concept: readonly { readonly code: string }[];
}

function differs(one: unknown, other: unknown): boolean {
  return JSON.stringify(one) !== JSON.stringify(other);
}

function emptyMap(id: string): ConceptMap {
  const url = `https://fhir.pakkeforlop.example/ConceptMap/${id}`;
  return { resourceType: 'ConceptMap', id, url, status: 'active', group: [] };
}

interface Parsed {
  readonly record: Readonly<Record<string, string>>;
  readonly info: { readonly lines: number };
}

function elementsIn(
  { name, text }: { readonly name: string; readonly text: string },
  targets: readonly string[] | undefined,
): readonly Element[] {
  const rows = rowsIn(name, text);
  const faults: string[] = [];
  const seen = new Set<string>();
  for (const { record, info } of rows) {
    const at = `${name} line ${info.lines}`;
    const { code = '', target = '', equivalence = '' } = record;
    if (code === '') faults.push(`${at}: expected a code`);
    else if (seen.has(code)) faults.push(`${at}: says ${code} twice`);
    if (equivalence !== '' && !EQUIVALENCES.includes(equivalence))
      faults.push(`${at}: expected an equivalence of ${EQUIVALENCES.join(', ')}`);
    if (target !== '' && targets?.includes(target) === false)
      faults.push(`${at}: expected a target of ${targets.join(', ')}`);
    seen.add(code);
  }
  if (faults.length > 0) throw new MappingsError(faults);
  return rows.map(({ record }) => elementOf(record));
}

function elementOf({
  code = '',
  target = '',
  display = '',
  equivalence = '',
  comment = '',
}: Parsed['record']): Element {
  const to = { code: target, equivalence: equivalence || 'equivalent', ...(comment === '' ? {} : { comment }) };
  return {
    code,
    ...(display === '' ? {} : { display }),
    ...(target === '' ? {} : { target: [to] }),
  };
}

function rowsIn(name: string, text: string): readonly Parsed[] {
  const [header = ''] = text.replace(/^\uFEFF/, '').split(/\r?\n/, 1);
  const delimiter = header.includes(';') ? ';' : ',';
  const missing = COLUMNS.filter((column) => !header.split(delimiter).some((each) => each.trim() === column));
  if (missing.length > 0)
    throw new MappingsError([`${name} line 1: expected a column ${missing.join(' and a column ')}`]);
  try {
    const options = { bom: true, columns: true, delimiter, info: true, skip_empty_lines: true, trim: true } as const;
    return parse(text, options) as unknown as Parsed[];
  } catch (error) {
    const { lines = 0 } = Object(error) as { lines?: number };
    throw new MappingsError([`${name} line ${lines}: is no CSV of as many fields as its header has`]);
  }
}

function writeMap(file: string, map: ConceptMap): void {
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, `${JSON.stringify(map, null, 2)}\n`);
}
