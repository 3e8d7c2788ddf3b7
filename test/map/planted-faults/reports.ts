import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { loadMappings } from '../../../src/load-mappings.js';
import { CheckedFiles, MappingsError } from '../../../src/mapping-files.js';
import { PackError, type Observed } from '../../../src/map/expression.js';
import { fieldPlaces, type ToldFact } from '../../../src/map/field-places.js';
import { mapMessage, type Mapped } from '../../../src/map/map-message.js';
import { openPack, type Watch } from '../../../src/map/open-pack.js';
import { KnownPlaces } from '../../../src/map/organization-table.js';
import type { Pack, PackConceptMap, PackSource, Settings } from '../../../src/map/pack.js';
import type { InboundResource } from '../../../src/model/fhir-content.js';
import type { OrganizationTable } from '../../../src/model/organization-table.js';
import { NOW } from '../../receive/canonical-events.js';
import { checkData, mapPosted, readJson } from '../posted.js';
import { planted, sent, type PlantedFault } from './fault.js';
import { exampleFile, FOLDERS, messageNamed, type Folder, type FolderName } from './folders.js';

/** What was said of a fault, and where. */
export interface Report {
  readonly file?: string;
  readonly line?: number;
  readonly column?: number;
  readonly says: string;
  /** Places in the message, the most direct first. */
  readonly inputs: readonly string[];
}

const SCHEMAS = 'profiles/mappings';

/** What is said when a folder is loaded that has the fault. */
export function reportsOfLoading(fault: PlantedFault): readonly Report[] {
  return fault.file.endsWith('.jsonata') ? reportsOfOpening(fault) : reportsOfReading(fault);
}

/** Of an expression: the pack alone. */
function reportsOfOpening(fault: PlantedFault): readonly Report[] {
  try {
    openPack(sourceOf(fault.folder, planted(fault).folder));
    return [];
  } catch (error) {
    if (!(error instanceof PackError)) throw error;
    return error.message.split('\n').map(reportIn);
  }
}

/** Of what is read by a schema: all files. */
function reportsOfReading(fault: PlantedFault): readonly Report[] {
  const dir = mkdtempSync(join(tmpdir(), 'planted-'));
  try {
    symlinkSync(resolve('mappings/pathways'), join(dir, 'pathways'));
    for (const each of new Set<FolderName>(['contacts', fault.folder])) write(join(dir, each), FOLDERS[each]);
    write(join(dir, fault.folder), planted(fault).folder);
    loadMappings(dir, SCHEMAS, files);
    return [];
  } catch (error) {
    if (!(error instanceof MappingsError)) throw error;
    return error.faults.map((told) => reportIn(told.replace(`${dir}/`, '')));
  } finally {
    rmSync(dir, { recursive: true });
  }
}

function write(dir: string, folder: Folder): void {
  for (const [name, text] of Object.entries(folder)) {
    mkdirSync(dirname(join(dir, name)), { recursive: true });
    writeFileSync(join(dir, name), text);
  }
}

/** `pack/file line 3 column 5: what`. */
function reportIn(told: string): Report {
  const [, file = '', line, column, says = ''] = /^(\S+?)(?: line (\d+) column (\d+))?: (.*)$/.exec(told) ?? [];
  return { file, says, inputs: [], ...(line === undefined ? {} : { line: Number(line), column: Number(column) }) };
}

/** What is said when a message meets the fault. */
export async function reportsOfMapping(fault: PlantedFault): Promise<readonly Report[]> {
  const { reasons } = await map(fault, () => undefined);
  return reasons.map(({ path, message }) => {
    const where = /^(.*) \((\S+?)(?: line (\d+) column (\d+))?(?:, from (.*))?\)$/s.exec(message);
    const [, says = message, file, line, column, inputs] = where ?? [];
    return {
      says,
      inputs: [path, ...(inputs?.split(', ') ?? [])],
      ...(file === undefined ? {} : { file }),
      ...(line === undefined ? {} : { line: Number(line), column: Number(column) }),
    };
  });
}

