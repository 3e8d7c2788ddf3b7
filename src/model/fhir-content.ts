/**
 * What a FHIR door hands in, and the journal keeps: resources out of whatever envelope they came in (alone, a Bundle, a
 * notification, a page of a poll), each with its place there.
 */
export interface FhirContent {
  readonly entries: readonly FhirEntry[];
}

/** Names a resource on its server. */
export interface ResourceName {
  readonly type: string;
  readonly id: string;
}

/** A resource that this service writes, with the version it left there last, where it is known. */
export interface OwnResource extends ResourceName {
  readonly writtenVersion?: string;
}

/** That a resource was deleted, and which of its versions that is, where the source says so. */
export interface Deletion extends ResourceName {
  readonly versionId?: string;
  readonly lastUpdated?: string;
}

/** A resource as it came: only what is said here was checked. */
export interface InboundResource {
  readonly resourceType: string;
  readonly id?: string;
  readonly meta?: { readonly versionId?: string; readonly lastUpdated?: string; readonly source?: string };
  readonly [element: string]: unknown;
}

/** One thing a source says: how a resource is now, that it was deleted, or that it changed and is to be read. */
export type FhirEntry = {
  /** Where it stood in what was sent, as FHIRPath: `Bundle.entry[2].resource`; of a resource alone its type. */
  readonly place: string;
  /** The entry's `fullUrl`, by which others of the same Bundle refer to it. */
  readonly fullUrl?: string;
} & (
  | { readonly resource: InboundResource; readonly deleted?: never; readonly toRead?: never }
  | { readonly deleted: Deletion; readonly resource?: never; readonly toRead?: never }
  | { readonly toRead: ResourceName; readonly resource?: never; readonly deleted?: never }
);

/** Resources that others refer to, as they were when they were read, by `Type/id` (or `fullUrl`): kept with the message. */
export type References = Readonly<Record<string, InboundResource>>;

/** What the `kind` of a message from a FHIR door begins with; the type of what was sent follows. */
export const FHIR_KIND = 'fhir/';
