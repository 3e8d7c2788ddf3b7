import { composeUnmapped, unmappedKeyOf } from './compose/unmapped.js';
import { KnownPlaces } from './map/organization-table.js';
import { mapMessage, type Mapped } from './map/map-message.js';
import { isDeepStrictEqual } from 'node:util';
import { answerOn, isOwnTask } from './map/task-answer.js';
import type { KeyedFact } from './model/facts.js';
import { FHIR_KIND, type FhirContent, type FhirEntry, type References } from './model/fhir-content.js';
import type { JournaledMessage, Reason } from './model/message.js';
import type { PatientOutcome, PatientRecord } from './model/record.js';
import type { PipelineSteps } from './pipeline.js';
import { writtenByOthers } from './receive/own-writes.js';
import { refresh, type RefreshOptions } from './refresh.js';
import { nameOnServer } from './resolve/followed.js';
import { namesIn, withOurNames, type Said } from './resolve/our-names.js';
import { resolveReferences } from './resolve/resolve-references.js';
import type { MessageClaim, MessageEnd, StoreTransaction } from './store/store.js';
import type { Instant } from './support/clock.js';
import { addMs } from './support/dates.js';

export type Prepared = { readonly claim: MessageClaim; readonly references?: References; readonly mapped: Mapped };

/** A source that does not answer is asked so often before the message waits with the reason, and others go on. */
const MOST_ASKED = 6;
const ASK_AGAIN_MS = 500;

/** What needs no transaction: references are followed, and the message is mapped. Undefined: it was put off. */
export async function prepareMessage(steps: PipelineSteps, claim: MessageClaim): Promise<Prepared | undefined> {
  const { message, attempts } = claim;
  if (!message.kind.startsWith(FHIR_KIND)) return { claim, mapped: await map(steps, message) };
  const { references, failure } = await follow(steps, message);
  const entries = (message.content as FhirContent).entries.map((entry) => withRead(entry, references));
  const busy = failure !== undefined || (await isBeingSent(steps, entries));
  if (busy && attempts < MOST_ASKED) {
    await steps.store.postponeMessage(claim, addMs(steps.clock.now(), ASK_AGAIN_MS * 2 ** attempts));
    return undefined;
  }
  const others = await byOthers(steps, message.source, entries);
  const said = await inOurNames(steps, message.source, { entries: others, references });
  const content: FhirContent = { entries: said.entries };
  return { claim, references, mapped: await map(steps, { ...message, content, references: said.references }) };
}

/** The server that is written to may have given our resources ids of its own. */
async function inOurNames(
  { store, livesOnTarget, serverOf }: PipelineSteps,
  source: string,
  said: Said,
): Promise<Said> {
  if (!livesOnTarget(source)) return said;
  const { base } = serverOf(source);
  return withOurNames(said, await store.ourNames(namesIn(said, base)), base);
}

function map({ mappings, checkData, packNameOf }: PipelineSteps, message: JournaledMessage): Promise<Mapped> {
  const { organizations, packs } = mappings();
  return mapMessage(message, { packs, places: new KnownPlaces(organizations), packNameOf, checkData });
}

function follow({ store, serverOf }: PipelineSteps, { source, content, references = {} }: JournaledMessage) {
  return resolveReferences(content as FhirContent, references, {
    ...serverOf(source),
    said: (name) => store.saidBefore(source, name),
  });
}

/** What a notification only named, as it was when it was read. */
function withRead(entry: FhirEntry, references: References): FhirEntry {
  const { toRead, place } = entry;
  const resource = toRead === undefined ? undefined : references[`${toRead.type}/${toRead.id}`];
  return resource === undefined ? entry : { place, resource };
}

/** While a Task of ours is on its way, nobody can say yet which of its content is ours. */
async function isBeingSent({ store }: PipelineSteps, entries: readonly FhirEntry[]): Promise<boolean> {
  const tasks = entries.flatMap(({ resource }) =>
    resource !== undefined && isOwnTask(resource) ? (resource.id ?? []) : [],
  );
  return tasks.length > 0 && (await store.isSending(tasks));
}

/** Without what this service wrote itself, where the source is the server that it writes to. */
async function byOthers(
  { store, livesOnTarget }: PipelineSteps,
  source: string,
  entries: readonly FhirEntry[],
): Promise<readonly FhirEntry[]> {
  if (!livesOnTarget(source)) return entries;
  const resources = entries.flatMap(({ resource }) => resource ?? []);
  const theirs = new Set(await writtenByOthers(resources, (names) => store.ownResources(names)));
  return entries.filter(({ resource }) => resource === undefined || theirs.has(resource));
}

