import type { FhirResource } from 'fhir/r4.js';

type Place = { readonly of: Record<string, unknown> | unknown[]; readonly at: string };

/** A few places of a resource removed, doubled, exchanged or given the value of a place like them. */
export function mistaken(from: FhirResource, choices: readonly number[]): FhirResource {
  const resource = structuredClone(from);
  for (let n = 0; n + 2 < choices.length; n += 3) {
    const places = placesIn(resource);
    const { of, at } = places[(choices[n] ?? 0) % places.length]!;
    const like = places.filter((each) => each.at === at && typeof valueAt(each) === typeof valueAt({ of, at }));
    const other = valueAt(like[(choices[n + 1] ?? 0) % like.length]!);
    const kind = (choices[n + 2] ?? 0) % 4;
    if (Array.isArray(of)) {
      if (kind === 0) of.splice(Number(at), 1);
      else if (kind === 1) of.push(structuredClone(of[Number(at)]));
      else if (kind === 2) of.reverse();
      else of[Number(at)] = structuredClone(other);
    } else if (kind === 0) Reflect.deleteProperty(of, at);
    else if (typeof of[at] === 'string') of[at] = kind === 1 ? (VALUES[at]?.[choices[n + 1]! % 3] ?? other) : other;
    else of[at] = structuredClone(other);
  }
  return resource;
}

/** What a careless hand would write there. */
const VALUES: Readonly<Record<string, readonly string[]>> = {
  status: ['entered-in-error', 'cancelled', 'completed'],
  priority: ['asap', 'urgent', 'routine'],
  code: ['C01S', 'overdue', 'first-attendance'],
  valueDate: ['2026-03-09', '2026-03-02', '2026-12-24'],
  end: ['2026-03-09', '2026-03-12', '2026-12-24'],
  deceasedDateTime: ['2026', '2026-03-01', '2026-03-01T10:00:00Z'],
};

function placesIn(value: unknown): Place[] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([at, inner]) =>
    at === 'resourceType' ? [] : [{ of: value as Place['of'], at }, ...placesIn(inner)],
  );
}

function valueAt({ of, at }: Place): unknown {
  return (of as Record<string, unknown>)[at];
}
