import type { Transaction } from 'kysely';
import { CANONICAL } from '../model/canonical.js';
import type { Fact, Identifier, KeyedFact } from '../model/facts.js';
import type { MappedMessage } from '../model/record.js';
import { settleConflicts } from './message-state.js';
import { keepOrganizations } from './organizations.js';
import { identifierName, lockNames, lockPatients, ownersOf, patientOf } from './patients.js';
import { judge, type Verdict } from './standing-version.js';
import type { Dialect } from './store.js';
import type { FactRow, Tables } from './tables.js';
import { factHashOf, versionKeyOf } from './version-key.js';

/** See {@link StoreTransaction.recordFacts}. */
export async function recordFacts(
  trx: Transaction<Tables>,
  dialect: Dialect,
  message: MappedMessage,
): Promise<readonly string[]> {
  const { before, others } = await lockTouched(trx, dialect, message);
  await trx.deleteFrom('facts').where('message_id', '=', message.messageId).execute();
  const own = message.facts.map((keyed, n) => rowOf(message, keyed, n));
  const verdicts = [...byObject([...others, ...own]).values()].flatMap(judge);
  const owners = await ownersNow(trx, verdicts, message.messageId);
  const rows = verdicts.map((verdict) => rowAfter(verdict, owners));
  await insert(
    trx,
    rows.filter(({ message_id: id }) => id === message.messageId),
  );
  await updateOthers(trx, verdicts, rows, message.messageId);
  const kept = rows.filter(({ message_id: id, refused }) => id === message.messageId && refused === 0);
  await keepOrganizations(
    trx,
    dialect,
    message,
    kept.map(({ content }) => JSON.parse(content) as Fact),
  );
  // Two that this message made one are one by now.
  return lockPatients(
    trx,
    dialect,
    [...rows, ...before, ...others].map(({ patient_id: id }) => id),
  );
}

function byObject(rows: readonly FactRow[]): Map<string, FactRow[]> {
  const objects = new Map<string, FactRow[]>();
  for (const row of rows) objects.set(row.fact_key, [...(objects.get(row.fact_key) ?? []), row]);
  return objects;
}

/** Whose the rows are that belong to nobody yet and are not refused. */
async function ownersNow(
  trx: Transaction<Tables>,
  verdicts: readonly Verdict[],
  messageId: string,
): Promise<ReadonlyMap<FactRow, string>> {
  const nobodys = verdicts
    .filter(({ row, refused }) => !refused && (row.message_id === messageId || row.refused === 1))
    .map(({ row }) => ({ row, fact: JSON.parse(row.content) as Fact }));
  for (const { row, fact } of nobodys) await patientIn(trx, row.fact_key, fact);
  const owners = new Map<FactRow, string>();
  // Asked again: a later fact may have made one of two patients.
  for (const { row, fact } of nobodys) owners.set(row, await patientIn(trx, row.fact_key, fact));
  return owners;
}

function rowAfter({ row, versionKey, refused, stands }: Verdict, owners: ReadonlyMap<FactRow, string>): FactRow {
  return {
    ...row,
    patient_id: refused ? '' : (owners.get(row) ?? row.patient_id),
    version_key: versionKey,
    refused: refused ? 1 : 0,
    stands: stands ? 1 : 0,
  };
}

async function insert(trx: Transaction<Tables>, rows: readonly FactRow[]): Promise<void> {
  for (let n = 0; n < rows.length; n += MOST_ROWS) {
    await trx
      .insertInto('facts')
      .values(rows.slice(n, n + MOST_ROWS))
      .execute();
  }
}

/** Other messages' rows that count as something else now, and those messages' states. */
async function updateOthers(
  trx: Transaction<Tables>,
  verdicts: readonly Verdict[],
  rows: readonly FactRow[],
  messageId: string,
): Promise<void> {
  const judgedAnew: string[] = [];
  for (const [index, after] of rows.entries()) {
    const before = verdicts[index]?.row;
    if (before === undefined || after.message_id === messageId) continue;
    const { version_key, refused, stands } = after;
    if (before.version_key === version_key && before.refused === refused && before.stands === stands) continue;
    const owner = before.refused === refused ? {} : { patient_id: after.patient_id };
    await trx
      .updateTable('facts')
      .set({ version_key, refused, stands, ...owner })
      .where('message_id', '=', after.message_id)
      .where('n', '=', after.n)
      .execute();
    if (before.refused !== refused) judgedAnew.push(after.message_id);
  }
  await settleConflicts(trx, judgedAnew);
}

