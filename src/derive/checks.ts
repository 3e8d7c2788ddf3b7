import { ageOn, type Day } from '../support/dates.js';
import type { CheckDefinition, ExplanationTexts, PathwayDefinition } from '../model/definition.js';
import type { Finding, Registration } from '../model/pathway.js';
import type { Carried } from './carried.js';
import type { CourseEpisode } from './course.js';
import type { Clocks } from './deadlines.js';
import { basisOf, textOf, type Source } from './explain.js';
import { superfluousIn } from './registrations.js';

/** What a check looks at: one episode's own and carried registrations, and what its pathway knows. */
export interface Checked {
  readonly episode: CourseEpisode;
  readonly own: readonly Registration[];
  readonly carried: readonly Carried[];
  readonly clocks: Clocks;
  readonly birthDate?: Day;
}

interface Dated extends Source {
  readonly event: string;
  readonly code: string;
  readonly on: Day;
}

/** The findings of an episode, each at most once, in the order of the definition. CONTRACT 4, rule 12; list 9329. */
export function findingsOf(checked: Checked, definition: PathwayDefinition, texts: ExplanationTexts): Finding[] {
  return definition.checks.flatMap((check) => {
    const sources = foundBy(check, checked, definition);
    const text = definition.findings.find(({ code }) => code === check.finding)?.text;
    if (sources.length === 0 || text === undefined) return [];
    const rule = textOf(texts.rules, 'finding');
    const sentence = { nb: `${text.nb}. ${rule.nb}`, en: `${text.en}. ${rule.en}` };
    const explanation = { rule: `finding-${check.finding}`, text: sentence, basis: sources.map(basisOf), leftOut: [] };
    return [{ code: check.finding, explanation }];
  });
}

/** What the check objects to; nothing: it passes. */
function foundBy(check: CheckDefinition, checked: Checked, definition: PathwayDefinition): readonly Source[] {
  const { episode, carried, clocks } = checked;
  switch (check.kind) {
    case 'unknown-code':
      return carried.filter(({ known }) => !known);
    case 'expired-code':
      return carried.filter(({ expired }) => expired);
    case 'undated':
      return carried.filter(({ on }) => on === undefined);
    case 'before-start':
      return carried.filter(
        ({ event, on }) => event !== undefined && on !== undefined && clocks.A !== undefined && on < clocks.A.on,
      );
    case 'after':
      return codesAfter(check, checked);
    case 'superfluous-closing':
      return episode.end?.event === check.endedBy ? superfluousIn(episode) : [];
    case 'missing-before':
      return decisionsWithoutAttendance(check.outcomes, checked, definition);
    case 'younger-than':
      return isYounger(checked, check.years) ? episode.starts.slice(0, 1) : [];
    case 'several-referrals': {
      const referrals = episode.starts.filter(({ fact }) => fact.kind === 'referral');
      return referrals.length > 1 ? referrals : [];
    }
  }
}

/** Codes after the one that ended the course: closings that were not registered, and any code dated after it. */
function codesAfter(check: Extract<CheckDefinition, { kind: 'after' }>, checked: Checked): readonly Source[] {
  const { episode } = checked;
  const dated = datedCodes(checked);
  const ends = dated.filter(({ event }) => event === check.endedBy);
  const late = dated.filter(
    ({ event, on }) => (check.events as string[]).includes(event) && ends.some((end) => end.on < on),
  );
  const superfluous = episode.end?.event === check.endedBy ? superfluousIn(episode) : [];
  return [...late, ...superfluous.filter(({ event }) => check.events.includes(event))];
}

function datedCodes({ own, carried }: Checked): Dated[] {
  const ours = own.map(({ event, code, on, basis }) => ({
    event,
    code,
    on,
    key: basis.factKey,
    messageId: basis.messageId,
  }));
  const theirs = carried.flatMap(({ event, on, ...rest }) =>
    event === undefined || on === undefined ? [] : [{ ...rest, event, on }],
  );
  return [...ours, ...theirs];
}

function decisionsWithoutAttendance(
  outcomes: readonly string[],
  checked: Checked,
  definition: PathwayDefinition,
): readonly Source[] {
  const codes = outcomes.map((suffix) => `${definition.code}C${suffix}`);
  const attendedOn = checked.clocks.S?.on;
  return datedCodes(checked).filter(
    ({ code, on }) => codes.includes(code) && (attendedOn === undefined || attendedOn > on),
  );
}

function isYounger({ episode, birthDate }: Checked, years: number): boolean {
  return birthDate !== undefined && ageOn(birthDate, episode.startedOn) < years;
}
