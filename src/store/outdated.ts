import type { Transaction } from 'kysely';
import type { ResourceKey } from '../model/resources.js';
import type { ResourceRow, Tables } from './tables.js';

const ORGANIZATION = /"reference":"Organization\/([^"]+)"/g;

/**
 * The rows that refer to an organisation by an id it has no more. Whoever finds an organisation on the FHIR server derives anew what
 * refers to it, and cannot see what others derive at that moment with the id it had. Asked after the rows, whose locks wait for that
 * to be committed.
 */
export async function outdatedAmong(trx: Transaction<Tables>, rows: readonly ResourceRow[]): Promise<ResourceKey[]> {
  const named = new Map(
    rows.map(({ key, wanted }) => [key, [...wanted.matchAll(ORGANIZATION)].map(([, id = '']) => id)]),
  );
  const ids = [...new Set([...named.values()].flat())];
  if (ids.length === 0) return [];
  const known = await trx.selectFrom('organizations').select('resource_id').where('resource_id', 'in', ids).execute();
  const current = new Set(known.map(({ resource_id: id }) => id));
  return [...named].flatMap(([key, names]) => (names.every((id) => current.has(id)) ? [] : [key]));
}
