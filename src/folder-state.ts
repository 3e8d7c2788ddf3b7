import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';

/** What is in a folder by names, sizes and times, as far as `counts` takes a name: as long as it is the same, nothing changed. */
export function stateOf(dir: string, counts: (name: string) => boolean = () => true): string {
  return namesIn(dir)
    .filter(counts)
    .sort()
    .map((name) => {
      const { size, mtimeMs } = statSync(join(dir, name), { throwIfNoEntry: false }) ?? {};
      return `${name} ${size} ${mtimeMs}`;
    })
    .join('\n');
}

/** None where the folder is not there, as while another is mounted in its place. */
function namesIn(dir: string): string[] {
  try {
    return readdirSync(dir, { recursive: true, encoding: 'utf8' });
  } catch {
    return [];
  }
}