/** What the example tells whose outcome is another. */
export async function reportsOfExample(fault: PlantedFault): Promise<readonly Report[]> {
  const observed: { readonly file: string; readonly observed: Observed }[] = [];
  const mapped = await map(fault, (expression, each) => observed.push({ file: expression.file, observed: each }));
  const expected = await expectedOf(fault);
  const places = fieldPlaces(
    expected,
    factsIn(mapped),
    observed.map((each) => each.observed),
  );
  return places.map(({ field, evaluation, place }) => ({
    says: field,
    inputs: place?.inputs ?? [],
    file: observed[evaluation]?.file ?? '',
    ...(place === undefined ? {} : { line: place.node.line, column: place.node.column }),
  }));
}

/** What the example expects; of the packs without examples what comes of the message while nothing is planted. */
async function expectedOf({ folder, message = '', ...fault }: PlantedFault): Promise<readonly ToldFact[]> {
  const file = exampleFile(folder, `${message}.expected.json`);
  if (file !== undefined) return (readJson(file) as { readonly facts?: readonly ToldFact[] }).facts ?? [];
  const { edit: _edit, line: _line, ...good } = fault;
  return factsIn(await map({ ...good, folder, message }, () => undefined));
}

function factsIn({ facts }: Mapped): readonly ToldFact[] {
  return facts.flatMap(({ fact }) => {
    const { resourceType: _type, ...told } = fact as ToldFact & { readonly resourceType?: string };
    return fact.kind === 'held' || fact.kind === 'nothing' ? [] : [told];
  });
}

async function map(fault: PlantedFault, watch: Watch): Promise<Mapped> {
  const { folder, message: name = '', seenBy } = fault;
  const pack = openPack(sourceOf(folder, planted(fault).folder), seenBy === 'examples' ? watch : undefined);
  const good = messageNamed(folder, name);
  const message = fault.sent === undefined ? good : sent(good, fault.sent);
  const table = exampleFile(folder, 'organizations.json');
  const organizations = (table === undefined ? { hospitals: [] } : readJson(table)) as OrganizationTable;
  if (pack.door === 'fhir') return mapPosted(message as InboundResource, { pack, organizations, source: pack.name });
  const [kind, content] = contentFor(pack, name, message);
  return mapMessage(
    { source: 'epr', receivedAt: NOW, seq: 1, kind, content },
    { packs: [pack], places: new KnownPlaces(organizations), packNameOf: () => pack.name, checkData },
  );
}

function contentFor(pack: Pack, name: string, message: object): readonly [string, unknown] {
  if (pack.door === 'events') return [pack.kinds[0] ?? '', message];
  const table = `${name}s`;
  return [`csv/${pack.name}/${table}`, { table, row: message }];
}

const files = new CheckedFiles(SCHEMAS);

function sourceOf(name: FolderName, folder: Folder): PackSource {
  const text = folder['manifest.json'] ?? '';
  const manifest = JSON.parse(text) as PackSource['manifest'];
  const settings = exampleFile(name, 'settings.json');
  const ending = (end: string) => Object.entries(folder).filter(([file]) => file.endsWith(end));
  return {
    folder: name,
    manifest: settings === undefined ? manifest : { ...manifest, settings: readJson(settings) as Settings },
    conceptMaps: ending('.json')
      .filter(([file]) => file.startsWith('concept-maps/'))
      .map(([, map]) => JSON.parse(map) as PackConceptMap),
    expressions: new Map(ending('.jsonata')),
    placeOf: (pointer) => files.placeIn('manifest.json', text, pointer),
  };
}

/** That nothing is said where nothing is planted: of the folders, and of the messages that faults are planted for. */
export async function reportsOfGood(faults: readonly PlantedFault[]): Promise<readonly (readonly [string, Report])[]> {
  const loading = (Object.keys(FOLDERS) as FolderName[]).flatMap((folder) =>
    reportsOfLoading({ name: 'nothing', folder, file: '', says: /./, seenBy: 'loading' }).map(
      (each) => [folder, each] as const,
    ),
  );
  const messages = new Map(faults.map((fault) => [`${fault.folder} ${fault.message ?? ''}`, fault]));
  const mapping: (readonly [string, Report])[] = [];
  for (const [name, { edit: _edit, sent: _sent, line: _line, ...good }] of messages) {
    if (good.message === undefined) continue;
    for (const report of await reportsOfMapping({ ...good, seenBy: 'mapping' })) mapping.push([name, report]);
  }
  return [...loading, ...mapping];
}
