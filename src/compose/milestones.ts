import type { Task } from 'fhir/r4.js';
import type { MilestoneKind, PathwayDefinition } from '../model/definition.js';
import type { Episode, Pathway, Registration } from '../model/pathway.js';
import type { WarningState } from '../model/warning.js';
import { codeText } from './code-text.js';
import type { Composition } from './composition.js';
import { composeTask, ownerOf, taskKeyOf } from './task.js';
import { concept, SYSTEMS } from './terms.js';

/** Both milestones of an episode: what is to be done, by when, and the code once it is. CONTRACT 5. */
export function composeMilestones(composition: Composition, pathway: Pathway, episode: Episode): void {
  const definition = composition.input.definitionOf(pathway);
  for (const { kind, text } of definition.milestones) {
    const done = registrationFor(kind, episode);
    const over = done === undefined && episode.endedOn !== undefined;
    const dueOn = dueDayOf(definition, kind, episode);
    composeTask(composition, {
      key: milestoneKeyOf(kind, episode),
      code: kind,
      description: `${definition.name.nb}: ${text.nb}`,
      status: done !== undefined ? 'completed' : over ? 'cancelled' : 'ready',
      ...(over ? { ended: 'deadline-ended' } : {}),
      focus: { reference: `EpisodeOfCare/${episode.id}` },
      owner: ownerOf(composition, episode.organization, episode.unit),
      pathwayId: pathway.id,
      ...(dueOn === undefined ? {} : { dueOn }),
      ...(done === undefined ? {} : { more: { output: outputOf(definition, done) } }),
      messageIds: [],
    });
  }
}

function milestoneKeyOf(kind: MilestoneKind, episode: Episode): string {
  return `${kind}/${episode.id}`;
}

function registrationFor(kind: MilestoneKind, { registrations }: Episode): Registration | undefined {
  const letter = kind === 'first-attendance' ? 'S' : 'C';
  return registrations.find(({ event }) => event === letter);
}

/** The day of its deadline; of two the earlier. */
function dueDayOf(definition: PathwayDefinition, kind: MilestoneKind, episode: Episode): string | undefined {
  const kinds = definition.deadlines.filter(({ milestone }) => milestone === kind).map((each) => each.kind);
  return episode.deadlines
    .filter((deadline) => kinds.includes(deadline.kind))
    .map(({ dueOn }) => dueOn)
    .sort()[0];
}

function outputOf(definition: PathwayDefinition, { code }: Registration): NonNullable<Task['output']> {
  const display = codeText(code, definition).nb;
  return [
    {
      type: concept(SYSTEMS.taskOutput, 'outcome'),
      valueCodeableConcept: concept(SYSTEMS.registration, code, display),
    },
  ];
}

/** A warning's Task, in the state its cause is in. CONTRACT 5, `deadline-warning`. */
export function composeWarning(
  composition: Composition,
  pathway: Pathway,
  episode: Episode,
  state: WarningState,
): void {
  const { kind, dueOn, level } = state.warned;
  const deadline = composition.input.definitionOf(pathway).deadlines.find((each) => each.kind === kind);
  if (deadline === undefined) return;
  const text = composition.input.texts.narratives[`level/${level}`]?.nb ?? level;
  const milestone = composition.idOf(taskKeyOf(milestoneKeyOf(deadline.milestone, episode)));
  composeTask(composition, {
    key: `deadline-warning/${episode.id}/${kind}/${dueOn}/${level}`,
    code: 'deadline-warning',
    description: `${deadline.text.nb}: ${text} (${dueOn})`,
    status: state.status,
    ...(state.ended === undefined ? {} : { ended: state.ended }),
    focus: { reference: `EpisodeOfCare/${episode.id}` },
    owner: ownerOf(composition, episode.organization, episode.unit),
    pathwayId: pathway.id,
    dueOn,
    more: {
      reasonCode: concept(SYSTEMS.deadlineKind, kind),
      businessStatus: concept(SYSTEMS.warningLevel, level),
      priority: level === 'overdue' ? 'asap' : 'urgent',
      partOf: [{ reference: `Task/${milestone}` }],
    },
    messageIds: [],
  });
}
