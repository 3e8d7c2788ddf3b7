import fc from 'fast-check';
import { describe, expect, test } from '@jest/globals';
import type { FhirResource } from 'fhir/r4.js';
import { loadInboundCheck } from '../../src/load-checks.js';
import type { InboundResource } from '../../src/model/fhir-content.js';
import { BASE, elementsOf, inboundProfiles } from '../profiles/definitions.js';
import { brokenBy } from '../profiles/invariants.js';
import { inboundExamples, inboundProfileOf } from './inbound-examples.js';
import { mistaken } from './mistaken.js';

const load = loadInboundCheck({ structure: 'profiles/r4', profiles: 'profiles/inbound-schemas' });
const check = (resource: FhirResource) => load(resource as unknown as InboundResource, true);

const accepted = inboundExamples.filter(({ isRefused }) => !isRefused);
const refused = inboundExamples.filter(({ isRefused }) => isRefused);

/** Refused by the pack for what no profile of FHIR can say of a resource. */
const UNSAYABLE: Readonly<Record<string, string>> = {
  'patient-with-a-wrong-number-is-refused': 'check digits are arithmetic',
  'patient-died-on-a-day-to-come-is-refused': 'what day it is, is not in the resource',
};

const profileFor = (resource: FhirResource) => inboundProfileOf(resource)!;
const keysOf = (faults: readonly { readonly rule?: string }[]) => faults.map(({ rule }) => rule ?? 'structure').sort();

describe('the profiles of what an EPR should send are true', () => {
  test.each(accepted.map((each) => [each.name, each] as const))('the pack takes %s, and it conforms', (_name, each) => {
    expect(each.resources.flatMap(check)).toEqual([]);
    expect(each.resources.flatMap((resource) => brokenBy(resource, profileFor(resource)))).toEqual([]);
  });

  const sayable = refused.filter(({ name }) => !(name in UNSAYABLE));
  test.each(sayable.map((each) => [each.name, each] as const))('%s, and does not conform', (_name, each) => {
    expect(each.resources.flatMap(check)).not.toEqual([]);
  });

  test('what no profile can say, the pack alone refuses', () => {
    expect(refused.map(({ name }) => name)).toEqual(expect.arrayContaining(Object.keys(UNSAYABLE)));
    const told = refused.filter(({ name }) => name in UNSAYABLE).flatMap(({ resources }) => resources.flatMap(check));
    expect(told).toEqual([]);
  });
});

describe('the rules of what an EPR should send', () => {
  const rules = inboundProfiles.flatMap((each) => elementsOf(each)[0]?.constraint ?? []);
  const keys = rules.filter(({ source }) => source?.startsWith(BASE)).map(({ key }) => key);
  const resources = inboundExamples.flatMap((each) => each.resources);

  test('mean the same to the functions and in FHIRPath, and each is broken by some mistake', () => {
    const seen = new Set<string>();
    fc.assert(
      fc.property(
        fc.constantFrom(...resources),
        fc.array(fc.nat(), { minLength: 3, maxLength: 9 }),
        (from, choices) => {
          const resource = mistaken(from, choices);
          const faults = check(resource);
          if (faults.some(({ rule }) => rule === undefined)) return;
          for (const { rule = '' } of faults) seen.add(rule);
          expect(keysOf(faults)).toEqual(
            keysOf(brokenBy(resource, profileFor(resource)).map(({ key }) => ({ rule: key }))),
          );
        },
      ),
      { numRuns: 4000, seed: 3 },
    );
    expect(keys.filter((key) => !seen.has(key))).toEqual([]);
  });
});
