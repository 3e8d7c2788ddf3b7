import { CsvError, parse } from 'csv-parse/sync';
import type { CsvTable, CsvTakes } from '../model/csv-content.js';
import type { Fault } from '../model/message.js';
import { unkeepableText } from './check-text.js';
import { fieldPath } from './pointer.js';

/** A row of a table, by the names of its columns, with the line it began on. */
export interface CsvRow {
  readonly line: number;
  readonly row: Readonly<Record<string, string>>;
}

export type ReadCsv =
  | {
      readonly table: CsvTable;
      readonly rows: readonly CsvRow[];
      /** What is wrong with single rows, by line. */
      readonly faults: readonly Fault[];
    }
  | { readonly fault: string };

interface Parsed {
  readonly record: readonly string[];
  readonly info: { readonly lines: number; readonly records: number };
}

/** Bytes → the rows of the one table of a pack that has these columns. No value of a row is repeated in what is said of it. */
export function readCsv(bytes: Uint8Array, charset: string | undefined, takes: CsvTakes): ReadCsv {
  const text = decode(bytes, charset ?? takes.encoding ?? 'utf-8');
  if (text === undefined) return { fault: `The file is not ${charset ?? takes.encoding ?? 'utf-8'}.` };
  const delimiter = takes.delimiter ?? ';';
  const [head = ''] = text.split(/[\r\n]/, 1);
  const other = head.includes(delimiter) ? undefined : DELIMITERS.find((each) => head.includes(each));
  if (other !== undefined)
    return { fault: `The header is not separated by ${named(delimiter)}, but by ${named(other)}.` };
  const parsed = parseText(text, delimiter);
  if ('fault' in parsed) return parsed;
  const [header, ...records] = parsed.records;
  if (header === undefined) return { fault: 'The file has no header.' };
  const columns = header.record.map((name) => name.trim());
  const [unkeepable] = unkeepableText(columns);
  if (unkeepable !== undefined) return { fault: `A name in the header ${unkeepable.message}.` };
  const table = tableOf(columns, takes.tables);
  if (typeof table === 'string') return { fault: table };
  const faults: Fault[] = [];
  const rows = records.flatMap(({ record, info }): CsvRow[] => {
    // The parser counts the lines that a record ended on; one whose text has line breaks began earlier.
    const line = info.lines - record.reduce((sum, value) => sum + value.split('\n').length - 1, 0);
    const wrong = faultIn(record, columns, table, `/line/${line}`);
    if (wrong !== undefined) faults.push(wrong);
    return wrong === undefined ? [{ line, row: rowOf(columns, record) }] : [];
  });
  return { table, rows, faults };
}

const DELIMITERS = [';', ',', '\t', '|'];

function named(delimiter: string): string {
  return delimiter === '\t' ? 'tabs' : `«${delimiter}»`;
}

function decode(bytes: Uint8Array, charset: string): string | undefined {
  try {
    return new TextDecoder(charset, { fatal: true }).decode(bytes);
  } catch {
    return undefined;
  }
}

function parseText(
  text: string,
  delimiter: string,
): { readonly records: readonly Parsed[] } | { readonly fault: string } {
  // Where the last record that is whole ended: a quote that is never closed began behind it.
  let ended = 0;
  const onRecord = (parsed: Parsed) => {
    ended = parsed.info.lines;
    return parsed;
  };
  try {
    const options = { bom: true, delimiter, info: true, relax_column_count: true, skip_empty_lines: true } as const;
    // The parser counts a break of two characters between quotes as two lines.
    const records: unknown = parse(text.replace(/\r\n?/g, '\n'), { ...options, on_record: onRecord as never });
    return { records: records as Parsed[] };
  } catch (error) {
    const { lines, code } = error instanceof CsvError ? (error as CsvError & { lines?: number }) : {};
    if (code === 'CSV_QUOTE_NOT_CLOSED')
      return { fault: `The file is no CSV: a quote that is opened behind line ${ended} is not closed.` };
    return { fault: `The file is no CSV${lines === undefined ? '' : ` (line ${lines})`}: ${code ?? 'error'}.` };
  }
}

/** The table whose columns are all there; the one with most of them, where one has the columns of another and more. */
function tableOf(columns: readonly string[], tables: readonly CsvTable[]): CsvTable | string {
  const twice = columns.find((name, index) => columns.indexOf(name) !== index);
  if (twice !== undefined) return 'The header names a column twice.';
  const fitting = tables.filter((table) => table.columns.every((name) => columns.includes(name)));
  const [best] = fitting.sort((a, b) => b.columns.length - a.columns.length);
  if (best !== undefined) return best;
  const missing = tables.map(({ name, columns: wanted }) => {
    const absent = wanted.filter((column) => !columns.includes(column));
    return `${name} (without ${absent.join(', ')})`;
  });
  const isOdd = columns.some((name) => name.includes('\uFFFD') || /Ã./.test(name));
  const hint = isOdd ? ' Is the encoding that of the manifest?' : '';
  return `The header is that of no table of the pack: ${missing.join('; ')}.${hint}`;
}

function faultIn(
  record: readonly string[],
  columns: readonly string[],
  { columns: own, key }: CsvTable,
  path: string,
): Fault | undefined {
  if (record.length !== columns.length)
    return { path, message: `has ${record.length} fields, where the header has ${columns.length}` };
  // What the pack calls its columns can be said; what a sender calls others may be anything.
  const pathOf = (column: string) =>
    [...own, ...key].includes(column) ? pointerTo(path, column) : fieldPath(path, column);
  const row = rowOf(columns, record);
  const empty = key.find((name) => (row[name] ?? '') === '');
  if (empty !== undefined) return { path: pathOf(empty), message: 'is the key of the row, and is empty' };
  const long = key.find((name) => (row[name] ?? '').length > MOST_IN_KEY);
  if (long !== undefined)
    return { path: pathOf(long), message: `is the key of the row, and over ${MOST_IN_KEY} characters` };
  const column = columns.find((_name, index) => unkeepableText(record[index]).length > 0);
  return column === undefined
    ? undefined
    : { path: pathOf(column), message: 'must not hold U+0000 or a lone surrogate' };
}

/** As an id of an event: what names a row is in an index of the store. */
const MOST_IN_KEY = 255;

function pointerTo(path: string, name: string): string {
  return `${path}/${name.replaceAll('~', '~0').replaceAll('/', '~1')}`;
}

/** What is empty is not said. */
function rowOf(columns: readonly string[], record: readonly string[]): Record<string, string> {
  const named = columns.map((name, index): [string, string] => [name, (record[index] ?? '').trim()]);
  return Object.fromEntries(named.filter(([, value]) => value !== ''));
}
