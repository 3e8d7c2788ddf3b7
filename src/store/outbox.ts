import type { Transaction } from 'kysely';
import type { FhirResource } from 'fhir/r4.js';
import type { DeliveryResult, PendingWrite, WriteDone, WrittenType } from '../model/resources.js';
import type { Instant } from '../support/clock.js';
import { addMs } from '../support/dates.js';
import { canonicalJson } from '../support/ids.js';
import { givenIds, keepGivenIds } from './given-ids.js';
import { outdatedAmong } from './outdated.js';
import { lockPatients } from './patients.js';
import type { DeliveryClaim, Dialect } from './store.js';
import type { ResourceRow, Tables } from './tables.js';

const MOST_SENT = 8;

/** See {@link Store.claimDeliveries}: one patient at a time, and each by one worker. */
export async function claimDeliveries(
  trx: Transaction<Tables>,
  dialect: Dialect,
  now: Instant,
  limit: number,
  leaseMs: number,
): Promise<DeliveryClaim[]> {
  const claimed = await trx
    .with(
      (wb) => wb('due').materialized(),
      (qb) => {
        // With the patient's row: one that is being derived anew is left to the next round, so that nobody waits in a circle.
        const due = qb
          .selectFrom('deliveries')
          .innerJoin('patients', 'patients.id', 'deliveries.patient_id')
          .select('deliveries.patient_id')
          .where('not_before', '<=', now)
          .where('lease_until', '<=', now)
          .orderBy('not_before')
          .limit(limit);
        return dialect === 'postgres' ? due.forUpdate().skipLocked() : due;
      },
    )
    .updateTable('deliveries')
    .set((eb) => ({ lease_until: addMs(now, leaseMs), fence: eb('fence', '+', 1) }))
    .where('patient_id', 'in', (qb) => qb.selectFrom('due').select('patient_id'))
    .returning(['patient_id', 'fence', 'attempts'])
    .execute();
  if (claimed.length === 0) return [];
  const patients = claimed.map(({ patient_id: id }) => id);
  const rows = await markSent(trx, dialect, patients);
  const given = await givenIds(trx, patients);
  const outdated = await outdatedAmong(trx, rows);
  return claimed.map(({ patient_id: patientId, fence, attempts }) => {
    const own = rows.filter((row) => row.patient_id === null || row.patient_id === patientId).map(pendingOf);
    return {
      patientId,
      fence,
      attempts,
      given,
      rows: own,
      outdated: outdated.filter((key) => own.some((one) => one.key === key)),
    };
  });
}

/**
 * The patients' pending rows, and those that patients share, as they are before; from now on they may have been sent. A delivery that
 * is never heard of again leaves nobody who knows when it created what.
 */
async function markSent(
  trx: Transaction<Tables>,
  dialect: Dialect,
  patients: readonly string[],
): Promise<ResourceRow[]> {
  const pending = trx
    .selectFrom('resources')
    .selectAll()
    .where('state', '=', 'pending')
    .where((eb) => eb.or([eb('patient_id', 'in', patients), eb('patient_id', 'is', null)]))
    .orderBy('key');
  const rows = await (dialect === 'postgres' ? pending.forUpdate() : pending).execute();
  if (rows.length > 0) {
    await trx
      .updateTable('resources')
      .set((eb) => ({ sent: eb('sent', '||', eb('wanted', '||', '\n')), looked_for_since: null }))
      .where(
        'key',
        'in',
        rows.map(({ key }) => key),
      )
      .execute();
  }
  return rows;
}

function pendingOf(row: ResourceRow): PendingWrite {
  return {
    key: row.key,
    type: row.type as WrittenType,
    id: row.id,
    wanted: JSON.parse(row.wanted) as FhirResource,
    wantedN: row.wanted_n,
    sent: linesOf(row.sent).map((line) => JSON.parse(line) as FhirResource),
    ...(row.written === null ? {} : { written: JSON.parse(row.written) as FhirResource }),
    ...(row.server_version === null ? {} : { serverVersion: row.server_version }),
    ...(row.looked_for_since === null ? {} : { lookedForSince: row.looked_for_since }),
  };
}

