import type { DerivedPathway, Pathway } from '../model/pathway.js';
import type { Identity } from '../model/record.js';

export interface IdentityInput {
  readonly known: readonly Identity[];
  readonly pathways: readonly DerivedPathway[];
  /** Order of acceptance of each start's message, by fact key. */
  readonly acceptedSeq: ReadonlyMap<string, number>;
  readonly newId: () => string;
  /** A number that grows with time: what is given now was given later than all that has a lower one. */
  readonly givenNow: number;
}

/** Something with starts that needs an id: a pathway or an episode. */
interface Bearer {
  readonly level: Identity['level'];
  readonly startKeys: readonly string[];
}

/**
 * Gives each pathway and episode its id: the one it had while any start that ever belonged to it stands; of two that joined, the
 * one given first; of one that split, the part with the start accepted first keeps it. CONTRACT 4, rule 13.
 */
export function identify(input: IdentityInput): { pathways: Pathway[]; identities: Identity[] } {
  const episodes = input.pathways.flatMap(({ episodes: all }) => all);
  const pathwayBearers = input.pathways.map((pathway): Bearer => ({
    level: 'pathway',
    startKeys: startKeysOf(pathway),
  }));
  const episodeBearers = episodes.map(({ startKeys }): Bearer => ({ level: 'episode', startKeys }));
  const owners = new Map<Bearer, Identity>();
  const identities = new Map(input.known.map((identity) => [identity.id, identity]));
  for (const bearers of [pathwayBearers, episodeBearers]) claim(bearers, owners, input);
  for (const [bearer, identity] of owners) {
    const startKeys = [...new Set([...identity.startKeys, ...bearer.startKeys])].sort();
    identities.set(identity.id, { ...identity, startKeys });
  }
  const idOf = (bearer: Bearer | undefined) => (bearer === undefined ? undefined : owners.get(bearer)?.id) ?? '';
  let episodeIndex = 0;
  const pathways = input.pathways.map((pathway, index) => ({
    ...pathway,
    id: idOf(pathwayBearers[index]),
    episodes: pathway.episodes.map((episode) => ({ ...episode, id: idOf(episodeBearers[episodeIndex++]) })),
  }));
  return { pathways, identities: [...identities.values()] };
}

function startKeysOf({ episodes }: DerivedPathway): string[] {
  return episodes.flatMap(({ startKeys }) => startKeys);
}

function claim(bearers: readonly Bearer[], owners: Map<Bearer, Identity>, input: IdentityInput): void {
  const level = bearers[0]?.level;
  const seqOf = ({ startKeys }: Bearer, among: ReadonlySet<string>) =>
    Math.min(...startKeys.filter((key) => among.has(key)).map((key) => input.acceptedSeq.get(key) ?? Infinity));
  const oldestFirst = input.known
    .filter((identity) => identity.level === level)
    .sort((a, b) => a.given - b.given || (a.id < b.id ? -1 : 1));
  for (const identity of oldestFirst) {
    const ever = new Set(identity.startKeys);
    const heirs = bearers
      .filter((bearer) => !owners.has(bearer) && bearer.startKeys.some((key) => ever.has(key)))
      .sort((a, b) => seqOf(a, ever) - seqOf(b, ever));
    if (heirs[0] !== undefined) owners.set(heirs[0], identity);
  }
  const all = new Set(bearers.flatMap(({ startKeys }) => startKeys));
  const nameless = bearers.filter((bearer) => !owners.has(bearer)).sort((a, b) => seqOf(a, all) - seqOf(b, all));
  for (const bearer of nameless) {
    owners.set(bearer, { id: input.newId(), level: bearer.level, given: input.givenNow, startKeys: [] });
  }
}
