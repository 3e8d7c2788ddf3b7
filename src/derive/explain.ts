import type { BilingualText, ExplanationTexts } from '../model/definition.js';
import type { Basis, Explanation, LeftOut } from '../model/pathway.js';

/** Every rule that can decide something: what is derived, or why nothing is. */
export const RULES = [
  'start-marked',
  'start-assessed',
  'start-carried',
  'start-suspicion',
  'first-attendance',
  'transfer-of-responsibility',
  'clinical-decision',
  'abort',
  'death',
  'deadline',
  'finding',
  'counted-attendance',
  'booked-attendance',
  'superfluous-closing',
  'purpose-without-pathway',
  'referral-not-marked',
  'referral-of-another-pathway',
  'suspicion-of-another-pathway',
  'scope-without-responsibility',
  'transfer-within-the-hospital',
  'about-another-pathway',
  'referral-is-no-start',
  'says-nothing-of-the-pathway',
  'attendance-not-placed',
  'attendance-of-unknown-id',
  'attendance-left-out',
  'withdrawn',
  'waits',
] as const;
export type RuleId = (typeof RULES)[number];

/** Every reason for which something was looked at and did not count. */
export const LEFT_OUT = [
  'start-on-a-later-day',
  'attendance-before-start',
  'attendance-after-end',
  'attendance-not-held',
  'attendance-not-in-person',
  'attendance-not-for-workup',
  'attendance-purpose-not-said',
  'attendance-not-the-first',
  'attendance-of-unknown-id',
  'closing-after-the-end',
  'closing-of-lower-rank',
  'carried-own-facts-win',
  'carried-without-day',
  'carried-later-than-receipt',
] as const;
export type LeftOutId = (typeof LEFT_OUT)[number];

export const QUESTIONS = [
  'unspecified-mark',
  'assessed-none',
  'no-pathway',
  'several-pathways',
  'abort-reason',
  'answer-without-day',
  'several-patients',
  'unresolved-reference',
  'unknown-organization',
  'unmapped-code',
] as const;
export type QuestionReason = (typeof QUESTIONS)[number];

/** Anything with a key and a message can be pointed to. */
export interface Source {
  readonly key: string;
  readonly messageId: string;
}

export function basisOf({ key, messageId }: Source): Basis {
  return { factKey: key, messageId };
}

export function explain(
  texts: ExplanationTexts,
  rule: RuleId,
  sources: readonly Source[],
  leftOut: readonly LeftOut[] = [],
): Explanation {
  return { rule, text: textOf(texts.rules, rule), basis: sources.map(basisOf), leftOut };
}

/** The explanation, with how the fact behind it had to be read. */
export function withNotes(explanation: Explanation, notes: readonly string[], texts: ExplanationTexts): Explanation {
  const sentences = [explanation.text, ...notes.map((note) => textOf(texts.notes, note))];
  const text = { nb: sentences.map(({ nb }) => nb).join(' '), en: sentences.map(({ en }) => en).join(' ') };
  return { ...explanation, text };
}

export function leaveOut(texts: ExplanationTexts, why: LeftOutId, source: Source): LeftOut {
  return { ...basisOf(source), why, text: textOf(texts.leftOut, why) };
}

export function textOf(texts: Readonly<Record<string, BilingualText>>, id: string): BilingualText {
  return texts[id] ?? { nb: id, en: id };
}
