import fc from 'fast-check';
import { describe, expect, test } from '@jest/globals';
import type { FhirResource } from 'fhir/r4.js';
import { RULE_NAMES } from '../../src/check/rules.js';
import { loadProfileCheck } from '../../src/load-checks.js';
import { BASE, elementsOf, profileOf, structures } from '../profiles/definitions.js';
import { brokenBy } from '../profiles/invariants.js';
import { written } from '../profiles/written.js';
import { mistaken } from './mistaken.js';
import { planted, spoilt } from './planted.js';

const check = loadProfileCheck('profiles/schemas');
const everything = written().flatMap(({ resources }) => resources);

/** The rules that the functions find broken; undefined: the structure is not sound, and rules are not looked at. */
function brokenByFunctions(resource: FhirResource): string[] | undefined {
  const faults = check(resource);
  if (faults.some(({ rule }) => rule === undefined)) return undefined;
  return faults.map(({ rule = '', severity }) => `${rule} ${severity}`).sort();
}

/** The same by the FHIRPath of the profiles. What it cannot evaluate does not hold. */
function brokenByFhirPath(resource: FhirResource): string[] {
  return brokenBy(resource, profileOf(resource))
    .map(({ key, severity }) => `${key} ${severity}`)
    .sort();
}

const camel = (key: string) => key.replace(/-([a-z])/g, (_all, letter: string) => letter.toUpperCase());

describe('the functions and the FHIRPath of the profiles', () => {
  test('are of the same rules, by the same names', () => {
    const constraints = structures.flatMap((each) => elementsOf(each)[0]?.constraint ?? []);
    const keys = constraints.filter(({ source }) => source?.startsWith(BASE)).map(({ key }) => camel(key));
    expect([...RULE_NAMES].sort()).toEqual([...new Set(keys)].sort());
  });

  test('agree on everything that is written', () => {
    const differing = everything.filter(
      (each) => JSON.stringify(brokenByFunctions(each)) !== JSON.stringify(brokenByFhirPath(each)),
    );
    expect(differing).toEqual([]);
  });

  const rules = planted.filter(({ expected }) => expected.rule !== undefined);
  test.each(rules.map((each) => [each.name, each] as const))('agree on %s', (_name, fault) => {
    const found = brokenByFunctions(spoilt(fault));
    expect(found).toEqual(brokenByFhirPath(spoilt(fault)));
    expect(found?.join()).toContain(fault.expected.rule);
  });

  test('agree on resources with mistakes of any kind, where their structure is sound', () => {
    let compared = 0;
    const seen = new Set<string>();
    fc.assert(
      fc.property(
        fc.constantFrom(...everything),
        fc.array(fc.nat(), { minLength: 3, maxLength: 9 }),
        (from, choices) => {
          const resource = mistaken(from, choices);
          const found = brokenByFunctions(resource);
          if (found === undefined) return;
          compared++;
          for (const each of found) seen.add(each);
          expect(found).toEqual(brokenByFhirPath(resource));
        },
      ),
      { numRuns: 2500, seed: 11 },
    );
    expect(compared).toBeGreaterThan(1000);
    expect(seen.size).toBeGreaterThan(12);
  });
});
