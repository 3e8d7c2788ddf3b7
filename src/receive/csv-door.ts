import express, { type NextFunction, type Request, type Response, type Router } from 'express';
import { CSV_KIND, type CsvContent, type CsvTable, type CsvTakes, type NewestRow } from '../model/csv-content.js';
import type { Fault, SourceMessage } from '../model/message.js';
import type { Clock, Instant } from '../support/clock.js';
import { contentHash } from '../support/ids.js';
import type { Accept } from './accept-batch.js';
import { acceptAnyhow, type Accepted } from './accept-anyhow.js';
import { prefersLenient } from './prefer.js';
import { isRefusal, sendProblem, type Refusal } from './problem.js';
import { readCsv, type CsvRow } from './read-csv.js';
import { bodyFault, MOST_BYTES } from './read-json.js';
import { RETRY_AFTER_S, UNAVAILABLE, unlessUnavailable } from './unavailable.js';

/** A pack that takes files, and the name of the source its rows are said by. */
export interface CsvSource {
  readonly source: string;
  readonly takes: CsvTakes;
}

/** The newest content of a row, by its name across files: what a file repeats is no news. */
export interface NewestRows {
  newestRows(source: string, names: readonly string[]): Promise<ReadonlyMap<string, NewestRow>>;
  keepNewestRows(source: string, rows: ReadonlyMap<string, NewestRow>): Promise<void>;
}

export interface CsvDoorOptions {
  readonly accept: Accept;
  readonly newest: NewestRows;
  readonly packNamed: (name: string) => CsvSource | undefined;
  readonly onAccepted: () => void;
  readonly clock: Clock;
}

const PATH = '/inbox/csv';
const TYPES = ['text/csv', 'application/csv'];
const MOST_FAULTS = 200;
const MOST_AT_ONCE = 1_000;

/**
 * `POST /inbox/csv/{pack}`: a file of rows in, each a message, answered 202 when all are on disk. A row that a file repeats as it was
 * is a duplicate; one that changed is a new message, also where it goes back to what it was before.
 */
export function createCsvDoor(options: CsvDoorOptions): Router {
  const router = express.Router({ caseSensitive: true, strict: true });
  router
    .route(`${PATH}/:pack`)
    .post(express.raw({ type: () => true, limit: MOST_BYTES }), (request, response) =>
      receiveFile(options, request, response),
    )
    .all((_request, response) => {
      response.set('Allow', 'POST');
      sendProblem(response, { status: 405, detail: 'Files are sent with POST.', errors: [] });
    });
  router.use(PATH, answerBodyError);
  return router;
}

async function receiveFile(options: CsvDoorOptions, request: Request, response: Response): Promise<void> {
  const file = fileIn(options, request);
  if (isRefusal(file)) {
    sendProblem(response, file);
    return;
  }
  const lenient = prefersLenient(request.get('prefer'));
  if (file.faults.length > 0 && !lenient) {
    sendProblem(response, { status: 400, detail: 'Nothing was stored.', errors: told(file.faults) });
    return;
  }
  const stored = await unlessUnavailable(() => keep(options, file));
  if (stored === undefined) {
    response.set('Retry-After', RETRY_AFTER_S);
    sendProblem(response, { status: 503, detail: UNAVAILABLE, errors: [] });
    return;
  }
  if (stored.some(({ status }) => status === 'received')) options.onAccepted();
  if (lenient) response.set('Preference-Applied', 'handling=lenient');
  const refused = file.faults.length === 0 ? {} : { refused: told(file.faults) };
  response.status(202).json({ table: file.table.name, messages: stored, ...refused });
}

interface File {
  readonly pack: string;
  readonly source: string;
  readonly table: CsvTable;
  readonly rows: readonly CsvRow[];
  readonly faults: readonly Fault[];
}

