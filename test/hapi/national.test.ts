import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { FhirResource } from 'fhir/r4.js';
import { written } from '../profiles/written.js';
import { startValidator, type Validator } from './validator.js';

/** The national base profiles (hl7.fhir.no.basis), where they lie beside the project. */
const NATIONAL = '../shared/standards/no-basis/package';
const BASE: Readonly<Record<string, string>> = {
  Patient: 'http://hl7.no/fhir/StructureDefinition/no-basis-Patient',
  Organization: 'http://hl7.no/fhir/StructureDefinition/no-basis-Organization',
};

const described = existsSync(NATIONAL) ? describe : describe.skip;

described('the national base profiles (left out where they are not beside the project)', () => {
  let folder: string;
  let validator: Validator;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'no-basis-'));
    for (const name of readdirSync(NATIONAL).filter((each) => each.endsWith('.json'))) {
      const text = readFileSync(join(NATIONAL, name), 'utf8');
      const { resourceType } = JSON.parse(text) as { resourceType?: string };
      // What describes the package is no resource.
      if (resourceType !== undefined) writeFileSync(join(folder, name), text);
    }
    validator = startValidator(folder, 'profiles/built');
  });
  afterAll(async () => {
    await validator.stop();
    rmSync(folder, { recursive: true });
  });

  test.each(Object.keys(BASE))(
    '%s as it is written is one of theirs',
    async (type) => {
      const resources = written().flatMap((each) => each.resources.filter(({ resourceType }) => resourceType === type));
      const answers = await validator.check(...resources.map((each) => withProfile(each, BASE[type] ?? '')));
      const found = answers.flatMap((issues) =>
        issues.filter(({ severity }) => severity === 'error' || severity === 'fatal').map(({ message }) => message),
      );
      expect(resources.length).toBeGreaterThan(10);
      expect([...new Set(found)]).toEqual([]);
    },
    300_000,
  );
});

function withProfile(resource: FhirResource, profile: string): FhirResource {
  return { ...resource, meta: { ...resource.meta, profile: [profile] } };
}
