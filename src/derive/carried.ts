import type { Day } from '../support/dates.js';
import type { CodeList, ExplanationTexts, PathwayDefinition } from '../model/definition.js';
import type { LeftOut } from '../model/pathway.js';
import type { CourseEpisode } from './course.js';
import { leaveOut, type Source } from './explain.js';
import { organizationKeyOf } from './organizations.js';

/** A registration that an onward referral brings from elsewhere, after what is known better has been taken out. */
export interface Carried extends Source {
  readonly code: string;
  readonly on?: Day;
  /** `A`, `S`, `O`, `C`, `X` of this pathway; absent: another pathway's code, or no code at all. */
  readonly event?: string;
  readonly known: boolean;
  readonly expired: boolean;
}

export interface CarriedRegistrations {
  readonly carried: readonly Carried[];
  readonly leftOut: readonly LeftOut[];
}

/** Codes that earlier episodes of the pathway have themselves: what they say goes before what is carried, code by code. */
export interface OwnCode {
  readonly organizationKey: string;
  readonly code: string;
}

/** The registrations an episode's onward referrals carry. CONTRACT 4, rule 5. */
export function carriedInto(
  episode: CourseEpisode,
  ownEarlier: readonly OwnCode[],
  definition: PathwayDefinition,
  codes: CodeList,
  texts: ExplanationTexts,
): CarriedRegistrations {
  const carried: Carried[] = [];
  const leftOut: LeftOut[] = [];
  for (const start of episode.starts) {
    if (!start.onward || start.fact.kind !== 'referral') continue;
    for (const entry of start.fact.earlier ?? []) {
      const code = entry.code === `${definition.code}AA` ? `${definition.code}A` : entry.code;
      const at = entry.organization && organizationKeyOf(entry.organization);
      if (ownEarlier.some((own) => own.code === code && (at === undefined || own.organizationKey === at))) {
        leftOut.push(leaveOut(texts, 'carried-own-facts-win', start));
      } else if (code === `${definition.code}A` && entry.on !== undefined && entry.on > start.on) {
        leftOut.push(leaveOut(texts, 'carried-later-than-receipt', start));
      } else {
        if (entry.on === undefined) leftOut.push(leaveOut(texts, 'carried-without-day', start));
        carried.push(carriedOf(start, code, entry.code, entry.on, definition, codes));
      }
    }
  }
  return { carried, leftOut };
}

function carriedOf(
  source: Source,
  code: string,
  asWritten: string,
  on: Day | undefined,
  definition: PathwayDefinition,
  codes: CodeList,
): Carried {
  const known = codes.codes.includes(asWritten);
  const event = known && code.startsWith(definition.code) ? code.charAt(definition.code.length) : undefined;
  const expiredFrom = codes.expired.find(({ prefix }) => asWritten.startsWith(prefix))?.from;
  return {
    key: source.key,
    messageId: source.messageId,
    code,
    known,
    expired: expiredFrom !== undefined && on !== undefined && on >= expiredFrom,
    ...(on === undefined ? {} : { on }),
    ...(event === undefined ? {} : { event }),
  };
}
