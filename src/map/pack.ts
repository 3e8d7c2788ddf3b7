import type { Fault } from '../model/message.js';
import type { Identifier } from '../model/facts.js';
import type { CsvTakes } from '../model/csv-content.js';
import type { InboundResource } from '../model/fhir-content.js';
import type { MadeBy } from './observe.js';
import type { MissingCode } from '../model/record.js';
import type { TextPlace } from './text-place.js';

/** A ConceptMap of a pack, as far as translating needs it (FHIR R4 ConceptMap). */
export interface PackConceptMap {
  readonly id: string;
  readonly group: readonly {
    readonly source: string;
    readonly target: string;
    readonly element: readonly { readonly code: string; readonly target?: readonly PackTarget[] }[];
    readonly unmapped?: { readonly mode: 'provided' | 'fixed' | 'other-map'; readonly code?: string };
  }[];
}

interface PackTarget {
  readonly code?: string;
  readonly equivalence?: string;
}

/** What a pack knows of its hospital. */
export interface Settings {
  readonly units?: readonly UnitSettings[];
  readonly [name: string]: unknown;
}

export interface UnitSettings {
  readonly identifier: Identifier;
  /** What attendances there are for, where they do not say so themselves. */
  readonly purpose?: 'workup' | 'other';
  /** The pathway that a referral there is for, where its mark does not say it. */
  readonly pathway?: string;
}

/** A mapping pack as read from its folder: data only. */
export interface PackSource {
  readonly folder: string;
  readonly manifest: {
    readonly name: string;
    readonly version: string;
    readonly takes:
      | { readonly door: 'events'; readonly kinds: readonly string[] }
      | { readonly door: 'fhir'; readonly types: readonly string[] }
      | CsvTakes;
    /** The source that facts are said by, where two names are one source; absent: the one in the address. */
    readonly source?: string;
    /** What the expression may ask of its hospital, as `settings`. */
    readonly settings?: Settings;
    /** Of the wall clocks that its messages tell; absent: Europe/Oslo. */
    readonly timeZone?: string;
    /** JSON Pointers of what every message of a type, kind or table must hold. */
    readonly required?: Readonly<Record<string, readonly string[]>>;
    /**
     * `as-they-are`: the content is the fact; else the file of the expression that makes canonical events of it, one for all that the
     * pack takes, or one for each type (or kind, or table).
     */
    readonly facts:
      'as-they-are' | { readonly expression: string } | { readonly expressions: Readonly<Record<string, string>> };
  };
  /** The text of each expression, by the name of its file. */
  readonly expressions: ReadonlyMap<string, string>;
  readonly conceptMaps: readonly PackConceptMap[];
  /** Where a place (JSON Pointer) of the manifest stands in its file, for who reads of what is wrong there. */
  readonly placeOf?: (pointer: string) => TextPlace | undefined;
}

/** A canonical event as an expression returns it: checked like one that came by the door. */
export interface CanonicalEvent {
  readonly type: string;
  readonly data: unknown;
  /** How it had to be read, where that is worth explaining: ids of `notes` in `pathways/texts.json`. */
  readonly notes?: readonly string[];
}

/** What a pack could not map: the place in its own files, where there is one, and in what its expression was given (`path`). */
export interface MappingFault extends Fault {
  readonly code: string;
  readonly file?: string;
  /** What is wrong of what the expression returned. */
  readonly field?: string;
  /** Of a code without a target. */
  readonly missing?: MissingCode;
  /** The part of the expression that should have made it, where that is known. */
  readonly place?: MadeBy;
}

export type Evaluation =
  | {
      readonly events: readonly CanonicalEvent[];
      /** The expression that made them, and what of it made a field, by its JSON Pointer: for those who look for a fault. */
      readonly file?: string;
      readonly madeBy?: (path: string) => Promise<MadeBy | undefined>;
    }
  | { readonly faults: readonly MappingFault[] };

/** Functions that an expression may call besides JSONata's own, by name. */
export type Bindings = Readonly<Record<string, (...given: readonly unknown[]) => unknown>>;

interface PackBase {
  readonly name: string;
  readonly version: string;
  readonly source?: string;
  readonly settings: Settings;
  /** Whether a ConceptMap of the pack has a target for the code. */
  hasTarget(code: MissingCode): boolean;
}

/** Makes facts of events: the whole content at once. */
export interface EventPack extends PackBase {
  readonly door: 'events';
  readonly kinds: readonly string[];
  canonicalOf(kind: string, content: unknown): Promise<Evaluation>;
}

/** What the expression of a pack for FHIR sees of one resource. */
export interface ResourceInput {
  readonly resource: InboundResource;
  /** The fact's business id: the resource's own, else the address by which others of its Bundle call it. */
  readonly id: string;
  readonly source: string;
  /** The fact's version: `meta.lastUpdated`, else the order of arrival. */
  readonly version: string;
  readonly settings: Settings;
}

/** Makes facts of resources, one by one. */
export interface FhirPack extends PackBase {
  readonly door: 'fhir';
  readonly types: readonly string[];
  canonicalOf(input: ResourceInput, bindings: Bindings): Promise<Evaluation>;
}

/** What the expression of a pack for files sees of one row. */
export interface RowInput {
  readonly table: string;
  /** By the names of the columns; what is empty is left out. */
  readonly row: Readonly<Record<string, string>>;
  readonly source: string;
  /** A version for rows that have none: the order of arrival. */
  readonly version: string;
  readonly settings: Settings;
}

/** Makes facts of the rows of files, one by one. */
export interface CsvPack extends PackBase {
  readonly door: 'csv';
  readonly takes: CsvTakes;
  canonicalOf(input: RowInput): Promise<Evaluation>;
}

/** A pack ready to be used. */
export type Pack = EventPack | FhirPack | CsvPack;
