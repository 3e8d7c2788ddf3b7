import type { FhirResource } from 'fhir/r4.js';
import { identifiersOf, nameOf } from './fake-store.js';

/** How it ended: what stands, by what it is about instead of by ids; what is left to send; what was given up. */
export interface Ending {
  readonly standing: readonly string[];
  /** Of dead letters, the type and why. */
  readonly refused: readonly string[];
  readonly outbox: { readonly pending: number; readonly dead: number };
}

/** What stands, without ids, versions, and what servers add: references say what they lead to. */
export function seen(resources: readonly FhirResource[]): string[] {
  const labels = new Map(resources.map((each) => [nameOf(each), labelOf(each)]));
  const plain = (key: string, value: unknown) => {
    if (key === 'authoredOn') return undefined;
    return key === 'reference' && typeof value === 'string' ? (labels.get(value) ?? `dangling ${value}`) : value;
  };
  return resources
    .map((resource) => {
      const { id: _id, meta, text: _text, ...rest } = resource as FhirResource & { text?: unknown };
      return JSON.stringify({ ...rest, label: labelOf(resource), source: meta?.source?.split('#')[0] }, plain);
    })
    .sort();
}

/** What one ending has and another has not: whole resources, else single elements. */
export function differences(ending: Ending, expected: Ending): string[] {
  const [left, right] = [partsOf(ending), partsOf(expected)];
  return [
    ...right.filter((each) => !left.includes(each)).map((each) => `missing: ${each}`),
    ...left.filter((each, n) => !right.includes(each) || left.indexOf(each) < n).map((each) => `too much: ${each}`),
  ].filter((each, _n, all) => !/ :(?!Type$)/.test(each) || !all.includes(each.replace(/ :.*$/s, ' :Type')));
}

function partsOf({ standing, outbox, refused }: Ending): string[] {
  const parts = standing.flatMap((text) => {
    const { label, resourceType: _type, ...elements } = JSON.parse(text) as Record<string, unknown>;
    const each = Object.entries(elements).map(([name, value]) => `${String(label)} :${name} ${JSON.stringify(value)}`);
    return [`${String(label)} :Type`, ...each];
  });
  return [...parts, `outbox ${JSON.stringify(outbox)}`, ...refused.map((each) => `refused ${each}`)];
}

function labelOf(resource: FhirResource): string {
  return `${resource.resourceType} ${identifiersOf(resource).sort().join(' ')}`;
}
