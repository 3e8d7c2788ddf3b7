import type { Transaction } from 'kysely';
import type { FhirResource } from 'fhir/r4.js';
import type { AnswerFact, Fact, HeldFact, PatientFact, StandingFact } from '../model/facts.js';
import type {
  Demographics,
  Identity,
  KnownOrganization,
  KnownResource,
  PatientRecord,
  QuestionRow,
} from '../model/record.js';
import type { ResourceKey, WrittenType } from '../model/resources.js';
import type { Warned } from '../model/warning.js';
import { organizationsIn } from './organizations.js';
import type { FactRow, ResourceRow, Tables } from './tables.js';

/** Everything of one patient, in a fixed number of queries. */
export async function loadPatient(trx: Transaction<Tables>, patientId: string): Promise<PatientRecord> {
  const patient = await trx.selectFrom('patients').selectAll().where('id', '=', patientId).executeTakeFirstOrThrow();
  const rows = await trx
    .selectFrom('facts')
    .selectAll()
    .where('patient_id', '=', patientId)
    .orderBy('seq')
    .orderBy('n')
    .execute();
  const facts = rows.map((row) => ({ row, fact: JSON.parse(row.content) as Fact }));
  const standing = facts
    .filter(({ row }) => row.stands === 1)
    .map(({ row, fact }) => standingOf(row, fact, firstAcceptedOf(row, rows)));
  const organizations = await organizationsOf(
    trx,
    facts.map(({ fact }) => fact),
  );
  return {
    id: patientId,
    resourceId: patient.resource_id,
    onTarget: patient.on_target,
    identifiers: await trx
      .selectFrom('patient_identifiers')
      .select(['system', 'value'])
      .where('patient_id', '=', patientId)
      .execute(),
    formerResourceIds: await formerResources(trx, patientId),
    demographics: facts.flatMap(({ row, fact }) => demographicsOf(row, fact)),
    facts: standing.filter(isPathwayFact),
    people: standing.filter((each): each is StandingFact<PatientFact> => each.fact.kind === 'patient'),
    held: standing.filter((each): each is StandingFact<HeldFact> => each.fact.kind === 'held'),
    answers: standing.filter((each): each is StandingFact<AnswerFact> => each.fact.kind === 'answer'),
    identities: await identitiesOf(trx, patientId),
    warned: await warnedOf(trx, patientId),
    questions: await questionsOf(trx, patientId, standing),
    messages: await messagesOf(trx, rows),
    organizations,
    resources: await resourcesOf(trx, patientId, rows, [...organizations.keys()]),
  };
}

function isPathwayFact(standing: StandingFact<Fact>): standing is StandingFact {
  return !['patient', 'answer', 'held', 'nothing'].includes(standing.fact.kind);
}

function standingOf(row: FactRow, fact: Fact, acceptedSeq: number): StandingFact<Fact> {
  return { key: row.fact_key, source: row.source, messageId: row.message_id, acceptedSeq, fact };
}

/** Rows come in the order of acceptance. */
function firstAcceptedOf({ fact_key: key, seq }: FactRow, rows: readonly FactRow[]): number {
  return rows.find((each) => each.fact_key === key)?.seq ?? seq;
}

function demographicsOf({ source, stated_at: statedAt, seq }: FactRow, fact: Fact): Demographics[] {
  return 'patient' in fact ? [{ patient: fact.patient, source, statedAt, acceptedSeq: seq }] : [];
}

async function formerResources(trx: Transaction<Tables>, patientId: string): Promise<string[]> {
  const rows = await trx
    .selectFrom('patient_former_resources')
    .select('resource_id')
    .where('patient_id', '=', patientId)
    .execute();
  return rows.map(({ resource_id: id }) => id);
}

async function identitiesOf(trx: Transaction<Tables>, patientId: string): Promise<Identity[]> {
  const rows = await trx.selectFrom('identities').selectAll().where('patient_id', '=', patientId).execute();
  if (rows.length === 0) return [];
  const starts = await trx
    .selectFrom('identity_starts')
    .selectAll()
    .where(
      'identity_id',
      'in',
      rows.map(({ id }) => id),
    )
    .execute();
  return rows.map(({ id, level, given }) => ({
    id,
    level,
    given,
    startKeys: starts.filter(({ identity_id: of }) => of === id).map(({ fact_key: key }) => key),
  }));
}

