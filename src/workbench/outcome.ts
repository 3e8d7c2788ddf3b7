import type { Mapped } from '../map/map-message.js';
import type { Reason } from '../model/message.js';

/** What comes of a file: as `examples/NAME.expected.json` says it. Lists that are empty are left out. */
export interface Outcome {
  readonly facts?: readonly object[];
  readonly reasons?: readonly Reason[];
  readonly holds?: readonly object[];
}

/** Of all messages of a file, in their order. */
export function outcomeOf(
  tried: readonly { readonly at: string; readonly mapped: Mapped }[],
  refused: readonly Reason[] = [],
): Outcome {
  const facts = tried.flatMap(({ mapped }) =>
    mapped.facts.flatMap(({ fact }) => (fact.kind === 'held' ? [] : [said(fact)])),
  );
  const reasons = [
    ...refused,
    ...tried.flatMap(({ at, mapped }) => mapped.reasons.map((reason) => placed(reason, at))),
  ];
  const holds = tried.flatMap(({ at, mapped }) =>
    mapped.holds.map(({ reference, ...hold }) => placed(reference === '' ? hold : { ...hold, reference }, at)),
  );
  return {
    ...(facts.length === 0 ? {} : { facts }),
    ...(reasons.length === 0 ? {} : { reasons }),
    ...(holds.length === 0 ? {} : { holds }),
  };
}

function placed<T extends { readonly path: string }>(each: T, at: string): T {
  return { ...each, path: `${at}${each.path}` };
}

/** Of which type of resource it was read is no part of the fact. */
function said(fact: object): object {
  const { resourceType: _type, ...rest } = fact as { resourceType?: string };
  return rest;
}

/** The place in the pack's own files, at the end of a reason's text. */
const PLACE = / \([^()]+\.(jsonata|json)( line \d+ column \d+(, from .*)?)?\)$/;

/** The part of an outcome that an example expects: where in the pack a fault is found moves with every edit. */
export function expectedOf({ reasons, ...outcome }: Outcome): Outcome {
  if (reasons === undefined) return outcome;
  const { facts, holds } = outcome;
  const texts = reasons.map((reason) => ({ ...reason, message: reason.message.replace(PLACE, '') }));
  return { ...(facts && { facts }), reasons: texts, ...(holds && { holds }) };
}
