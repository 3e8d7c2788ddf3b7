import { compose } from './compose/compose.js';
import { derive } from './derive/derive.js';
import { identify } from './derive/identities.js';
import { milestoneAnswers } from './derive/milestone-answers.js';
import { personOf, type KnownPerson } from './derive/person.js';
import { questionAnswers, withAnswers, type QuestionAnswer } from './derive/question-answers.js';
import {
  heldQuestions,
  incompleteQuestions,
  questionRows,
  questionState,
  unclearPatientQuestions,
} from './derive/questions.js';
import { versionsByCode } from './derive/versions.js';
import { addWarnings, looksOn, warningStates, warningsToPost } from './derive/warnings.js';
import type { Mappings } from './load-mappings.js';
import type { PathwayDefinition } from './model/definition.js';
import type { AnswerFact, StandingFact } from './model/facts.js';
import type { Derivation, Pathway, Question } from './model/pathway.js';
import type { DeadlineRow, PatientOutcome, PatientRecord } from './model/record.js';
import type { Warned } from './model/warning.js';
import type { Instant } from './support/clock.js';
import { osloDayOf } from './support/dates.js';

export interface RefreshOptions {
  readonly at: Instant;
  /** A scan looks at the clock too: what is due is warned of, what waited long enough is asked. */
  readonly scan: boolean;
  readonly newId: () => string;
  readonly registersFor: (organizationNumber: string) => boolean;
  /** Whether a source's resources are on the FHIR server that is written to: they are referred to, never copied. */
  readonly livesOnTarget: (source: string) => boolean;
}

/**
 * Everything that follows from what the store holds of one patient: pathways, deadlines, warnings, questions, the state of the
 * messages, the resources that should exist. Pure but for the ids it gives; done anew on every change, so that late, repeated,
 * corrected and withdrawn messages need no code of their own.
 */
export function refresh(record: PatientRecord, mappings: Mappings, options: RefreshOptions): PatientOutcome {
  const { facts, dropped, derivation, answered, person, incomplete } = deriveAnswered(record, mappings);
  const { pathways, identities } = identify({
    known: record.identities,
    pathways: derivation.pathways,
    acceptedSeq: new Map(facts.map(({ key, acceptedSeq }) => [key, acceptedSeq])),
    newId: options.newId,
    givenNow:
      Math.max(0, ...record.identities.map(({ given }) => given), ...facts.map(({ acceptedSeq }) => acceptedSeq)) + 1,
  });
  const definitionOf = definitionLookup(mappings.definitions);
  const warned = warnedAfter(record, pathways, definitionOf, options);
  const questions = questionRows({
    known: record.questions,
    derivation,
    receivedAt: (messageId) => record.messages.get(messageId)?.receivedAt,
    ...(options.scan ? { scannedAt: options.at } : {}),
  });
  const codes = versionsByCode(mappings.definitions).map(([definition]) => definition?.code ?? '');
  const wanted = compose({
    record: { ...record, facts: [...facts, ...dropped] },
    person,
    pathways,
    definitionOf,
    definitions: mappings.definitions,
    outcomes: derivation.outcomes,
    questions: questions.map((question) => ({
      question,
      state: isAnsweredBy(question, answered)
        ? 'answered'
        : questionState(
            question,
            derivation,
            [...facts, ...record.people, ...incomplete].find(({ key }) => key === question.factKey),
            codes,
          ),
    })),
    warnings: pathways.flatMap((pathway) => {
      const episodeIds = pathway.episodes.map(({ id }) => id);
      const rows = warned.filter(({ episodeId }) => episodeIds.includes(episodeId));
      return warningStates(pathway.episodes, rows, definitionOf(pathway));
    }),
    texts: mappings.texts,
    at: options.at,
    newId: options.newId,
    registersFor: options.registersFor,
    livesOnTarget: options.livesOnTarget,
  });
  const deadlines = pathways.flatMap((pathway) => deadlineRows(pathway, warned, definitionOf(pathway), options));
  return {
    identities,
    pathways,
    deadlines,
    warned,
    questions,
    messages: messageStates(record, facts, derivation),
    wanted,
  };
}

interface Answered {
  /** The facts as they count: with what people said on milestones, and as they answered what was asked of others. */
  readonly facts: readonly StandingFact[];
  readonly dropped: readonly StandingFact[];
  readonly derivation: Derivation;
  readonly answered: readonly QuestionAnswer[];
  readonly incomplete: readonly StandingFact<AnswerFact>[];
  readonly person: KnownPerson;
}

/** An answer counts while the EPR leaves the question open; where it lands may raise the next. */
const MOST_ROUNDS = 4;

