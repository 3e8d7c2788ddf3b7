import type { Transaction } from 'kysely';
import type { PatientOutcome } from '../model/record.js';
import type { Instant } from '../support/clock.js';
import { stateOf } from './message-state.js';
import { saveWanted } from './save-wanted.js';
import type { Tables } from './tables.js';

/** See {@link StoreTransaction.savePatient}. */
export async function savePatient(
  trx: Transaction<Tables>,
  patientId: string,
  outcome: PatientOutcome,
  at: Instant,
  trigger?: string,
): Promise<void> {
  await saveIdentities(trx, patientId, outcome);
  await savePathways(trx, patientId, outcome);
  await saveDeadlines(trx, patientId, outcome);
  await saveWarned(trx, patientId, outcome);
  await saveQuestions(trx, patientId, outcome);
  await saveMessages(trx, outcome);
  await saveWanted(trx, { patientId, wanted: outcome.wanted, at, ...(trigger === undefined ? {} : { trigger }) });
}

async function saveIdentities(
  trx: Transaction<Tables>,
  patientId: string,
  { identities }: PatientOutcome,
): Promise<void> {
  if (identities.length === 0) return;
  await trx
    .insertInto('identities')
    .values(identities.map(({ id, level, given }) => ({ id, level, given, patient_id: patientId })))
    .onConflict((conflict) => conflict.column('id').doNothing())
    .execute();
  const starts = identities.flatMap(({ id, startKeys }) =>
    startKeys.map((key) => ({ identity_id: id, fact_key: key })),
  );
  if (starts.length === 0) return;
  await trx
    .insertInto('identity_starts')
    .values(starts)
    .onConflict((conflict) => conflict.columns(['identity_id', 'fact_key']).doNothing())
    .execute();
}

async function savePathways(trx: Transaction<Tables>, patientId: string, { pathways }: PatientOutcome): Promise<void> {
  const ids = pathways.map(({ id }) => id);
  await trx
    .deleteFrom('pathways')
    .where('patient_id', '=', patientId)
    .$if(ids.length > 0, (query) => query.where('id', 'not in', ids))
    .execute();
  if (pathways.length === 0) return;
  const rows = pathways.map((pathway) => ({
    id: pathway.id,
    patient_id: patientId,
    definition_version: pathway.definitionVersion,
    document: JSON.stringify(pathway),
  }));
  await trx
    .insertInto('pathways')
    .values(rows)
    .onConflict((conflict) =>
      conflict.column('id').doUpdateSet((eb) => ({
        document: eb.ref('excluded.document'),
        definition_version: eb.ref('excluded.definition_version'),
        patient_id: eb.ref('excluded.patient_id'),
      })),
    )
    .execute();
}

async function saveDeadlines(
  trx: Transaction<Tables>,
  patientId: string,
  { deadlines }: PatientOutcome,
): Promise<void> {
  const wanted = deadlines.map((row) => ({
    episode_id: row.episodeId,
    kind: row.kind,
    patient_id: patientId,
    due_on: row.dueOn,
    state: row.state,
    look_on: row.lookOn ?? null,
  }));
  const known = await trx.selectFrom('deadlines').selectAll().where('patient_id', '=', patientId).execute();
  if (sameRows(known, wanted)) return;
  await trx.deleteFrom('deadlines').where('patient_id', '=', patientId).execute();
  if (wanted.length > 0) await trx.insertInto('deadlines').values(wanted).execute();
}

async function saveWarned(trx: Transaction<Tables>, patientId: string, { warned }: PatientOutcome): Promise<void> {
  if (warned.length === 0) return;
  const rows = warned.map((row) => ({
    episode_id: row.episodeId,
    kind: row.kind,
    due_on: row.dueOn,
    level: row.level,
    patient_id: patientId,
    warned_on: row.on,
  }));
  await trx
    .insertInto('warned')
    .values(rows)
    .onConflict((conflict) =>
      conflict
        .columns(['episode_id', 'kind', 'due_on', 'level'])
        .doUpdateSet((eb) => ({ warned_on: eb.ref('excluded.warned_on') })),
    )
    .execute();
}

async function saveQuestions(
  trx: Transaction<Tables>,
  patientId: string,
  { questions }: PatientOutcome,
): Promise<void> {
  const wanted = questions.map((row) => ({
    fact_key: row.factKey,
    reason: row.reason,
    patient_id: patientId,
    message_id: row.messageId,
    ask_after: row.askAfter,
    asked: row.asked ? 1 : 0,
  }));
  const known = await trx.selectFrom('questions').selectAll().where('patient_id', '=', patientId).execute();
  if (sameRows(known, wanted)) return;
  await trx.deleteFrom('questions').where('patient_id', '=', patientId).execute();
  if (wanted.length === 0) return;
  // A fact that moved here from another patient brings its questions along.
  await trx
    .insertInto('questions')
    .values(wanted)
    .onConflict((conflict) =>
      conflict.columns(['fact_key', 'reason']).doUpdateSet((eb) => ({
        patient_id: eb.ref('excluded.patient_id'),
        message_id: eb.ref('excluded.message_id'),
        ask_after: eb.ref('excluded.ask_after'),
        asked: eb.ref('excluded.asked'),
      })),
    )
    .execute();
}

/** What is to be mapped again has no state yet; of the others the message's own state goes before what its facts ask. */
async function saveMessages(trx: Transaction<Tables>, { messages }: PatientOutcome): Promise<void> {
  if (messages.length === 0) return;
  const ids = messages.map(({ messageId }) => messageId);
  const known = await trx
    .selectFrom('messages')
    .select(['id', 'state', 'reasons', 'own_state', 'own_reasons', 'conflicts'])
    .where('id', 'in', ids)
    .execute();
  const byId = new Map(known.map((row) => [row.id, row]));
  for (const { messageId, state, reasons } of messages) {
    const row = byId.get(messageId);
    if (row === undefined || row.state === 'received') continue;
    const joined = stateOf(row, { state, reasons });
    if (row.state === joined.state && row.reasons === joined.reasons) continue;
    await trx.updateTable('messages').set(joined).where('id', '=', messageId).execute();
  }
}

function sameRows(known: readonly object[], wanted: readonly object[]): boolean {
  const text = (rows: readonly object[]) =>
    rows
      .map((row) => JSON.stringify(Object.entries(row).sort()))
      .sort()
      .join();
  return text(known) === text(wanted);
}
