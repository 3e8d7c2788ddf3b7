import type { FhirResource } from 'fhir/r4.js';
import { applyPrepared } from '../apply-message.js';
import type { Mappings } from '../load-mappings.js';
import type { Mapped } from '../map/map-message.js';
import type { Identifier } from '../model/facts.js';
import type { SourceMessage } from '../model/message.js';
import type { Pathway } from '../model/pathway.js';
import type { PipelineSteps } from '../pipeline.js';
import { openStore } from '../store/open-store.js';
import type { Store } from '../store/store.js';
import type { Instant } from '../support/clock.js';
import { newId } from '../support/ids.js';
import { silentLog } from '../support/log.js';

/** What would follow from messages, were they the only ones. */
export interface Rehearsed {
  readonly patients: readonly { readonly identifiers: readonly Identifier[]; readonly pathways: readonly Pathway[] }[];
  readonly resources: readonly FhirResource[];
}

export interface RehearsalOptions {
  readonly mappings: Mappings;
  readonly at: Instant;
  /** An empty folder: the store is made there, and nothing reads it afterwards. */
  readonly tempDir: string;
}

const LEASE_MS = 3_600_000;
const AT_ONCE = 1_000;

/** Takes what was mapped through the pipeline's own steps, on a store that nobody keeps. Nothing is sent. */
export async function rehearse(
  mapped: readonly { readonly message: SourceMessage; readonly mapped: Mapped }[],
  { mappings, at, tempDir }: RehearsalOptions,
): Promise<Rehearsed> {
  const clock = { now: () => at };
  const store = await openStore({ dataDir: tempDir, clock, log: silentLog });
  try {
    const steps = rehearsalSteps(store, mappings, at);
    const byKey = new Map(mapped.map((each) => [nameOf(each.message), each.mapped]));
    for (let n = 0; n < mapped.length; n += AT_ONCE) {
      const some = mapped.slice(n, n + AT_ONCE);
      await store.accept(
        some.map(({ message }) => message),
        { lenient: true },
      );
    }
    for (let claims = await claimed(store, at); claims.length > 0; claims = await claimed(store, at))
      for (const claim of claims) {
        const found = byKey.get(nameOf(claim.message));
        if (found === undefined) throw new Error('A message that was claimed is one that was accepted');
        await store.transaction((tx) => applyPrepared(steps, tx, { claim, mapped: found }, at));
      }
    const patients = await pathwaysIn(store, [...byKey.values()]);
    return { patients, resources: await wantedIn(store, at) };
  } finally {
    await store.close();
  }
}

function claimed(store: Store, at: Instant) {
  return store.claimMessages(at, AT_ONCE, LEASE_MS);
}

function nameOf({ source, messageKey }: SourceMessage): string {
  return JSON.stringify([source, messageKey]);
}

function rehearsalSteps(store: Store, mappings: Mappings, at: Instant): PipelineSteps {
  const refused = () => Promise.reject(new Error('Nothing is sent in a rehearsal'));
  return {
    store,
    mappings: () => mappings,
    checkData: () => [],
    deliver: refused,
    lookUp: refused,
    newId,
    registersFor: () => true,
    packNameOf: () => undefined,
    serverOf: () => ({}),
    livesOnTarget: () => false,
    clock: { now: () => at },
    log: silentLog,
  };
}

async function pathwaysIn(store: Store, mapped: readonly Mapped[]): Promise<Rehearsed['patients']> {
  const patients = new Map<string, { identifiers: Identifier[]; pathways: Pathway[] }>();
  const identifiers = mapped.flatMap(({ facts }) => facts.flatMap(({ fact }) => identifiersOf(fact)));
  const each = new Map(identifiers.map((identifier) => [`${identifier.system}|${identifier.value}`, identifier]));
  for (const identifier of each.values()) {
    const stored = await store.pathwaysOf(identifier);
    const [first] = stored;
    if (first === undefined) continue;
    const known = patients.get(first.patientId);
    if (known !== undefined) known.identifiers.push(identifier);
    else patients.set(first.patientId, { identifiers: [identifier], pathways: stored.map(({ pathway }) => pathway) });
  }
  return [...patients.values()];
}

function identifiersOf(fact: object): readonly Identifier[] {
  const { patient } = fact as { patient?: { identifier?: readonly Identifier[] } };
  return patient?.identifier ?? [];
}

async function wantedIn(store: Store, at: Instant): Promise<readonly FhirResource[]> {
  const resources: FhirResource[] = [];
  for (;;) {
    const claims = await store.claimDeliveries(at, AT_ONCE, LEASE_MS);
    if (claims.length === 0) return resources;
    resources.push(...claims.flatMap(({ rows }) => rows.map(({ wanted }) => wanted)));
  }
}
