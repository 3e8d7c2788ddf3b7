import type { Transaction } from 'kysely';
import type { Fact, Identifier, OrganizationStatement } from '../model/facts.js';
import type { MappedMessage } from '../model/record.js';
import { newId } from '../support/ids.js';
import type { Dialect } from './store.js';
import type { Tables } from './tables.js';

/** Organisations that a fact names and that resources may refer to. */
export function organizationsIn(fact: Fact): OrganizationStatement[] {
  if (!('organization' in fact)) return [];
  if (fact.status === 'withdrawn') return [fact.organization];
  const more: (OrganizationStatement | undefined)[] = [];
  if (fact.kind === 'transfer') more.push(fact.to);
  if (fact.kind === 'referral') {
    more.push(fact.sender?.organization, ...(fact.earlier ?? []).map(({ organization }) => organization));
  }
  return [fact.organization, ...more.filter((organization) => organization !== undefined)];
}

/** Gives each organisation that a message names a row. In one order, so that two transactions do not wait in a circle. */
export async function keepOrganizations(
  trx: Transaction<Tables>,
  dialect: Dialect,
  mapped: MappedMessage,
  facts: readonly Fact[],
): Promise<void> {
  const named = facts
    .flatMap(organizationsIn)
    .map((organization) => ({ organization, key: JSON.stringify(organization.identifier) }))
    .sort((a, b) => (a.key < b.key ? -1 : 1));
  for (const { organization } of named) await keepOrganization(trx, dialect, organization, mapped);
}

/** The newest message's name counts; which message is newest does not depend on the order of arrival. */
async function keepOrganization(
  trx: Transaction<Tables>,
  dialect: Dialect,
  { identifier, name }: OrganizationStatement,
  mapped: MappedMessage,
): Promise<void> {
  const { system, value } = identifier;
  const row = await organization(trx, identifier).executeTakeFirst();
  if (row === undefined) {
    await trx
      .insertInto('organizations')
      .values({ system, value, resource_id: newId(), name: null, named_at: '', named_seq: 0 })
      .onConflict((conflict) => conflict.columns(['system', 'value']).doNothing())
      .execute();
  }
  if (name === undefined) return;
  // Most messages of a hospital say the name it has, at the same time as others: none of them waits for another to say it.
  if (row?.name === name && dialect === 'postgres') {
    const free = await organization(trx, identifier).forUpdate().skipLocked().executeTakeFirst();
    if (free === undefined) return;
  }
  await trx
    .updateTable('organizations')
    .set({ name, named_at: mapped.statedAt, named_seq: mapped.acceptedSeq })
    .where('system', '=', system)
    .where('value', '=', value)
    .where((eb) =>
      eb.or([
        eb('named_at', '<', mapped.statedAt),
        eb.and([eb('named_at', '=', mapped.statedAt), eb('named_seq', '<=', mapped.acceptedSeq)]),
      ]),
    )
    .execute();
}

function organization(trx: Transaction<Tables>, { system, value }: Identifier) {
  return trx.selectFrom('organizations').selectAll().where('system', '=', system).where('value', '=', value);
}