function fileIn({ packNamed }: CsvDoorOptions, request: Request): File | Refusal {
  const pack = String(request.params['pack']);
  const found = packNamed(pack);
  if (found === undefined)
    return { status: 404, detail: 'There is no mapping pack of that name that takes files.', errors: [] };
  const [type = '', ...parameters] = (request.get('content-type') ?? '').split(';').map((part) => part.trim());
  if (!TYPES.includes(type.toLowerCase()))
    return { status: 415, detail: `The content type must be one of ${TYPES.join(', ')}.`, errors: [] };
  const charset = parameters
    .find((part) => /^charset=[^"]|^charset="[^"]/i.test(part))
    ?.replace(/^charset="?([^"]*)"?$/i, '$1');
  const bytes = Buffer.isBuffer(request.body) ? request.body : new Uint8Array();
  const read = readCsv(bytes, charset, found.takes);
  if ('fault' in read)
    return { status: 400, detail: 'Nothing was stored.', errors: [{ path: '', message: read.fault }] };
  return { pack, source: found.source, ...read };
}

/** Messages of what is news; the rest is answered with the message that said it. */
async function keep({ accept, newest, clock }: CsvDoorOptions, file: File): Promise<readonly Accepted[]> {
  const names = [...new Set(file.rows.map(({ row }) => nameOf(file.table, row)))];
  const known = await newest.newestRows(file.source, names);
  const { messages, saidBy, current } = newsIn(file, known, clock.now());
  const accepted: Accepted[] = [];
  for (let n = 0; n < messages.length; n += MOST_AT_ONCE)
    accepted.push(...(await acceptAnyhow(messages.slice(n, n + MOST_AT_ONCE), accept)));
  const idOf = (by: number | string) => (typeof by === 'string' ? by : (accepted[by]?.id ?? ''));
  const rows = new Map<string, NewestRow>();
  for (const [name, { by, ...row }] of current)
    if (typeof by === 'number') rows.set(name, { ...row, messageId: idOf(by) });
  await newest.keepNewestRows(file.source, rows);
  return saidBy.map(({ by, isNews }) => {
    const own = typeof by === 'number' && isNews ? accepted[by] : undefined;
    return own ?? { id: idOf(by), status: 'duplicate' };
  });
}

/** By the message of this file with that number, or by an earlier one of that id. */
type By = number | string;

interface News {
  readonly messages: readonly SourceMessage[];
  /** Of each row of the file, in its order. */
  readonly saidBy: readonly { readonly by: By; readonly isNews: boolean }[];
  readonly current: ReadonlyMap<string, Current>;
}

type Current = Omit<NewestRow, 'messageId'> & { readonly by: By };

function newsIn({ pack, source, table, rows }: File, known: ReadonlyMap<string, NewestRow>, receivedAt: Instant): News {
  const messages: SourceMessage[] = [];
  const current = new Map<string, Current>();
  for (const [name, { messageId, ...row }] of known) current.set(name, { ...row, by: messageId });
  const saidBy = rows.map(({ row }) => {
    const name = nameOf(table, row);
    const content: CsvContent = { table: table.name, row };
    const hash = contentHash(content);
    const before = current.get(name);
    if (before?.contentHash === hash) return { by: before.by, isNews: false };
    const n = (before?.n ?? 0) + 1;
    const by = messages.length;
    const kind = `${CSV_KIND}${pack}/${table.name}`;
    messages.push({ source, messageKey: `${name}#${n}`, kind, receivedAt, content, contentHash: hash });
    current.set(name, { contentHash: hash, n, by });
    return { by, isNews: true };
  });
  return { messages, saidBy, current };
}

/** What a row is called across files. */
function nameOf({ name, key }: CsvTable, row: CsvRow['row']): string {
  return `${CSV_KIND}${name}/${JSON.stringify(key.map((column) => row[column] ?? ''))}`;
}

function told(faults: readonly Fault[]): readonly Fault[] {
  const more = faults.length - MOST_FAULTS;
  return more > 0 ? [...faults.slice(0, MOST_FAULTS), { path: '', message: `${more} more were left out` }] : faults;
}

function answerBodyError(error: unknown, _request: Request, response: Response, next: NextFunction): void {
  const fault = response.headersSent ? undefined : bodyFault(error);
  if (fault === undefined) next(error);
  else sendProblem(response, { ...fault, errors: [] });
}
