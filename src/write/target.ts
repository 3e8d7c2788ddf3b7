import type { FhirResource } from 'fhir/r4.js';
import type { Refusal } from './refusal.js';
import type { Writing } from './transaction-answer.js';

/** A resource as it is on the server, with the version that `If-Match` needs. */
export interface Standing {
  readonly resource: FhirResource;
  readonly version: string | undefined;
}

export type Reading = { readonly standing: Standing | undefined } | { readonly refusal: Refusal };
export type Finding = { readonly resources: readonly FhirResource[] } | { readonly refusal: Refusal };

export interface Page {
  readonly resources: readonly FhirResource[];
  /** The server's clock, as its answer said. */
  readonly date?: string;
}

/** `first`: it was not a later page that failed. */
export interface Refused {
  readonly refusal: Refusal;
  readonly first: boolean;
}

export interface Put {
  readonly resource: FhirResource;
  readonly ifMatch?: string;
}

/** What was created, or (`existed`) was there already; without an id, the server did not say which it is. */
export type Creation =
  | { readonly id: string | undefined; readonly version: string | undefined; readonly existed: boolean }
  | { readonly refusal: Refusal };

/** Where resources are written. */
export interface Target {
  read(type: string, id: string): Promise<Reading>;
  put(put: Put): Promise<Writing>;
  transaction(puts: readonly Put[]): Promise<Writing>;
}
