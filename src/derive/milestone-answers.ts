import type { PathwayDefinition } from '../model/definition.js';
import type { AnswerFact, AttendanceFact, PathwayFact, StandingFact, Version } from '../model/facts.js';
import type { PatientRecord } from '../model/record.js';
import { dayOf, daysBetween, isWhen, type Day } from '../support/dates.js';
import { originOf, type TaskOrigin } from './task-origin.js';

export interface AnsweredMilestones {
  /** What the answers say, as the facts that an EPR would have said. */
  readonly facts: readonly StandingFact[];
  /** Answers that lack the day, or what was decided: they wait. */
  readonly incomplete: readonly StandingFact<AnswerFact>[];
}

/** What people put on milestones, as facts of their own. CONTRACT 5, `first-attendance` and `clinical-decision`. */
export function milestoneAnswers(
  record: Pick<PatientRecord, 'answers' | 'resources' | 'identifiers'>,
  definitions: readonly PathwayDefinition[],
): AnsweredMilestones {
  const facts: StandingFact[] = [];
  const incomplete: StandingFact<AnswerFact>[] = [];
  for (const answer of record.answers) {
    const origin = originOf(answer.fact.businessId, record.resources);
    if (origin?.kind !== 'milestone') continue;
    const fact = factSaid(answer.fact, origin, record.identifiers, definitions);
    if (fact === undefined) incomplete.push(answer);
    else facts.push({ ...answer, fact });
  }
  return { facts, incomplete };
}

type Milestone = Extract<TaskOrigin, { kind: 'milestone' }>;

function factSaid(
  { businessId, version, says }: AnswerFact,
  { milestone, pathwayId, organization }: Milestone,
  identifier: PatientRecord['identifiers'],
  definitions: readonly PathwayDefinition[],
): PathwayFact | undefined {
  const base = {
    status: 'active' as const,
    businessId,
    version,
    patient: { identifier },
    organization: { identifier: organization },
    pathwayId,
    resourceType: 'Task',
  };
  if (milestone === 'first-attendance') {
    const on = dayAmong(version, says.attendedOn, says.endedAt);
    const place: AttendanceFact['place'] = says.place === 'contract-specialist' ? 'contract-specialist' : 'hospital';
    return on === undefined
      ? undefined
      : { ...base, kind: 'attendance', startedAt: on, startedOn: on, state: 'finished', form: 'outpatient', place };
  }
  const on = dayAmong(version, says.decidedOn, says.endedAt);
  const decided = decisionSaid(says, definitions);
  return on === undefined || decided === undefined ? undefined : { ...base, ...decided, decidedAt: on, decidedOn: on };
}

/**
 * The first that is a day, or an instant of one. What has happened lies no more than a day after it was answered (CONTRACT 4, rule 14):
 * a later day is a slip of the pen, and as good as none.
 */
function dayAmong(answeredAt: Version, ...given: readonly (string | undefined)[]): Day | undefined {
  const when = given.find((each) => each !== undefined && isWhen(each));
  if (when === undefined) return undefined;
  const on = dayOf(when);
  const isAhead = typeof answeredAt === 'string' && daysBetween(dayOf(answeredAt), on) > 1;
  return isAhead ? undefined : on;
}

/** The decision, or the abort, that a code of list 8480 says; undefined: it says neither. */
function decisionSaid(
  { outcome = '', organPathway, abortReason }: AnswerFact['says'],
  definitions: readonly PathwayDefinition[],
) {
  const definition = definitions.find(({ code }) => outcome.startsWith(code));
  if (definition === undefined) return undefined;
  const ending = outcome.slice(definition.code.length);
  const pathway = definition.code;
  if (ending === 'X') {
    const reason: 'patient-wish' | 'death' | 'other' =
      abortReason === 'patient-wish' || abortReason === 'death' ? abortReason : 'other';
    return { kind: 'abort' as const, reason, pathway };
  }
  const known = definition.outcomes.find(({ suffix }) => ending === `C${suffix}`)?.outcome;
  if (known === undefined) return undefined;
  type Outcome = Extract<PathwayFact, { kind: 'decision'; status: 'active' }>['outcome'];
  return {
    kind: 'decision' as const,
    outcome: known as Outcome,
    pathway,
    ...(organPathway === undefined ? {} : { organPathway }),
  };
}
