// The server of HAPI's database, as a part of this machine.
import { readFileSync } from 'node:fs';

const IN_HAPI = 'jdbc:h2:mem:';
const STAT = /^\d+ \(postgres\) \S (\d+)/;

/**
 * Its processes besides HAPI's own: of PostgreSQL one a connection, those in the background, and the one that starts them all. Undefined
 * where they are not known: on another machine, in a container, of another kind, or on a system without /proc.
 */
export async function processesOf({ jdbcUrl, ask }) {
  if (jdbcUrl.startsWith(IN_HAPI)) return [];
  if (ask === undefined) return undefined;
  const { rows } = await ask('SELECT pid FROM pg_stat_activity WHERE pid <> pg_backend_pid()');
  const children = rows.map(({ pid }) => pid);
  const parents = [...new Set(children.flatMap(parentOf))];
  return parents.length === 1 ? [...parents, ...children] : undefined;
}

/** None of what has ended, or is another program. */
function parentOf(id) {
  try {
    const [, parent] = STAT.exec(readFileSync(`/proc/${id}/stat`, 'utf8')) ?? [];
    return parent === undefined ? [] : [Number(parent)];
  } catch {
    return [];
  }
}
