import type { Task } from 'fhir/r4.js';
import type { HeldFact, PathwayFact, StandingFact } from '../model/facts.js';
import type { Composition, QuestionState } from './composition.js';
import { composeTask, ownerOf } from './task.js';
import { concept, SYSTEMS } from './terms.js';

/** Questions that only a person can answer, one Task for each business object and reason. CONTRACT 5, `triage`. */
export function composeTriage(composition: Composition): void {
  for (const state of composition.input.questions) {
    if (!state.question.asked) continue;
    const { factKey } = state.question;
    const held = composition.input.record.held.find(({ key }) => key === factKey);
    const standing = held ?? composition.facts.get(factKey);
    if (standing === undefined) composeAnswerQuestion(composition, state);
    else if (isOurs(composition, standing)) composeQuestion(composition, state, standing);
  }
}

type Asked = StandingFact<PathwayFact | HeldFact>;

/** What names no hospital yet came in here, so it is asked about here. */
function isOurs({ input }: Composition, { fact: { organization } }: Asked): boolean {
  return organization === undefined || input.registersFor(organization.identifier.value);
}

const STATUS = { open: 'ready', answered: 'completed', gone: 'cancelled' } as const;

function composeQuestion(composition: Composition, { question, state }: QuestionState, standing: Asked): void {
  const { reason, factKey } = question;
  const { fact, messageId } = standing;
  const pathwayId = composition.input.pathways.find(({ episodes }) =>
    episodes.some(({ startKeys }) => startKeys.includes(factKey)),
  )?.id;
  composeTask(composition, {
    key: `triage/${factKey}/${reason}`,
    code: 'triage',
    description: composition.input.texts.questions[reason]?.nb ?? reason,
    status: STATUS[state],
    ...(state === 'gone' ? { ended: 'no-longer-applies' } : {}),
    focus: composition.sourceReference(factKey),
    ...(fact.organization === undefined ? {} : { owner: ownerOf(composition, fact.organization, fact.unit) }),
    ...(fact.patient === undefined ? { isAboutNobody: true } : {}),
    ...(pathwayId === undefined ? {} : { pathwayId }),
    more: { reasonCode: concept(SYSTEMS.triage, reason) },
    messageIds: [messageId],
    factKey,
  });
}

/** About an answer that is not complete: the Task it stands on, to whoever has that. */
function composeAnswerQuestion(composition: Composition, { question, state }: QuestionState): void {
  const { reason, factKey } = question;
  const { record, texts } = composition.input;
  const answer = record.answers.find(({ key }) => key === factKey);
  const task = [...record.resources.values()].find(({ type, id }) => type === 'Task' && id === answer?.fact.businessId);
  if (answer === undefined || task === undefined) return;
  const { owner, groupIdentifier } = task.wanted as Task;
  composeTask(composition, {
    key: `triage/${factKey}/${reason}`,
    code: 'triage',
    description: texts.questions[reason]?.nb ?? reason,
    status: STATUS[state],
    ...(state === 'gone' ? { ended: 'no-longer-applies' } : {}),
    focus: { reference: `Task/${task.id}` },
    ...(owner === undefined ? {} : { owner }),
    ...(groupIdentifier?.value === undefined ? {} : { pathwayId: groupIdentifier.value }),
    more: { reasonCode: concept(SYSTEMS.triage, reason) },
    messageIds: [answer.messageId],
    factKey,
  });
}
