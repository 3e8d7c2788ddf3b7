import type { Transaction } from 'kysely';
import type { Pathway } from '../model/pathway.js';
import type { Clock } from '../support/clock.js';
import type { Log } from '../support/log.js';
import { connectPostgres, connectSqlite, type Connection } from './connection.js';
import { creationsOn } from './creations.js';
import { reviveDeadLetters } from './dead-letters.js';
import { ourNames } from './given-ids.js';
import { Journal } from './journal.js';
import { knownResource, loadPatient } from './load-patient.js';
import {
  claimMessages,
  finishMessage,
  listMessages,
  mappedBy,
  messageView,
  replay,
  replayPack,
  updateClaimed,
} from './messages.js';
import { keepNewestRows, newestRows } from './newest-rows.js';
import { adopt, clarify, isSending, ownTask, unclearPatients } from './on-target.js';
import { claimDeliveries, completeDelivery } from './outbox.js';
import { lockPatients } from './patients.js';
import { moveWatermark, openPatients, ownResources, watermark } from './polled.js';
import { recordFacts } from './record-facts.js';
import { keepSaid, keepUnresolved, retryHeld, saidBefore } from './said-resources.js';
import { savePatient } from './save-patient.js';
import { saveWanted } from './save-wanted.js';
import { counts, scanCandidates, takeSlot } from './scan-queries.js';
import type { Store, StoredPathway, StoreTransaction } from './store.js';
import type { Tables } from './tables.js';
import { transactionsOn } from './transactions.js';
import { orUnavailable } from './unavailable.js';
import { keepUnmapped, retryMapped, unmappedCodes } from './unmapped.js';

export interface StoreOptions {
  /** The folder of the SQLite file. */
  readonly dataDir: string;
  /** PostgreSQL in its place. */
  readonly databaseUrl?: string;
  readonly clock: Clock;
  readonly log: Log;
}

/** Opens the store and brings its tables up to date. Rejects with `StoreInUse` when another process has the folder. */
export async function openStore({ dataDir, databaseUrl, clock, log }: StoreOptions): Promise<Store> {
  const connection = await orUnavailable(() =>
    databaseUrl === undefined ? connectSqlite(dataDir) : connectPostgres(databaseUrl, log),
  );
  if (connection.dialect === 'sqlite') await releaseLeases(connection);
  return storeOn(connection, clock);
}

/** There is one process on a SQLite file: whatever was claimed when it opens was claimed by one that is dead. */
async function releaseLeases({ db }: Connection): Promise<void> {
  await db.transaction().execute(async (trx) => {
    await trx.updateTable('messages').set({ lease_until: '' }).where('state', '=', 'received').execute();
    await trx.updateTable('deliveries').set({ lease_until: '' }).execute();
    await trx
      .updateTable('resources')
      .set({ maker: null })
      .where('state', '<>', 'done')
      .where('maker', 'is not', null)
      .execute();
  });
}