/** See {@link Store.completeDelivery}. */
export async function completeDelivery(
  trx: Transaction<Tables>,
  dialect: Dialect,
  claim: DeliveryClaim,
  result: DeliveryResult,
  now: Instant,
): Promise<void> {
  // Gone: it was merged meanwhile, and its rows are sent again as the survivor's.
  if ((await lockPatients(trx, dialect, [claim.patientId])).length === 0) return;
  const released = {
    lease_until: '',
    not_before: result.retryAt ?? now,
    attempts: result.retryAt === undefined ? 0 : claim.attempts + 1,
  };
  const held = await trx
    .updateTable('deliveries')
    .set(released)
    .where('patient_id', '=', claim.patientId)
    .where('fence', '=', claim.fence)
    .returning('patient_id')
    .execute();
  if (held.length === 0) return;
  await keepGivenIds(trx, result.given ?? []);
  await settleAll(trx, result.done);
  await keepSent(trx, claim, result);
  // Organizations count too: one that came in meanwhile may have nobody else who sends it.
  const left = await trx
    .selectFrom('resources')
    .select('key')
    .where('state', '=', 'pending')
    .where((eb) => eb.or([eb('patient_id', '=', claim.patientId), eb('patient_id', 'is', null)]))
    .limit(1)
    .execute();
  if (left.length === 0) await trx.deleteFrom('deliveries').where('patient_id', '=', claim.patientId).execute();
}

/** Of what is not done, what was sent is kept in mind where it may have arrived. */
async function keepSent(
  trx: Transaction<Tables>,
  { rows }: DeliveryClaim,
  { done, uncertain = [], lookedForSince }: DeliveryResult,
): Promise<void> {
  const settled = new Set(done.filter(({ outcome }) => outcome !== 'dead').map(({ key }) => key));
  for (const { key, type, sent, wanted, ...row } of rows) {
    if (settled.has(key)) continue;
    const own = (uncertain.includes(key) ? [...sent, wanted] : sent).map((each) => canonicalJson(each));
    const ownSince = lookedForSince?.get(key) ?? row.lookedForSince ?? null;
    // What patients share may be on its way with another's delivery, which knows more.
    const now = type === 'Organization' ? await sentNow(trx, key) : undefined;
    const kept = [...new Set(now?.lines ?? own)].slice(-MOST_SENT);
    const since = (now?.since ?? '') > (ownSince ?? '') ? now?.since : ownSince;
    await trx
      .updateTable('resources')
      .set({ sent: kept.map((line) => `${line}\n`).join(''), looked_for_since: since ?? null })
      .where('key', '=', key)
      .execute();
  }
}

async function sentNow(trx: Transaction<Tables>, key: string): Promise<{ lines: string[]; since: string | null }> {
  const row = await trx
    .selectFrom('resources')
    .select(['sent', 'looked_for_since'])
    .where('key', '=', key)
    .executeTakeFirst();
  return { lines: linesOf(row?.sent ?? ''), since: row?.looked_for_since ?? null };
}

function linesOf(text: string): string[] {
  return text.split('\n').filter((line) => line !== '');
}

/** What is wanted may have changed while it was on its way: then the newer content is still to be sent. False: it has. */
async function settle(trx: Transaction<Tables>, done: WriteDone): Promise<boolean> {
  const { key, wantedN, outcome, written, serverVersion, reasons = [] } = done;
  const dead = outcome === 'dead';
  const stands = {
    sent: '',
    looked_for_since: null,
    ...(written === undefined ? {} : { written: canonicalJson(written) }),
    ...(serverVersion === undefined ? {} : { server_version: serverVersion }),
  };
  const state = dead ? ('dead' as const) : ('done' as const);
  const ended = await trx
    .updateTable('resources')
    .set((eb) => {
      const isNewest = eb('wanted_n', '=', wantedN);
      return {
        ...(dead ? {} : stands),
        state: eb.case().when(isNewest).then(state).else(eb.ref('state')).end(),
        reasons: eb.case().when(isNewest).then(JSON.stringify(reasons)).else(eb.ref('reasons')).end(),
      };
    })
    .where('key', '=', key)
    .returning('wanted_n')
    .executeTakeFirst();
  return ended?.wanted_n === wantedN;
}

async function settleAll(trx: Transaction<Tables>, all: readonly WriteDone[]): Promise<void> {
  const settled: string[] = [];
  for (const done of [...all].sort((a, b) => (a.key < b.key ? -1 : 1)))
    if ((await settle(trx, done)) && done.outcome !== 'dead') settled.push(done.key);
  if (settled.length > 0) await trx.deleteFrom('resource_basis').where('resource_key', 'in', settled).execute();
}