function deriveAnswered(record: PatientRecord, mappings: Mappings): Answered {
  const milestones = milestoneAnswers(record, mappings.definitions);
  const said = [...record.facts, ...milestones.facts];
  const answers = questionAnswers(record);
  const deaths = [...said, ...record.people].filter(({ fact }) => fact.status === 'active');
  const person = personOf(
    record.demographics,
    deaths.flatMap(({ fact }) => fact.patient.deceasedOn ?? []),
  );
  const startsOfOurId = new Map(record.identities.map(({ id, startKeys }) => [id, startKeys]));
  const { people } = record;
  let asked: Derivation['questions'] = [];
  for (let round = 1; ; round++) {
    const { facts, dropped, used } = withAnswers(said, answers, asked);
    const derived = derive({ ...mappings, facts, people, person, startsOfOurId });
    const before = asked.length;
    asked = [...asked, ...derived.questions.filter((question) => isNew(question, asked, answers))];
    if (asked.length > before && round < MOST_ROUNDS) continue;
    const questions = [
      ...derived.questions,
      ...incompleteQuestions(milestones.incomplete, mappings.texts),
      ...heldQuestions(record.held, mappings.texts),
      ...(record.onTarget === 'several' ? unclearPatientQuestions(derived.pathways, facts, mappings.texts) : []),
    ];
    return {
      facts,
      dropped,
      derivation: { ...derived, questions },
      answered: used,
      incomplete: milestones.incomplete,
      person,
    };
  }
}

type Named = Pick<Question, 'factKey' | 'reason'>;

function isAnsweredBy({ factKey, reason }: Named, answers: readonly Named[]): boolean {
  return answers.some((answer) => answer.factKey === factKey && answer.reason === reason);
}

function isNew(question: Question, asked: readonly Question[], answers: readonly QuestionAnswer[]): boolean {
  return isAnsweredBy(question, answers) && !isAnsweredBy(question, asked);
}

function definitionLookup(definitions: readonly PathwayDefinition[]): (pathway: Pathway) => PathwayDefinition {
  return ({ code, definitionVersion }) => {
    const found = definitions.find((each) => each.code === code && each.version === definitionVersion);
    if (found === undefined) throw new Error(`There is no definition ${code} version ${definitionVersion}`);
    return found;
  };
}

/** Deadlines of organisations that somebody else registers for are derived, never warned of. */
function watches({ registersFor }: RefreshOptions, episode: Pathway['episodes'][number]): boolean {
  return registersFor(episode.organization.identifier.value);
}

function warnedAfter(
  { warned }: PatientRecord,
  pathways: readonly Pathway[],
  definitionOf: (pathway: Pathway) => PathwayDefinition,
  options: RefreshOptions,
): readonly Warned[] {
  if (!options.scan) return warned;
  const today = osloDayOf(options.at);
  const added = pathways.flatMap((pathway) =>
    pathway.episodes
      .filter((episode) => watches(options, episode))
      .flatMap((episode) => warningsToPost(episode, warned, definitionOf(pathway), today)),
  );
  return addWarnings(warned, added);
}

function deadlineRows(
  { episodes }: Pathway,
  warned: readonly Warned[],
  definition: PathwayDefinition,
  options: RefreshOptions,
): DeadlineRow[] {
  return episodes.flatMap((episode) => {
    const looks = watches(options, episode) ? looksOn(episode, warned, definition) : new Map<string, string>();
    return episode.deadlines.map(({ kind, dueOn, metOn, endedOn }): DeadlineRow => {
      const lookOn = looks.get(kind);
      const state = metOn !== undefined ? 'met' : endedOn !== undefined ? 'ended' : 'open';
      return { episodeId: episode.id, kind, dueOn, state, ...(lookOn === undefined ? {} : { lookOn }) };
    });
  });
}

/** A message waits while one of its standing facts does; one that was overtaken has had its effect. */
function messageStates(
  { messages, answers, held }: PatientRecord,
  facts: readonly StandingFact[],
  derivation: Derivation,
): PatientOutcome['messages'] {
  return [...messages.keys()].map((messageId) => {
    const standing = [...facts, ...answers, ...held].filter((each) => each.messageId === messageId);
    const keys = new Set(standing.map(({ key }) => key));
    const asked = derivation.questions.filter(({ factKey }) => keys.has(factKey));
    if (asked.length > 0) {
      return {
        messageId,
        state: 'waiting',
        reasons: asked.map(({ reason, text, path = '' }) => ({ code: reason, path, message: text.en })),
      };
    }
    const idle = derivation.outcomes.filter(({ factKey, effect }) => keys.has(factKey) && effect === 'no-effect');
    const reasons = idle.map(({ explanation }) => ({ code: 'no-effect', path: '', message: explanation.text.en }));
    return { messageId, state: 'applied', reasons };
  });
}
