import type { EpisodeOfCare } from 'fhir/r4.js';
import { IDENTIFIERS } from '../model/canonical.js';
import type { Identifier } from '../model/facts.js';
import type { KnownResource, PatientRecord } from '../model/record.js';

/** What a Task of ours is about, by the key it was given. */
export type TaskOrigin =
  | {
      readonly kind: 'milestone';
      readonly milestone: 'first-attendance' | 'clinical-decision';
      readonly pathwayId: string;
      readonly organization: Identifier;
    }
  | { readonly kind: 'question'; readonly factKey: string; readonly reason: string };

/** Undefined: it is a warning, a duty, or none of this patient's Tasks; nobody's answer on it is a fact. */
export function originOf(taskId: string, resources: PatientRecord['resources']): TaskOrigin | undefined {
  const task = [...resources.values()].find(({ type, id }) => type === 'Task' && id === taskId);
  const [, kind, about] = /^Task\|([a-z-]+)\/(.+)$/s.exec(task?.key ?? '') ?? [];
  if (kind === undefined || about === undefined) return undefined;
  if (kind === 'first-attendance' || kind === 'clinical-decision')
    return milestoneOf(kind, resources.get(`EpisodeOfCare|${about}`));
  if (kind !== 'triage') return undefined;
  const end = about.lastIndexOf('/');
  return { kind: 'question', factKey: about.slice(0, end), reason: about.slice(end + 1) };
}

function milestoneOf(
  milestone: 'first-attendance' | 'clinical-decision',
  episode: KnownResource | undefined,
): TaskOrigin | undefined {
  const { identifier, managingOrganization } = (episode?.wanted ?? {}) as Partial<EpisodeOfCare>;
  const pathwayId = identifier?.find(({ system }) => system === IDENTIFIERS.pathway)?.value;
  const { system, value } = managingOrganization?.identifier ?? {};
  if (pathwayId === undefined || system === undefined || value === undefined) return undefined;
  return { kind: 'milestone', milestone, pathwayId, organization: { system, value } };
}
