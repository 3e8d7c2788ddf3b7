import { addDays, type Day } from '../support/dates.js';
import type { DeadlineDefinition, ExplanationTexts, PathwayDefinition } from '../model/definition.js';
import type { Deadline, LeftOut, Registration } from '../model/pathway.js';
import type { Carried } from './carried.js';
import { textOf, type Source } from './explain.js';

/** A day that a clock counts from or is stopped by, with what says so. */
export interface Milestone extends Source {
  readonly on: Day;
  /** Which episode of the pathway registered it, from 0; absent: it was carried from elsewhere. */
  readonly episode?: number;
}

/** The pathway's first A, S and C: its clocks run through all its episodes. */
export interface Clocks {
  readonly A?: Milestone;
  readonly S?: Milestone;
  readonly C?: Milestone;
}

/** The pathway's first, of the registrations of its episodes in their order: own or carried for A and S, own alone for C; what has no day stops and starts no clock. CONTRACT 4, rules 5 and 11. */
export function clocksOf(own: readonly (readonly Registration[])[], carried: readonly Carried[]): Clocks {
  const first = (event: string, withCarried: boolean): Milestone | undefined => {
    const candidates: Milestone[] = own.flatMap((registrations, episode) =>
      registrations
        .filter((registration) => registration.event === event)
        .map(({ on, basis }) => ({ on, key: basis.factKey, messageId: basis.messageId, episode })),
    );
    if (withCarried) {
      for (const entry of carried) {
        if (entry.event === event && entry.on !== undefined) candidates.push({ ...entry, on: entry.on });
      }
    }
    return candidates.reduce<Milestone | undefined>(
      (best, c) => (best === undefined || c.on < best.on ? c : best),
      undefined,
    );
  };
  const [a, s, c] = [first('A', true), first('S', true), first('C', false)];
  return { ...(a && { A: a }), ...(s && { S: s }), ...(c && { C: c }) };
}

export interface EpisodeView {
  /** Which episode of the pathway it is, from 0. */
  readonly episode: number;
  /** The day the episode ended, or the next one began without the transfer: what is unmet then ends. */
  readonly cutOn?: Day;
  readonly attendancesLeftOut: readonly LeftOut[];
}

/** The deadlines as one episode sees them. CONTRACT 4, rule 11. */
export function deadlinesOf(
  clocks: Clocks,
  view: EpisodeView,
  definition: PathwayDefinition,
  texts: ExplanationTexts,
): Deadline[] {
  const seen = (milestone: Milestone | undefined) =>
    milestone !== undefined && isSeen(milestone, view) ? milestone : undefined;
  return definition.deadlines.flatMap((deadline) => {
    const start = deadline.from === 'A' ? clocks.A : seen(clocks.S);
    if (start === undefined) return [];
    return [deadlineFrom(start, seen(clocks[deadline.metBy]), deadline, view, texts)];
  });
}

/** What the next organisation registers on the day of the handover came after it. */
function isSeen({ on, episode }: Milestone, view: EpisodeView): boolean {
  if (view.cutOn === undefined || on < view.cutOn) return true;
  return on === view.cutOn && (episode === undefined || episode <= view.episode);
}

function deadlineFrom(
  start: Milestone,
  met: Milestone | undefined,
  { kind, days, metBy, text }: DeadlineDefinition,
  view: EpisodeView,
  texts: ExplanationTexts,
): Deadline {
  const rule = textOf(texts.rules, 'deadline');
  const basis = (met === undefined ? [start] : [start, met]).map((source) => ({
    factKey: source.key,
    messageId: source.messageId,
  }));
  return {
    kind,
    start: start.on,
    dueOn: addDays(start.on, days),
    ...(met !== undefined ? { metOn: met.on } : view.cutOn === undefined ? {} : { endedOn: view.cutOn }),
    explanation: {
      rule: `deadline-${kind}`,
      text: { nb: `${text.nb}. ${rule.nb}`, en: `${text.en}. ${rule.en}` },
      basis,
      leftOut: metBy === 'S' && met === undefined ? view.attendancesLeftOut : [],
    },
  };
}
