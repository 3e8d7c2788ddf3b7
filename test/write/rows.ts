import type { Encounter, EpisodeOfCare, FhirResource, Task } from 'fhir/r4.js';
import type { PendingWrite } from '../../src/model/resources.js';
import { createSender, type Sender, type SenderOptions } from '../../src/write/sender.js';
import type { Log, LogFields } from '../../src/support/log.js';

export const BASE = 'http://127.0.0.1:9/fhir';
export const NOW = '2026-03-20T12:00:00.000Z';
/** Never may it stand in a log or a reason. */
export const NATIONAL_ID = '17915710069';

export interface Logged {
  readonly event: string;
  readonly fields: LogFields | undefined;
}

export function senderTo(
  baseUrl = BASE,
  timeoutMs = 300,
  check: SenderOptions['check'] = () => [],
): { sender: Sender; logged: Logged[] } {
  const logged: Logged[] = [];
  const note = (event: string, fields?: LogFields) => void logged.push({ event, fields });
  const log: Log = { info: note, warn: note, error: note };
  const clock = { now: () => NOW };
  const sender = createSender({ baseUrl: () => baseUrl, timeoutMs, clock, random: () => 0.5, check, log });
  return { sender, logged };
}

export function patient(): FhirResource {
  return { resourceType: 'Patient', id: 'p1', identifier: [{ system: 'urn:test', value: NATIONAL_ID }] };
}

export function episode(status: EpisodeOfCare['status'] = 'active'): EpisodeOfCare {
  return { resourceType: 'EpisodeOfCare', id: 'e1', status, patient: { reference: 'Patient/p1' } };
}

export function encounter(id: string): Encounter {
  return {
    resourceType: 'Encounter',
    id,
    identifier: [{ system: 'urn:c', value: id }],
    status: 'finished',
    class: { code: 'AMB' },
    subject: { reference: 'Patient/p1' },
    episodeOfCare: [{ reference: 'EpisodeOfCare/e1' }],
  };
}

/** An episode and its encounter, which refer to each other. */
export function circle(): [Encounter, EpisodeOfCare] {
  return [encounter('c1'), { ...episode(), referralRequest: [{ reference: 'Encounter/c1' }] }];
}

export function task(more: Partial<Task> = {}): Task {
  return {
    resourceType: 'Task',
    id: 't1',
    status: 'ready',
    intent: 'order',
    description: 'First attendance',
    owner: { identifier: { system: 'urn:org', value: '1' } },
    for: { reference: 'Patient/p1' },
    ...more,
  };
}

export function pending(wanted: FhirResource, more: Partial<PendingWrite> = {}): PendingWrite {
  const { resourceType, id = '' } = wanted;
  return {
    key: `${resourceType}|${id}`,
    type: resourceType as PendingWrite['type'],
    id,
    wanted,
    wantedN: 1,
    sent: [],
    ...more,
  };
}
