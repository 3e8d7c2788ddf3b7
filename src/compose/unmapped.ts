import type { Task } from 'fhir/r4.js';
import { ADAPTER, IDENTIFIERS, ownCodeSystem } from '../model/canonical.js';
import type { ExplanationTexts } from '../model/definition.js';
import type { KnownResource, UnmappedCode } from '../model/record.js';
import type { WantedResource } from '../model/resources.js';
import type { Instant } from '../support/clock.js';
import { narrativeOf } from './narrative/narrative.js';
import { concept, SYSTEMS } from './terms.js';

export interface UnmappedTask {
  readonly unmapped: UnmappedCode;
  /** The Task as it was wanted before. */
  readonly known: KnownResource | undefined;
  /** Whether the pack has a target for it by now: that is the answer. */
  readonly hasTarget: boolean;
  readonly texts: ExplanationTexts;
  readonly at: Instant;
  readonly newId: () => string;
}

const KEYS = 'Task|triage/unmapped-code/';
const INPUT = ownCodeSystem('pathway-task-input');

/** One Task for each code that no ConceptMap of a pack has, whatever waits for it. CONTRACT 5, `unmapped-code`. */
export function composeUnmapped({ unmapped, known, hasTarget, texts, at, newId }: UnmappedTask): WantedResource[] {
  const { pack, system, code, isWaitedFor } = unmapped;
  const key = unmappedKeyOf(unmapped);
  if (!isWaitedFor && known === undefined) return [];
  const id = known?.id ?? newId();
  const status = isWaitedFor ? 'ready' : hasTarget ? 'completed' : 'cancelled';
  const input = (name: string, value: object) => ({ type: concept(INPUT, name), ...value });
  const content: Task = {
    resourceType: 'Task',
    id,
    meta: { source: ADAPTER },
    identifier: [{ system: IDENTIFIERS.task, value: key.slice('Task|'.length) }],
    status,
    ...(status === 'cancelled' ? { statusReason: concept(SYSTEMS.taskEnd, 'no-longer-applies') } : {}),
    intent: 'order',
    code: concept(SYSTEMS.task, 'triage'),
    reasonCode: concept(SYSTEMS.triage, 'unmapped-code'),
    description: texts.questions['unmapped-code']?.nb ?? '',
    authoredOn: known?.firstWantedAt ?? at,
    input: [
      input('pack', { valueString: pack }),
      ...(system === '' ? [] : [input('system', { valueUri: system })]),
      input('code', { valueString: code }),
    ],
  };
  const told = { ...content, text: narrativeOf(content, texts, undefined) };
  return [{ key, type: 'Task', id, content: told, messageIds: [] }];
}

export function unmappedKeyOf({ pack, system, code }: Pick<UnmappedCode, 'pack' | 'system' | 'code'>): string {
  return `${KEYS}${JSON.stringify([pack, system, code])}`;
}

/** Whether a key is that of such a Task. */
export function isUnmappedKey(key: string): boolean {
  return key.startsWith(KEYS);
}
