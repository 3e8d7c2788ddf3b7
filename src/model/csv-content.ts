/** A table of a pack: which columns its files have, and which of them name a row across files. */
export interface CsvTable {
  readonly name: string;
  readonly columns: readonly string[];
  /** Columns that its files may have too, and that are read where they do. */
  readonly optional?: readonly string[];
  readonly key: readonly string[];
}

/** What a pack takes at the door for CSV. */
export interface CsvTakes {
  readonly door: 'csv';
  readonly tables: readonly CsvTable[];
  /** `;` if not said. */
  readonly delimiter?: string;
  /** `utf-8` if not said; what the sender says of a file goes before it. */
  readonly encoding?: string;
}

/** A row, as the journal keeps it: what is empty is left out. */
export interface CsvContent {
  readonly table: string;
  readonly row: Readonly<Record<string, string>>;
}

/** What the `kind` of a message from the CSV door begins with; the pack and the table follow. */
export const CSV_KIND = 'csv/';

/** What a row said last, in which message. */
export interface NewestRow {
  readonly contentHash: string;
  readonly messageId: string;
  /** How many contents the row had. */
  readonly n: number;
}