/** What recording a message touches: the facts it had, and those that other messages have of the same objects. */
interface Touched {
  readonly before: readonly FactRow[];
  readonly others: readonly FactRow[];
}

/**
 * Locks objects and identifiers by name, then patients by id, each in one order. While it waits another transaction may move
 * an object or make two patients one: so it looks again, until all that is touched is locked.
 */
async function lockTouched(trx: Transaction<Tables>, dialect: Dialect, message: MappedMessage): Promise<Touched> {
  const identifiers = message.facts.flatMap(({ key, fact }) => identifiersOf(key, fact));
  const names = new Set<string>();
  const patients = new Set<string>();
  for (;;) {
    const touched = await findTouched(trx, message);
    if (dialect === 'sqlite') return touched;
    const facts = [...touched.before, ...touched.others];
    const objects = [...message.facts.map(({ key }) => key), ...touched.before.map(({ fact_key: key }) => key)];
    const newNames = [...objects, ...identifiers.map(identifierName)].filter((name) => !names.has(name));
    if (newNames.length > 0) {
      await lockNames(trx, dialect, newNames);
      for (const name of newNames) names.add(name);
      continue;
    }
    const owners = await ownersOf(trx, identifiers);
    const newPatients = [...facts, ...owners].map(({ patient_id: id }) => id).filter((id) => !patients.has(id));
    if (newPatients.length === 0) return touched;
    await lockPatients(trx, dialect, newPatients);
    for (const id of newPatients) patients.add(id);
  }
}

/** Who it is about. Where that is not known yet, it is somebody known by this object alone. */
function identifiersOf(key: string, fact: Fact): readonly Identifier[] {
  if ('patient' in fact) return fact.patient.identifier;
  return fact.kind === 'held' ? [{ system: NOT_KNOWN_YET, value: key }] : [];
}

async function findTouched(trx: Transaction<Tables>, message: MappedMessage): Promise<Touched> {
  const before = await trx.selectFrom('facts').selectAll().where('message_id', '=', message.messageId).execute();
  const objects = new Set([...message.facts.map(({ key }) => key), ...before.map(({ fact_key: key }) => key)]);
  if (objects.size === 0) return { before, others: [] };
  const others = await trx
    .selectFrom('facts')
    .selectAll()
    .where('fact_key', 'in', [...objects])
    .where('message_id', '<>', message.messageId)
    .execute();
  return { before, others };
}

const MOST_ROWS = 100;
const NOT_KNOWN_YET = `${CANONICAL}/not-known-yet`;

/** By its numbers; of an answer, by the Task it stands on. Empty: it is nobody's. */
async function patientIn(trx: Transaction<Tables>, key: string, fact: Fact): Promise<string> {
  if (fact.kind === 'nothing') return '';
  if (fact.kind !== 'answer') return patientOf(trx, identifiersOf(key, fact));
  const task = await trx
    .selectFrom('resources')
    .select('patient_id')
    .where('type', '=', 'Task')
    .where('id', '=', fact.businessId)
    .executeTakeFirst();
  return task?.patient_id ?? '';
}

function rowOf(message: MappedMessage, { key, fact, byArrival }: KeyedFact, n: number): FactRow {
  const said = versionKeyOf(fact.version);
  return {
    message_id: message.messageId,
    n,
    patient_id: '',
    fact_key: key,
    source: message.source,
    said_version: said,
    by_arrival: byArrival === true ? 1 : 0,
    version_key: said,
    content: JSON.stringify(fact),
    content_hash: factHashOf(fact),
    pack: message.pack,
    pack_version: message.packVersion,
    stated_at: message.statedAt,
    seq: message.acceptedSeq,
    held: fact.kind === 'held' ? 1 : 0,
    refused: 0,
    stands: 0,
  };
}
