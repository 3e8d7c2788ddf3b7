import type { OrganizationStatement } from '../model/facts.js';

/** Organisations are the same when system and value of their identifiers are; the name says nothing. */
export function organizationKeyOf({ identifier }: OrganizationStatement): string {
  return `${identifier.system}|${identifier.value}`;
}
