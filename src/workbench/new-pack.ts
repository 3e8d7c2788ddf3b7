import { cpSync, existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { MappingsError } from '../mapping-files.js';

/** The doors that a pack may be for, each with a template of its own. */
export const DOORS = ['fhir', 'csv', 'events'] as const;
export type Door = (typeof DOORS)[number];

const NAME = /^[a-z][a-z0-9-]{0,62}$/;
const TAKEN = ['pathways', 'canonical'];

/**
 * Writes a pack that maps its one example, to begin from: manifest, expression, ConceptMap, example. Returns its folder. Throws
 * {@link MappingsError} where the name cannot be one, or is taken.
 */
export function newPack(name: string, door: Door, dir: string, templatesDir: string): string {
  const path = join(dir, name);
  if (!NAME.test(name) || TAKEN.includes(name))
    throw new MappingsError([
      `${name}: expected a name of lower-case letters, digits and hyphens, that begins with a letter`,
    ]);
  if (existsSync(path)) throw new MappingsError([`${path}: is there already`]);
  cpSync(join(templatesDir, door), path, { recursive: true });
  for (const file of ['manifest.json', ...readdirSync(join(path, 'examples')).map((each) => join('examples', each))]) {
    const text = readFileSync(join(path, file), 'utf8');
    if (text.includes('NAME')) writeFileSync(join(path, file), text.replaceAll('NAME', name));
  }
  return path;
}
