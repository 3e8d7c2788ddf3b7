import type { Definitions } from './definitions.js';
import { errorIssue, FhirError, refusal, type Issue } from './fhir-error.js';
import type { Database } from './open-database.js';
import { isObject, targetOf, type Resource, type Target } from './resource.js';
import type { Changes } from './resource-store.js';

/** A literal reference of a resource: where it stands, where it points, and what is wrong with that, whatever exists. */
export interface Link {
  readonly path: string;
  readonly target: Target;
  readonly issue: Issue | undefined;
}

const MOST_ISSUES = 50;

/** All literal references of a resource, those of its contained resources and extensions too. */
export function linksOf(resource: Resource, definitions: Definitions, baseUrl: string): readonly Link[] {
  const links: Link[] = [];
  const visit = (value: unknown, path: string, kind: string): void => {
    if (Array.isArray(value)) value.forEach((each, index) => visit(each, `${path}[${index}]`, kind));
    if (!isObject(value)) return;
    const { reference, resourceType } = value;
    if (typeof reference === 'string') links.push(linkOf(reference, path, definitions.targets.get(kind), baseUrl));
    const inner = typeof resourceType === 'string' ? resourceType : kind;
    for (const [name, each] of Object.entries(value))
      if (each !== null && typeof each === 'object') visit(each, `${path}.${name}`, `${inner}.${name}`);
  };
  visit(resource, resource.resourceType, resource.resourceType);
  return links;
}

function linkOf(reference: string, path: string, allowed: readonly string[] | undefined, baseUrl: string): Link {
  const target = targetOf(reference, baseUrl);
  const isAllowed = typeof target === 'string' || allowed === undefined || allowed.includes('*');
  if (isAllowed || allowed.includes(target.type)) return { path, target, issue: undefined };
  const issue = errorIssue('structure', `may refer to ${allowed.join(', ')} only`, path);
  return { path, target, issue };
}

/**
 * Looks over what a request changed, all of it done: every reference leads to a resource that is there, and nothing that is
 * there refers to what was deleted. Only then may resources of one transaction refer to one another in any order.
 */
export function checkReferences(database: Database, { links, deleted }: Changes): void {
  const exists = ({ type, id }: { type: string; id: string }) =>
    database.get('SELECT 1 FROM resource WHERE type = ? AND id = ? AND deleted = 0', type, id) !== undefined;
  const issues = links.flatMap(({ at, links: each }) =>
    each
      .filter(({ target }) => (typeof target === 'string' ? target === 'unresolvable' : !exists(target)))
      .map(({ path }) => danglingAt(path, at)),
  );
  if (issues.length > 0) throw new FhirError(422, issues.slice(0, MOST_ISSUES));
  for (const { type, id, at } of deleted) {
    if (exists({ type, id })) continue;
    if (database.get('SELECT 1 FROM link WHERE type = ? AND id = ?', type, id) !== undefined)
      throw refusal(
        409,
        'conflict',
        'other resources refer to this one: it is not deleted',
        at === '' ? undefined : at,
      );
  }
}

function danglingAt(path: string, at: string): Issue {
  const issue = errorIssue('not-found', 'refers to a resource that does not exist', path);
  return at === '' ? issue : { ...issue, expression: [at, path] };
}