async function warnedOf(trx: Transaction<Tables>, patientId: string): Promise<Warned[]> {
  const rows = await trx.selectFrom('warned').selectAll().where('patient_id', '=', patientId).execute();
  return rows.map((row) => ({
    episodeId: row.episode_id,
    kind: row.kind as Warned['kind'],
    dueOn: row.due_on,
    level: row.level as Warned['level'],
    on: row.warned_on,
  }));
}

/** The patient's own, and those of its facts that were another patient's before. */
async function questionsOf(
  trx: Transaction<Tables>,
  patientId: string,
  facts: readonly StandingFact<Fact>[],
): Promise<QuestionRow[]> {
  const keys = [...new Set(facts.map(({ key }) => key))];
  const rows = await trx
    .selectFrom('questions')
    .selectAll()
    .where((eb) => eb.or([eb('patient_id', '=', patientId), ...(keys.length > 0 ? [eb('fact_key', 'in', keys)] : [])]))
    .execute();
  return rows.map((row) => ({
    factKey: row.fact_key,
    reason: row.reason,
    messageId: row.message_id,
    askAfter: row.ask_after,
    asked: row.asked === 1,
  }));
}

async function messagesOf(trx: Transaction<Tables>, facts: readonly FactRow[]): Promise<PatientRecord['messages']> {
  if (facts.length === 0) return new Map();
  const ids = [...new Set(facts.map(({ message_id: id }) => id))];
  const rows = await trx.selectFrom('messages').select(['id', 'received_at']).where('id', 'in', ids).execute();
  return new Map(rows.map(({ id, received_at: receivedAt }) => [id, { receivedAt }]));
}

async function organizationsOf(
  trx: Transaction<Tables>,
  facts: readonly Fact[],
): Promise<Map<string, KnownOrganization>> {
  const named = facts.flatMap(organizationsIn).map(({ identifier }) => identifier);
  if (named.length === 0) return new Map();
  const wanted = new Set(named.map(({ system, value }) => `${system}|${value}`));
  const rows = await trx
    .selectFrom('organizations')
    .selectAll()
    .where('system', 'in', [...new Set(named.map(({ system }) => system))])
    .where('value', 'in', [...new Set(named.map(({ value }) => value))])
    .execute();
  const known = rows
    .filter(({ system, value }) => wanted.has(`${system}|${value}`))
    .map(({ system, value, resource_id: resourceId, name, on_target: onTarget }): [string, KnownOrganization] => [
      `${system}|${value}`,
      { identifier: { system, value }, resourceId, onTarget, ...(name === null ? {} : { name }) },
    ]);
  return new Map(known);
}

/** The patient's own, those of its facts (they may have been another patient's before), and the organisations'. */
async function resourcesOf(
  trx: Transaction<Tables>,
  patientId: string,
  facts: readonly FactRow[],
  organizations: readonly string[],
): Promise<Map<string, KnownResource>> {
  const factKeys = [...new Set(facts.filter(({ stands }) => stands === 1).map(({ fact_key: key }) => key))];
  const keys = organizations.map((key) => `Organization|${key}`);
  const rows = await trx
    .selectFrom('resources')
    .selectAll()
    .where((eb) =>
      eb.or([
        eb('patient_id', '=', patientId),
        ...(factKeys.length > 0 ? [eb('fact_key', 'in', factKeys)] : []),
        ...(keys.length > 0 ? [eb('key', 'in', keys)] : []),
      ]),
    )
    .execute();
  return new Map(rows.map((row) => [row.key, knownFrom(row)]));
}

/** See {@link StoreTransaction.knownResource}. */
export async function knownResource(trx: Transaction<Tables>, key: ResourceKey): Promise<KnownResource | undefined> {
  const row = await trx.selectFrom('resources').selectAll().where('key', '=', key).executeTakeFirst();
  return row === undefined ? undefined : knownFrom(row);
}

function knownFrom(row: ResourceRow): KnownResource {
  return {
    key: row.key,
    type: row.type as WrittenType,
    id: row.id,
    firstWantedAt: row.first_wanted_at,
    wanted: JSON.parse(row.wanted) as FhirResource,
    isWritten: row.written !== null,
  };
}
