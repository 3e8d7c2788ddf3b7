import { newId } from '../support/ids.js';
import type { Parts } from './interactions.js';
import type { Stored } from './resource-store.js';
import { runSearch, type Found } from './run-search.js';
import { readSearch } from './search-query.js';

/** A Bundle as JSON text. Its entries are text already: resources go out as they are stored, without being parsed. */
export function bundleText(type: string, head: object, entries: readonly string[]): string {
  const start = JSON.stringify({ resourceType: 'Bundle', id: newId(), type, ...head }).slice(0, -1);
  return entries.length === 0 ? `${start}}` : `${start},"entry":[${entries.join(',')}]}`;
}

/** Runs a search and puts what it found into a bundle, with links to itself and to the next page. */
export function searchBundle({ database, definitions, baseUrl }: Parts, type: string, asked: URLSearchParams): string {
  const query = readSearch(definitions, type, asked);
  const base = baseUrl();
  const { matches, included, total, next } = runSearch(database, query, base);
  const linkTo = (cursor: string | undefined) => withQuery(`${base}/${type}`, query.asked, cursor);
  const self = { relation: 'self', url: linkTo(query.cursor) };
  const link = next === undefined ? [self] : [self, { relation: 'next', url: linkTo(next) }];
  const entryOf = (found: Found, mode: 'match' | 'include') =>
    `{"fullUrl":${JSON.stringify(`${base}/${found.type}/${found.id}`)},"resource":${found.body},"search":{"mode":"${mode}"}}`;
  const entries = [
    ...matches.map((each) => entryOf(each, 'match')),
    ...included.map((each) => entryOf(each, 'include')),
  ];
  return bundleText('searchset', { ...(total === undefined ? {} : { total }), link }, entries);
}

/** The same search at another place in its pages. */
export function withQuery(url: string, asked: URLSearchParams, cursor: string | undefined): string {
  const search = new URLSearchParams(asked);
  search.delete('_cursor');
  if (cursor !== undefined) search.set('_cursor', cursor);
  return search.size === 0 ? url : `${url}?${search.toString()}`;
}

/** What a response entry says of a version. */
export function versionFields({ versionId, updated }: Stored): { etag: string; lastModified: string } {
  return { etag: `W/"${versionId}"`, lastModified: new Date(updated).toISOString() };
}
