import { existsSync, readdirSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import { MappingsError } from '../mapping-files.js';
import { readEventSchemas } from '../receive/read-event-schemas.js';
import { inProject } from '../root.js';
import type { Clock } from '../support/clock.js';
import { PackBench } from './pack-bench.js';
import { readPackFolder, type PackFolder } from './pack-folder.js';

/** A pack's folder, ready to try messages on. */
export interface OpenBench {
  readonly folder: PackFolder;
  readonly bench: PackBench;
}

/** Opens a pack's folder. Throws `MappingsError` or `PackError` with the place where the pack is wrong. */
export function openBench(path: string, clock: Clock): OpenBench {
  const folder = readPackFolder(path, inProject('profiles/mappings'));
  const { organizations, receivedAt = clock.now(), source } = folder;
  const schemas = readEventSchemas(inProject('profiles/events'));
  return { folder, bench: new PackBench(source, { organizations, receivedAt, schemas }) };
}

/** The folder of a pack, by its path or its name in `dir`. Throws {@link MappingsError} where there is none. */
export function folderOfPack(pack: string, dir: string): string {
  const isPath = pack.includes('/') || pack.includes('\\');
  const path = isPath ? resolve(pack) : join(dir, pack);
  if (existsSync(join(path, 'manifest.json'))) return path;
  const known = isPath
    ? ''
    : ` (there are ${packFolders(dir)
        .map((each) => basename(each))
        .join(', ')})`;
  throw new MappingsError([`${path}: expected the folder of a mapping pack, with a manifest.json${known}`]);
}

/** The folders of all packs in `dir`. */
export function packFolders(dir: string): readonly string[] {
  return readdirSync(dir, { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && existsSync(join(dir, entry.name, 'manifest.json')))
    .map(({ name }) => join(dir, name))
    .sort();
}
