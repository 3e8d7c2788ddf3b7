import { addMs } from '../support/dates.js';
import type { Instant } from '../support/clock.js';
import type { ExplanationTexts } from '../model/definition.js';
import type { AnswerFact, HeldFact, PathwayFact, PatientFact, ReferralFact, StandingFact } from '../model/facts.js';
import type { DerivedPathway, Derivation, Question } from '../model/pathway.js';
import type { QuestionRow } from '../model/record.js';
import { textOf } from './explain.js';

/** A decision that belongs nowhere is asked about only when its referral had a day to arrive. CONTRACT 5, `triage`. */
const PATIENCE_MS = 24 * 60 * 60 * 1000;

export interface QuestionInput {
  readonly known: readonly QuestionRow[];
  readonly derivation: Derivation;
  readonly receivedAt: (messageId: string) => Instant | undefined;
  /** The instant of a scan: what has waited long enough is asked now. Absent: nothing is asked because of time. */
  readonly scannedAt?: Instant;
}

/** Answers on milestones that do not say when, or what. CONTRACT 5, `answer-without-day`. */
export function incompleteQuestions(
  incomplete: readonly StandingFact<AnswerFact>[],
  { questions }: ExplanationTexts,
): Question[] {
  const reason = 'answer-without-day';
  return incomplete.map(({ key, messageId }) => ({ factKey: key, messageId, reason, text: textOf(questions, reason) }));
}

/** What a version waits for that could not be understood yet. CONTRACT 5, `unresolved-reference`, `unknown-organization`. */
export function heldQuestions(held: readonly StandingFact<HeldFact>[], { questions }: ExplanationTexts): Question[] {
  return held.map(({ key, messageId, fact: { reason, path } }) => {
    return { factKey: key, messageId, reason, path, text: textOf(questions, reason) };
  });
}

/** One for each start, where the FHIR server has several Patients with the number. CONTRACT 5, `several-patients`. */
export function unclearPatientQuestions(
  pathways: readonly DerivedPathway[],
  facts: readonly StandingFact[],
  { questions }: ExplanationTexts,
): Question[] {
  const reason = 'several-patients';
  const starts = pathways.flatMap(({ episodes }) => episodes.flatMap(({ startKeys }) => startKeys));
  return facts
    .filter(({ key }) => starts.includes(key))
    .map(({ key, messageId }) => ({ factKey: key, messageId, reason, text: textOf(questions, reason) }));
}

/** The questions that are open, and those that were asked before: of what nobody was asked, nothing needs to be kept. */
export function questionRows({ known, derivation, receivedAt, scannedAt }: QuestionInput): QuestionRow[] {
  const rows = new Map(known.filter(({ asked }) => asked).map((row) => [rowKey(row), row]));
  for (const { factKey, reason, messageId } of derivation.questions) {
    const before = known.find((row) => rowKey(row) === rowKey({ factKey, reason }));
    const received = receivedAt(messageId) ?? '';
    const patient = reason === 'no-pathway' && received !== '';
    const askAfter = before?.askAfter ?? (patient ? addMs(received, PATIENCE_MS) : received);
    const asked = before?.asked === true || !patient || (scannedAt !== undefined && askAfter <= scannedAt);
    rows.set(rowKey({ factKey, reason }), { factKey, reason, messageId, askAfter, asked });
  }
  return [...rows.values()];
}

function rowKey({ factKey, reason }: Pick<QuestionRow, 'factKey' | 'reason'>): string {
  return `${reason} ${factKey}`;
}

/** What became of a question: open, answered by a newer message, or gone because nothing is to be asked any more. */
export function questionState(
  row: QuestionRow,
  derivation: Derivation,
  standing: StandingFact<PathwayFact | PatientFact | AnswerFact> | undefined,
  pathwayCodes: readonly string[],
): 'open' | 'answered' | 'gone' {
  if (derivation.questions.some((question) => rowKey(question) === rowKey(row))) return 'open';
  if (standing === undefined || standing.fact.status === 'withdrawn') return 'gone';
  return isAnswered(row, standing, derivation, pathwayCodes) ? 'answered' : 'gone';
}

function isAnswered(
  row: QuestionRow,
  { fact, key }: StandingFact<PathwayFact | PatientFact | AnswerFact>,
  derivation: Derivation,
  codes: readonly string[],
): boolean {
  if (row.reason === 'unspecified-mark' || row.reason === 'assessed-none') {
    return fact.kind === 'referral' && fact.status === 'active' && saysWhich(fact, row.reason, codes);
  }
  // It was understood: what it waited for is there.
  if (row.reason === 'unresolved-reference' || row.reason === 'unknown-organization') return true;
  return derivation.outcomes.some(({ factKey, effect }) => factKey === key && effect === 'used');
}

function saysWhich({ mark, assessment }: ReferralFact, reason: string, codes: readonly string[]): boolean {
  if (reason === 'unspecified-mark') return assessment !== undefined || (mark !== undefined && mark !== 'unspecified');
  const contradicted = assessment !== undefined && !codes.includes(assessment.pathway);
  return !(contradicted && mark !== undefined && codes.includes(mark));
}
