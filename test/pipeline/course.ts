import type { PathwayFact } from '../../src/model/facts.js';
import type { SourceMessage } from '../../src/model/message.js';
import type { DeliveryResult, PendingWrite } from '../../src/model/resources.js';
import { createPipeline, type Pipeline, type PipelineSteps } from '../../src/pipeline.js';
import type { Store } from '../../src/store/store.js';
import { contentHash, newId } from '../../src/support/ids.js';
import { silentLog } from '../../src/support/log.js';
import { mappings, organization, type At, type StoryEvent } from '../derive/history.js';

/** A FHIR server that takes everything: for tests of what comes before it. */
function acceptingAll(rows: readonly PendingWrite[]): Promise<DeliveryResult> {
  return Promise.resolve({
    done: rows.map(({ key, wantedN, wanted }) => ({
      key,
      wantedN,
      outcome: 'written',
      written: wanted,
      serverVersion: '1',
    })),
  });
}

export function pipelineOn(store: Store, now: () => string, more: Partial<PipelineSteps> = {}): Pipeline {
  return createPipeline({
    store,
    mappings: () => mappings,
    checkData: () => [],
    deliver: acceptingAll,
    newId,
    registersFor: () => true,
    packNameOf: (source) => source,
    serverOf: () => ({}),
    livesOnTarget: () => false,
    lookUp: () => Promise.resolve({ found: new Map() }),
    clock: { now },
    log: silentLog,
    ...more,
  });
}

/** Applies and sends until nothing is left. */
export async function settle(pipeline: Pipeline): Promise<void> {
  while ((await pipeline.applySome()) || (await pipeline.deliverSome()));
}

/** An event of a story as the door would hand it on. `patient` is the value of the patient's only identifier. */
export function messageOf(
  event: StoryEvent,
  key: string,
  patient = 'p',
  receivedAt = '2026-03-20T12:00:00.000Z',
): SourceMessage {
  const { at = 'hf1', source = 'urn:epr', to, patient: more, ...said } = event.said;
  const data = {
    version: 1,
    ...said,
    patient: {
      identifier: [{ system: 'urn:test', value: patient }],
      birthDate: '1957-05-17',
      ...(more as Partial<PathwayFact['patient']> | undefined),
    },
    organization: organization(at),
    ...(to === undefined ? {} : { to: organization(to as At) }),
  };
  const content = JSON.parse(JSON.stringify(data)) as unknown;
  return {
    source,
    messageKey: key,
    kind: `no.pakkeforlop.${event.kind}.v1`,
    receivedAt,
    content,
    contentHash: contentHash(content),
  };
}
