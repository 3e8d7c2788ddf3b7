import { readFileSync } from 'node:fs';
import { fieldPlaces, type ToldFact } from '../map/field-places.js';
import { stepsOf } from '../map/pointers.js';
import type { ExampleResult } from './check-examples.js';
import type { Example } from './pack-folder.js';

const MOST_PLACES = 20;

/**
 * Of each field of a fact that is not as expected, the part of the expression that makes it, a line each:
 * `referralId: made by dips/encounter.jsonata line 65 column 23: $referralId, which asks for /resource/basedOn`.
 */
export function placesOfDifferences({ expected }: Example, { outcome, tried }: ExampleResult): readonly string[] {
  const wanted = (JSON.parse(readFileSync(expected, 'utf8')) as { facts?: readonly ToldFact[] }).facts ?? [];
  const watched = tried.flatMap(({ evaluated }) => evaluated.flatMap((each) => each.watched ?? []));
  const places = fieldPlaces(
    wanted,
    outcome.facts ?? [],
    watched.map(({ observed }) => observed),
  );
  const lines = places.flatMap(({ field, evaluation, place }) => {
    const file = watched[evaluation]?.expression.file;
    if (place === undefined || file === undefined) return [];
    const name = field === '' ? 'whether there is a fact' : stepsOf(field).join('.');
    const { line, column, text } = place.node;
    const asked = place.inputs.length === 0 ? '' : `, which asks for ${place.inputs.join(', ')}`;
    return [`${name}: made by ${file} line ${line} column ${column}: ${text.replace(/\s+/g, ' ')}${asked}`];
  });
  return [...new Set(lines)].slice(0, MOST_PLACES);
}
