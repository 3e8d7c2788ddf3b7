import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { readOrganizations, readPack } from '../load-mappings.js';
import { CheckedFiles, MappingsError, readText } from '../mapping-files.js';
import type { PackSource, Settings } from '../map/pack.js';
import type { OrganizationTable } from '../model/organization-table.js';
import type { Instant } from '../support/clock.js';
import { isInstant, toInstant } from '../support/dates.js';

/** A pair of what is sent and what should come of it, by the name that its files share. */
export interface Example {
  readonly name: string;
  readonly input: string;
  readonly expected: string;
}

/** A pack's folder, with what its examples are mapped by. */
export interface PackFolder {
  readonly path: string;
  readonly source: PackSource;
  /** As `examples/organizations.json` says, else the hospital's own beside the packs. */
  readonly organizations: OrganizationTable;
  /** When the examples arrive, as `examples/received-at.json` says; absent: now. */
  readonly receivedAt?: Instant;
  readonly examples: readonly Example[];
}

const INPUT = /^(.+)\.input\.(json|csv)$/;
const RECEIVED_AT = 'received-at.json';

/**
 * Reads a pack's folder and its examples. Settings, the table of organisations and the clock are a hospital's: where the examples
 * have their own, those stand in for them. Throws {@link MappingsError} with every fault of the file that has some.
 */
export function readPackFolder(path: string, schemasDir: string): PackFolder {
  const files = new CheckedFiles(schemasDir);
  const source = readPack(path, files);
  const folder = join(path, 'examples');
  if (!existsSync(folder))
    return { path, source, organizations: readOrganizations(join(path, '..'), files), examples: [] };
  const own = existsSync(join(folder, 'organizations.json'));
  return {
    path,
    source: withSettings(source, join(folder, 'settings.json'), files),
    organizations: readOrganizations(own ? folder : join(path, '..'), files),
    ...receivedAt(join(folder, RECEIVED_AT)),
    examples: examplesIn(folder),
  };
}

function withSettings(source: PackSource, file: string, files: CheckedFiles): PackSource {
  if (!existsSync(file)) return source;
  const settings = files.read(file, 'pack-manifest#/properties/settings') as Settings;
  return { ...source, manifest: { ...source.manifest, settings } };
}

function receivedAt(file: string): { readonly receivedAt?: Instant } {
  if (!existsSync(file)) return {};
  const text = readText(file).trim().replace(/^"|"$/g, '');
  if (!isInstant(text)) throw new MappingsError([`${file}: expected an instant, such as "2026-03-20T12:00:00Z"`]);
  return { receivedAt: toInstant(text) };
}

function examplesIn(folder: string): readonly Example[] {
  const names = readdirSync(folder).sort();
  const examples = names.flatMap((file): Example[] => {
    const name = INPUT.exec(file)?.[1];
    return name === undefined
      ? []
      : [{ name, input: join(folder, file), expected: join(folder, `${name}.expected.json`) }];
  });
  const alone = names.filter(
    (file) => file.endsWith('.expected.json') && !examples.some(({ expected }) => expected === join(folder, file)),
  );
  if (alone.length > 0)
    throw new MappingsError(alone.map((file) => `${join(folder, file)}: expected the input of this example beside it`));
  return examples;
}
