import type { BilingualText, ExplanationTexts, PathwayDefinition } from '../../model/definition.js';

export type Language = keyof BilingualText;

/** Every text of `narratives` that must be there. Of those with `{…}` that place is filled in. */
export const NARRATIVES = [
  'episode',
  'mistake',
  'since',
  'between',
  'responsible',
  'registered',
  'deadlines',
  'deadline-open',
  'deadline-met',
  'deadline-ended',
  'findings',
  'due',
  'warned-because',
  'kind/deadline-warning',
  'kind/triage',
  'kind/registration-finding',
  'kind/follow-up',
  'level/approaching',
  'level/booked-too-late',
  'level/overdue',
  'input/pack',
  'input/system',
  'input/code',
  'about',
  'ask/first-attendance',
  'ask/clinical-decision',
  'ask/deadline-warning/approaching',
  'ask/deadline-warning/booked-too-late',
  'ask/deadline-warning/overdue',
  'ask/triage/unspecified-mark',
  'ask/triage/assessed-none',
  'ask/triage/no-pathway',
  'ask/triage/several-pathways',
  'ask/triage/abort-reason',
  'ask/triage/answer-without-day',
  'ask/triage/several-patients',
  'ask/triage/unresolved-reference',
  'ask/triage/unmapped-code',
  'ask/triage/unknown-organization',
  'ask/registration-finding',
  'ask/follow-up',
  'ask/follow-up/missing-transfer',
] as const;

type NarrativeId = (typeof NARRATIVES)[number];

/** In which language, and by whose words. */
export interface Telling {
  readonly language: Language;
  readonly texts: ExplanationTexts;
  /** That of the pathway; undefined: it is about none, or about none that is known. */
  readonly definition: PathwayDefinition | undefined;
}

/** The text of an id with its places filled in. */
export function phrase(telling: Telling, id: NarrativeId, values: Readonly<Record<string, string>> = {}): string {
  const text = anyPhrase(telling, id) ?? id;
  return text.replace(/\{(\w+)\}/g, (place, name: string) => values[name] ?? place);
}

/** Of ids, from the most special to the most general, the first that has a text. */
export function anyPhrase({ texts, language }: Telling, ...ids: readonly string[]): string | undefined {
  return ids.flatMap((id) => texts.narratives[id]?.[language] ?? [])[0];
}

/** `Diagnostisk pakkeforløp (C01)`. */
export function pathwayName({ definition, language }: Telling): string | undefined {
  return definition === undefined ? undefined : `${definition.name[language]} (${definition.code})`;
}

const MONTHS: Readonly<Record<Language, readonly string[]>> = {
  nb: 'januar februar mars april mai juni juli august september oktober november desember'.split(' '),
  en: 'January February March April May June July August September October November December'.split(' '),
};

/** `27. januar 2026`, `27 January 2026`. What is no whole day stays as it is. */
export function dayInWords(day: string, language: Language): string {
  const [, year = '', month = '', date = ''] = /^(\d{4})-(\d\d)-(\d\d)$/.exec(day) ?? [];
  const name = MONTHS[language][Number(month) - 1];
  if (name === undefined) return day;
  return `${Number(date)}${language === 'nb' ? '.' : ''} ${name} ${year}`;
}
