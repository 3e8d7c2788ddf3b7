import type { Identifier, OrganizationStatement } from './facts.js';

/** `mappings/organizations.json`: which hospital, and which unit of it, an identifier means. */
export interface OrganizationTable {
  readonly hospitals: readonly {
    /** The hospital's organisation number. */
    readonly identifier: Identifier;
    readonly name?: string;
    /** Other numbers of the hospital itself: RESH, HER-id, former organisation numbers. */
    readonly aliases?: readonly Identifier[];
    readonly units?: readonly (OrganizationStatement & { readonly aliases?: readonly Identifier[] })[];
  }[];
  /** Organisations above hospitals (regions): never the hospital, though their numbers look alike. */
  readonly above?: readonly Identifier[];
}

/** A hospital, and the unit in it where that is known. */
export interface Place {
  readonly organization: OrganizationStatement;
  readonly unit?: OrganizationStatement;
}
