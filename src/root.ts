import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** The folder of the project: `src` and `dist` lie directly in it. */
const ROOT = new URL('..', import.meta.url);

/** A path inside the project, whatever folder the process was started in. */
export function inProject(path: string): string {
  return fileURLToPath(new URL(path, ROOT));
}

export function projectVersion(): string {
  const { version } = JSON.parse(readFileSync(inProject('package.json'), 'utf8')) as { version: string };
  return version;
}
