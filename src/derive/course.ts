import type { Day } from '../support/dates.js';
import { compareClosings, type Closing, type FactIds } from './closings.js';
import { compareStarts, type Start } from './starts.js';

export interface CourseEpisode {
  readonly pathway: CoursePathway;
  readonly organizationKey: string;
  /** The deciding start first: days ascend. */
  readonly starts: Start[];
  readonly startedOn: Day;
  /** What was attributed to it, whether it counts or not. */
  closings: Closing[];
  /** The closing that counts. */
  end: Closing | undefined;
}

export interface CoursePathway {
  readonly episodes: CourseEpisode[];
}

/** Which pathway an id names: one of the EPR's, or one of ours (by the starts that ever belonged to it). */
export interface KnownIds {
  readonly startsOfOurId: ReadonlyMap<string, readonly string[]>;
  /** Keys of referrals that are known, starts or not. */
  readonly referralKeys: ReadonlySet<string>;
  readonly referralKeyOf: (source: string, referralId: string) => string;
}

/** Where a fact belongs, or why nowhere. */
export type Placement =
  | { readonly found: 'episode'; readonly episode: CourseEpisode }
  | { readonly found: 'several' | 'nothing' | 'unknown-id' | 'referral-is-no-start' };

/** A patient's pathways as they stand after some of the days: starts and closings are laid in day by day. */
export class Course {
  readonly pathways: CoursePathway[] = [];
  /** What became of each closing, by key. */
  readonly placements = new Map<string, Placement>();

  constructor(private readonly ids: KnownIds) {}

  get episodes(): CourseEpisode[] {
    return this.pathways.flatMap(({ episodes }) => episodes);
  }

  /**
   * The episode a fact of that day belongs to (CONTRACT 4, rules 6 and 7). With ids: the pathway's episode open on the day,
   * wherever it took place, at its own organisation if several are, and for closings else the last. Without: the episode open
   * at its organisation.
   */
  placementOf(
    fact: { ids: FactIds; organizationKey: string; on: Day },
    closing: boolean,
    ids: 'as-of-its-day' | 'all' = closing ? 'as-of-its-day' : 'all',
  ): Placement {
    const asOf = ids === 'all' ? undefined : fact.on;
    const { pathwayId, referralId } = fact.ids;
    if (pathwayId === undefined && referralId === undefined) {
      return onlyOne(this.openAt(fact.organizationKey, fact.on));
    }
    let pathways = pathwayId === undefined ? [] : this.pathwaysOfId(pathwayId, asOf);
    if (pathways.length === 0 && referralId !== undefined) {
      const key = this.ids.referralKeyOf(fact.ids.source, referralId);
      pathways = this.pathwaysWithStart((start) => start.key === key, asOf);
      if (pathways.length === 0 && this.ids.referralKeys.has(key) && !this.isStart(key)) {
        return { found: 'referral-is-no-start' };
      }
    }
    if (pathways.length === 0) return { found: 'unknown-id' };
    const open = pathways.flatMap(({ episodes }) => episodes).filter((episode) => isOpen(episode, fact.on));
    const [first] = open;
    if (open.length === 1 && first !== undefined) return { found: 'episode', episode: first };
    const here = open.filter(({ organizationKey }) => organizationKey === fact.organizationKey);
    if (here.length > 0) return onlyOne(here);
    if (open.some(({ pathway }) => pathway !== first?.pathway)) return { found: 'several' };
    return closing ? lastStartedBy(pathways, fact.on) : { found: 'nothing' };
  }

  openAt(organizationKey: string, on: Day): CourseEpisode[] {
    return this.episodes.filter((episode) => episode.organizationKey === organizationKey && isOpen(episode, on));
  }

  /** The pathway that our id names, else those that carry the id in one of their starts; `asOf`: by starts up to that day. */
  pathwaysOfId(id: string, asOf?: Day): CoursePathway[] {
    const keys = new Set(this.ids.startsOfOurId.get(id));
    const anchor = this.startsUpTo(asOf)
      .filter(({ key }) => keys.has(key))
      .sort((a, b) => a.acceptedSeq - b.acceptedSeq)[0];
    if (anchor !== undefined) return this.pathwaysWithStart((start) => start === anchor);
    return this.pathwaysWithStart((start) => start.pathwayId === id, asOf);
  }

  /** Whether the id is one that the EPR follows the course by, and not one of ours. */
  isOfEpr(id: string | undefined): boolean {
    return id !== undefined && !this.ids.startsOfOurId.has(id);
  }

  private pathwaysWithStart(wanted: (start: Start) => boolean, asOf?: Day): CoursePathway[] {
    return this.pathways.filter(({ episodes }) =>
      episodes.some(({ starts }) => starts.some((start) => wanted(start) && (asOf === undefined || start.on <= asOf))),
    );
  }

  private startsUpTo(asOf?: Day): Start[] {
    return this.episodes.flatMap(({ starts }) => starts).filter(({ on }) => asOf === undefined || on <= asOf);
  }

  private isStart(key: string): boolean {
    return this.startKeys.has(key);
  }

  /** Keys of all starts, also of those not laid in yet. */
  readonly startKeys = new Set<string>();
}

export function isOpen(episode: CourseEpisode, on: Day): boolean {
  return episode.startedOn <= on && (episode.end === undefined || on <= episode.end.on);
}

export function lastOf(pathway: CoursePathway): CourseEpisode | undefined {
  return pathway.episodes.at(-1);
}

function onlyOne(open: readonly CourseEpisode[]): Placement {
  if (open.length > 1) return { found: 'several' };
  return open[0] === undefined ? { found: 'nothing' } : { found: 'episode', episode: open[0] };
}

function lastStartedBy(pathways: readonly CoursePathway[], on: Day): Placement {
  const started = pathways.flatMap(({ episodes }) => episodes).filter(({ startedOn }) => startedOn <= on);
  const episode = lastStarted(started);
  return episode === undefined ? { found: 'unknown-id' } : { found: 'episode', episode };
}

/** Of several the one that started last; on one day, the one laid in last. */
export function lastStarted(episodes: readonly CourseEpisode[]): CourseEpisode | undefined {
  return episodes.reduce<CourseEpisode | undefined>(
    (last, episode) => (last === undefined || episode.startedOn >= last.startedOn ? episode : last),
    undefined,
  );
}

/** The closing that ends an episode: the earliest that was attributed to it. */
export function settleEnd(episode: CourseEpisode): void {
  episode.end = [...episode.closings].sort(compareClosings)[0];
}

export function sortedStarts(starts: readonly Start[]): Start[] {
  return [...starts].sort(compareStarts);
}
