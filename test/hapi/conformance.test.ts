import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { FhirResource, Task } from 'fhir/r4.js';
import { CANONICAL } from '../../src/model/canonical.js';
import { inboundExamples, inboundProfileOf } from '../check/inbound-examples.js';
import { planted, spoilt } from '../check/planted.js';
import { written } from '../profiles/written.js';
import { TAKEN, TOLERATED, UNSEEN } from './tolerated.js';
import { startValidator, type Issue, type Validator } from './validator.js';

interface Profile {
  readonly $id: string;
  /** Absent: it is no profile, but what they share. */
  readonly 'x-type'?: string;
  readonly 'x-codes'?: readonly string[];
}

const SCHEMAS = 'profiles/schemas';
const profiles = readdirSync(SCHEMAS)
  .map((name) => JSON.parse(readFileSync(join(SCHEMAS, name), 'utf8')) as Profile)
  .filter((each) => each['x-type'] !== undefined);

/** The adapter names no profile: the validator is told which one is meant. */
function withProfile(resource: FhirResource): FhirResource {
  const codes = (resource as Task).code?.coding?.map(({ code }) => code) ?? [];
  const isOf = (each: Profile) =>
    each['x-type'] === resource.resourceType &&
    (each['x-codes'] === undefined || each['x-codes'].some((code) => codes.includes(code)));
  const profile = profiles.filter(isOf).map(({ $id }) => `${CANONICAL}/StructureDefinition/${$id}`);
  return profile.length === 0 ? resource : { ...resource, meta: { ...resource.meta, profile } };
}

function withInboundProfile(resource: FhirResource): FhirResource {
  const { url = '' } = inboundProfileOf(resource) ?? {};
  return { ...resource, meta: { ...resource.meta, profile: [url] } };
}

let validator: Validator;
beforeAll(() => {
  validator = startValidator('profiles/built');
});
afterAll(() => validator.stop());

const isStrange = (issue: Issue) => isFault(issue) && !TAKEN.some(({ message }) => message.test(issue.message));
const isFault = ({ severity }: Issue) => severity === 'error' || severity === 'fatal';
/** Without what tells one patient from the next. */
const kindOf = ({ severity, message }: Issue) => `${severity}: ${message}`;
const PATIENTS = 2_000;
const AT_ONCE = 500;

describe("HL7's validator", () => {
  test(`finds nothing wrong in what is written of the demo, the stories and ${PATIENTS} generated patients`, async () => {
    const resources = written(PATIENTS).flatMap((each) => each.resources);
    const found = new Map<string, string>();
    for (let n = 0; n < resources.length; n += AT_ONCE) {
      const some = resources.slice(n, n + AT_ONCE);
      const answers = await validator.check(...some.map(withProfile));
      answers.forEach((issues, index) => {
        for (const issue of issues)
          if (issue.severity !== 'information' && !TOLERATED.some(({ message }) => message.test(issue.message)))
            found.set(kindOf(issue), `${some[index]?.resourceType} ${issue.location}`);
      });
    }
    expect(resources.length).toBeGreaterThan(5 * PATIENTS);
    expect([...found].slice(0, 20)).toEqual([]);
  }, 900_000);

  test('finds that what the pack fhir-r4 takes is as an EPR should send it, and what it refuses for a rule of ours is not', async () => {
    const sent = inboundExamples.flatMap(({ name, isRefused, resources }) =>
      resources.map((resource) => ({ name, isRefused, resource: withInboundProfile(resource) })),
    );
    const answers = await validator.check(...sent.map(({ resource }) => resource));
    const faults = sent.flatMap(({ name, isRefused }, index) =>
      isRefused ? [] : (answers[index] ?? []).filter(isStrange).map(({ message }) => `${name}: ${message}`),
    );
    expect(faults.slice(0, 20)).toEqual([]);
    const passed = sent.filter(({ isRefused }, index) => isRefused && !answers[index]?.some(isFault));
    expect(passed.map(({ name }) => name).sort()).toEqual([
      'patient-died-on-a-day-to-come-is-refused',
      'patient-with-a-wrong-number-is-refused',
    ]);
  }, 300_000);

  test('finds every planted fault that the profiles forbid', async () => {
    const forbidden = planted.filter(({ ownOnly }) => ownOnly !== true);
    const answers = await validator.check(...forbidden.map((each) => withProfile(spoilt(each))));
    // A rule that is a warning in the profiles is one here too.
    const isTold = ({ expected }: (typeof planted)[number], issue: Issue) =>
      isFault(issue) || (expected.rule !== undefined && issue.message.includes(`${expected.rule}:`));
    const missed = forbidden.filter((each, index) => !answers[index]?.some((issue) => isTold(each, issue)));
    expect(missed.map(({ name }) => name)).toEqual(UNSEEN.map(({ name }) => name));
  }, 300_000);
});