/** The store on a connection that is open already. */
export function storeOn(connection: Connection, clock: Clock): Store {
  const { db, dialect } = connection;
  const journal = new Journal(connection);
  const transactions = transactionsOn(connection);
  const { write, writeUnforced } = transactions;
  return {
    dialect,
    accept: (messages, options) => journal.accept(messages, options),
    claimMessages: (now, limit, leaseMs) => writeUnforced((trx) => claimMessages(trx, dialect, now, limit, leaseMs)),
    postponeMessage: async (claim, notBefore) => {
      await writeUnforced((trx) => updateClaimed(trx, claim, { not_before: notBefore }));
    },
    transaction: (work) => write((trx) => work(transactionOn(trx, connection))),
    claimDeliveries: (now, limit, leaseMs) => write((trx) => claimDeliveries(trx, dialect, now, limit, leaseMs)),
    // A claim is on disk before anything is sent: it says what may have been.
    completeDelivery: (claim, result) =>
      writeUnforced((trx) => completeDelivery(trx, dialect, claim, result, clock.now())),
    scanCandidates: (on, at, limit, after) => orUnavailable(() => scanCandidates(db, on, at, limit, after)),
    listMessages: (query) => orUnavailable(() => listMessages(db, query)),
    mappedBy: (pack, page) => orUnavailable(() => mappedBy(db, pack, page)),
    message: (id) => orUnavailable(() => messageView(db, id)),
    replay: (id) => write((trx) => replay(trx, dialect, id, clock.now())),
    pathwaysOf: (identifier) =>
      orUnavailable(async () => {
        const rows = await db
          .selectFrom('pathways')
          .innerJoin('patient_identifiers', 'patient_identifiers.patient_id', 'pathways.patient_id')
          .select(['pathways.patient_id', 'pathways.document'])
          .where('patient_identifiers.system', '=', identifier.system)
          .where('patient_identifiers.value', '=', identifier.value)
          .execute();
        return rows.map(storedPathway).sort((a, b) => (startOf(a) < startOf(b) ? -1 : 1));
      }),
    pathway: (id) =>
      orUnavailable(async () => {
        const row = await db.selectFrom('pathways').selectAll().where('id', '=', id).executeTakeFirst();
        return row === undefined ? undefined : storedPathway(row);
      }),
    saidBefore: (source, name) => orUnavailable(() => saidBefore(db, source, name)),
    unmappedCodes: () => orUnavailable(() => unmappedCodes(db)),
    retryMapped: (codes) => write((trx) => retryMapped(trx, codes)),
    replayPack: (pack, since) => write((trx) => replayPack(trx, pack, since, clock.now())),
    newestRows: (source, names) => orUnavailable(() => newestRows(db, source, names)),
    keepNewestRows: (source, rows) => write((trx) => keepNewestRows(trx, source, rows)),
    watermark: (source, type) => orUnavailable(() => watermark(db, source, type)),
    moveWatermark: (source, type, since) => write((trx) => moveWatermark(trx, source, type, since)),
    ownResources: (names) => orUnavailable(() => ownResources(db, names)),
    ourNames: (names) => orUnavailable(() => ourNames(db, names)),
    openPatients: (source) => orUnavailable(() => openPatients(db, source)),
    creations: creationsOn(transactions, clock),
    unclearPatients: () => orUnavailable(() => unclearPatients(db)),
    isSending: (taskIds) => orUnavailable(() => isSending(db, taskIds, clock.now())),
    retryHeld: () => write((trx) => retryHeld(trx)),
    reviveDeadLetters: async (at) => {
      for (let revived = 0; ;) {
        const some = await write((trx) => reviveDeadLetters(trx, dialect, at));
        if (some === 0) return revived;
        revived += some;
      }
    },
    counts: () => orUnavailable(() => counts(db)),
    takeSlot: (job, slot) => write((trx) => takeSlot(trx, job, slot)),
    // A true write: one that changes nothing goes through on a full disk, and on a server that takes none.
    check: () => write((trx) => writeOnce(trx)),
    close: () => connection.close(),
  };
}

async function writeOnce(trx: Transaction<Tables>): Promise<void> {
  const row = { job: 'check', slot: '' };
  await trx
    .insertInto('slots')
    .values(row)
    .onConflict((conflict) => conflict.columns(['job', 'slot']).doUpdateSet(row))
    .execute();
}

function transactionOn(trx: Transaction<Tables>, { dialect }: Connection): StoreTransaction {
  return {
    recordFacts: (mapped) => recordFacts(trx, dialect, mapped),
    loadPatient: (patientId) => loadPatient(trx, patientId),
    savePatient: (patientId, outcome, at, trigger) => savePatient(trx, patientId, outcome, at, trigger),
    keepSaid: (source, said) => keepSaid(trx, dialect, source, said),
    keepUnresolved: (wait) => keepUnresolved(trx, dialect, wait),
    keepUnmapped: (messageId, pack, codes) => keepUnmapped(trx, dialect, messageId, pack, codes),
    knownResource: (key) => knownResource(trx, key),
    want: (patientId, wanted, at) => saveWanted(trx, { patientId, wanted, at }),
    ownTask: (id) => ownTask(trx, id),
    adopt: (patientId, found) => adopt(trx, dialect, patientId, found),
    clarify: (patientId, resourceId) => clarify(trx, patientId, resourceId),
    finishMessage: (claim, end) => finishMessage(trx, claim, end),
    lockPatient: async (patientId) => (await lockPatients(trx, dialect, [patientId])).length === 1,
  };
}

function storedPathway(row: { patient_id: string; document: string }): StoredPathway {
  return { patientId: row.patient_id, pathway: JSON.parse(row.document) as Pathway };
}

function startOf({ pathway }: StoredPathway): string {
  return pathway.episodes[0]?.startedOn ?? '';
}
