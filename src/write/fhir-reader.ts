import type { Failure } from '../model/failure.js';
import type { InboundResource, ResourceName } from '../model/fhir-content.js';
import type { LookedUp, PendingWrite } from '../model/resources.js';
import type { Instant } from '../support/clock.js';
import { addMs } from '../support/dates.js';
import { backoffMs } from './backoff.js';
import { failureOf } from './failure-of.js';
import { isFhirId } from './fhir-id.js';
import { FhirTarget, type FhirTargetOptions } from './fhir-target.js';
import { identifiersIn, isOurs, tokenOf } from './ours-among.js';

export type ReadResult = { readonly resource: InboundResource | undefined } | { readonly failure: Failure };

/**
 * What changed, or why no more can be told. `expired`: the pages so far count, and the search must be made again. `unsupported`: the
 * server cannot search so. `unreachable`: it would answer nothing else either.
 */
export type ChangedPage =
  | { readonly resources: readonly InboundResource[]; readonly serverTime?: string }
  | {
      readonly failure: Failure;
      readonly expired: boolean;
      readonly unsupported: boolean;
      readonly unreachable: boolean;
    };

/** A FHIR server that is read from: a source, or the one that is written to. Never throws. */
export interface FhirReader {
  /** Undefined: it is not there, or not any more. */
  read(name: ResourceName): Promise<ReadResult>;
  /** What changed since an instant, the oldest first where the server can sort; all there is without one. */
  changedSince(type: string, since?: Instant): AsyncGenerator<ChangedPage>;
  /** What there is of a patient, for servers that cannot tell what changed. */
  ofPatient(type: string, patientId: string): AsyncGenerator<ChangedPage>;
  close(): void;
}

const PAGE_SIZE = '200';

export function createReader(options: FhirTargetOptions): FhirReader {
  const target = new FhirTarget(options);
  return {
    read: async ({ type, id }) => {
      if (!isFhirId(id)) return { resource: undefined };
      const reading = await target.read(type, id);
      if ('refusal' in reading) {
        const { refusal } = reading;
        return refusal.sort === 'permanent' ? { resource: undefined } : { failure: failureOf(refusal) };
      }
      return { resource: reading.standing?.resource as InboundResource | undefined };
    },
    changedSince: (type, since) =>
      pages(target, type, {
        _count: PAGE_SIZE,
        _sort: '_lastUpdated',
        ...(since === undefined ? {} : { _lastUpdated: `ge${since}` }),
      }),
    ofPatient: (type, patientId) => pages(target, type, { _count: PAGE_SIZE, patient: `Patient/${patientId}` }),
    close: () => target.close(),
  };
}

async function* pages(
  target: FhirTarget,
  type: string,
  parameters: Readonly<Record<string, string>>,
): AsyncGenerator<ChangedPage> {
  for await (const page of target.searchPages(type, parameters)) {
    if ('refusal' in page) {
      const { refusal, first } = page;
      const gone = !first && (refusal.status === 404 || refusal.status === 410);
      const unsupported = first && refusal.sort === 'permanent';
      const leftAlone = refusal.status === 429 || refusal.retryAfterMs !== undefined;
      const unreachable = refusal.status === undefined || refusal.status === 401 || leftAlone;
      yield { failure: failureOf(refusal), expired: gone, unsupported, unreachable };
    } else {
      const resources = page.resources as unknown as InboundResource[];
      yield { resources, ...(page.date === undefined ? {} : { serverTime: page.date }) };
    }
  }
}

/**
 * Which of the Patients and Organizations that were never written stand there already, by any of their identifiers. One is found;
 * several are several. Ours among them: it was written, and the answer was lost.
 */
export async function lookUp(
  target: FhirTarget,
  rows: readonly PendingWrite[],
  again: {
    readonly now: Instant;
    readonly attempts: number;
    readonly random: () => number;
    readonly givesIds?: boolean;
  },
): Promise<LookedUp & { readonly trouble?: Failure }> {
  const found = new Map<string, { id: string } | 'several'>();
  for (const row of rows) {
    if ((row.type !== 'Patient' && row.type !== 'Organization') || row.serverVersion !== undefined) continue;
    const ids = new Set<string>();
    let oursAlone = again.givesIds === true && row.sent.length > 0;
    for (const identifier of identifiersIn(row.wanted).map(tokenOf)) {
      const finding = await target.search(row.type, { identifier });
      if ('refusal' in finding) {
        // A server that cannot search so knows nobody by number: then ours is written.
        if (finding.refusal.sort === 'permanent') continue;
        const retryAt = addMs(again.now, backoffMs(again.attempts, again.random));
        return { found: new Map(), retryAt, trouble: failureOf(finding.refusal) };
      }
      for (const { id } of finding.resources) if (id !== undefined) ids.add(id);
      oursAlone &&= finding.resources.every((each) => isOurs(each, row));
    }
    const [only] = ids;
    // All of them may be what was sent, on a server that gives ids: the delivery sees to that. On others ours has our id.
    if (only === undefined || ids.has(row.id) || oursAlone) continue;
    found.set(row.key, ids.size > 1 ? 'several' : { id: only });
  }
  return { found };
}