/** A message's facts take the place of those it had, and every patient they touch is derived anew: all or nothing. */
export async function applyPrepared(
  steps: PipelineSteps,
  tx: StoreTransaction,
  { claim, mapped, references }: Prepared,
  at: Instant,
): Promise<void> {
  const { message } = claim;
  const { source, pack, packVersion, said, holds, reasons } = mapped;
  await tx.keepSaid(message.source, said);
  const { base } = steps.serverOf(message.source);
  const waits = holds.map((hold) => ({ ...hold, reference: nameByWhichSaid(hold.reference, base) }));
  const again = await tx.keepUnresolved({ messageId: message.id, source: message.source, holds: waits });
  await wantUnmapped(steps, tx, { claim, mapped }, at);
  const patientIds = await tx.recordFacts({
    messageId: message.id,
    acceptedSeq: message.seq,
    source,
    statedAt: message.statedAt ?? message.receivedAt,
    pack,
    packVersion,
    facts: await withoutOurOwn(tx, mapped.facts),
  });
  const state = endState(reasons);
  const kept = references === undefined ? {} : { references };
  const held = await tx.finishMessage(claim, { state, reasons, pack, again, ...kept });
  if (!held) throw new LeaseLost();
  for (const patientId of patientIds) await refreshPatient(steps, tx, patientId, { at, scan: false }, message.id);
}

/** What only lacks the target of a code waits for it; what cannot be mapped at all is refused. */
function endState(reasons: readonly Reason[]): MessageEnd['state'] {
  if (reasons.some(({ code }) => code !== 'unmapped-code')) return 'rejected';
  return reasons.length > 0 ? 'waiting' : 'applied';
}

/** The Task of each code that a message waits for, or waited for until now. */
async function wantUnmapped(
  { mappings, newId }: PipelineSteps,
  tx: StoreTransaction,
  { claim, mapped }: Prepared,
  at: Instant,
): Promise<void> {
  const { packs, texts } = mappings();
  for (const unmapped of await tx.keepUnmapped(claim.message.id, mapped.pack, mapped.missing)) {
    const { pack, unitId } = unmapped;
    const known = await tx.knownResource(unmappedKeyOf(unmapped));
    const hasTarget = packs.find(({ name }) => name === pack)?.hasTarget(unmapped) === true;
    await tx.want(unitId, composeUnmapped({ unmapped, known, hasTarget, texts, at, newId }), at);
  }
}

/** `Type/id`, also where a reference says it with the address of the source's own server. */
function nameByWhichSaid(reference: string, base: string | undefined): string {
  const name = nameOnServer(reference, base);
  return name === undefined ? reference : `${name.type}/${name.id}`;
}

/**
 * A Task of ours says what a person put there only as far as it differs from what we put there ourselves; whose version it is
 * says nothing, since a person's word stays when we write again. Tasks of other installations are theirs.
 */
async function withoutOurOwn(tx: StoreTransaction, facts: readonly KeyedFact[]): Promise<KeyedFact[]> {
  const kept = await Promise.all(
    facts.map(async (keyed): Promise<KeyedFact[]> => {
      const { fact } = keyed;
      if (fact.kind !== 'answer') return [keyed];
      const own = await tx.ownTask(fact.businessId);
      if (own === undefined) return [];
      const ours = [own.wanted, own.written].map((task) => task && answerOn(task));
      if (!ours.some((says) => isDeepStrictEqual(says, fact.says))) return [keyed];
      const { businessId, version } = fact;
      return [{ ...keyed, fact: { kind: 'nothing', status: 'withdrawn', businessId, version } }];
    }),
  );
  return kept.flat();
}

/** Another worker has the message now: what was done here is rolled back. */
class LeaseLost extends Error {}

export type Occasion = Pick<RefreshOptions, 'at' | 'scan'>;

export async function refreshPatient(
  { mappings, newId, registersFor, livesOnTarget }: PipelineSteps,
  tx: StoreTransaction,
  patientId: string,
  occasion: Occasion,
  trigger?: string,
): Promise<{ before: PatientRecord; outcome: PatientOutcome }> {
  const before = await tx.loadPatient(patientId);
  const outcome = refresh(before, mappings(), { ...occasion, newId, registersFor, livesOnTarget });
  await tx.savePatient(patientId, outcome, occasion.at, trigger);
  return { before, outcome };
}
