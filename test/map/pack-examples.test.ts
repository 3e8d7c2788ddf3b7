import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { readDefinitions } from '../../src/fhir-server/definitions.js';
import { createValidator } from '../../src/fhir-server/validator.js';
import type { InboundResource } from '../../src/model/fhir-content.js';
import { systemClock } from '../../src/support/clock.js';
import { openBench, packFolders } from '../../src/workbench/open-bench.js';
import { testPack } from '../../src/workbench/test-pack.js';

const packs = packFolders('mappings').map((folder) => openBench(folder, systemClock));
const withExamples = packs.filter(({ folder }) => folder.examples.length > 0);
const validate = createValidator(readDefinitions('profiles/r4'));

function resourcesIn({ entry, ...resource }: InboundResource): readonly InboundResource[] {
  if (resource.resourceType !== 'Bundle') return [resource];
  return (entry as { resource: InboundResource }[]).map((each) => each.resource);
}

describe.each(withExamples.map((opened) => [opened.bench.pack.name, opened] as const))('pack %s', (_name, opened) => {
  const { folder, bench } = opened;
  const results = testPack(opened, { update: false, nowMs: () => 0 });

  test.each(folder.examples.map(({ name }) => name))('%s', async (name) => {
    const result = (await results).examples.find((each) => each.name === name);
    expect(result).toMatchObject({ status: 'passed', difference: '' });
  });

  test('the examples are mapped as they arrived, not as of today', () => {
    expect(folder.receivedAt).toBeDefined();
  });

  test('the examples of resources are well-formed by FHIR R4', () => {
    if (bench.pack.door !== 'fhir') return;
    const issues = folder.examples.flatMap(({ name, input }) =>
      resourcesIn(JSON.parse(readFileSync(input, 'utf8')) as InboundResource).flatMap((resource) =>
        validate(resource).map(({ diagnostics, expression }) => `${name}: ${String(expression)} ${diagnostics}`),
      ),
    );
    expect(issues).toEqual([]);
  });

  test('some example uses each row of each ConceptMap', async () => {
    expect((await results).coverage.unusedRows).toEqual([]);
  });

  test('some example reaches each part of each expression', async () => {
    expect((await results).coverage.unreached).toEqual([]);
  });
});
