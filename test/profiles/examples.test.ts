import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import type { FhirResource } from 'fhir/r4.js';
import { capabilityStatement } from '../../src/fhir-server/capability-statement.js';
import { readDefinitions } from '../../src/fhir-server/definitions.js';
import { profileOf, profiles } from './definitions.js';
import { demoCases } from './demo-cases.js';
import { unmapped } from './written.js';

const FOLDER = 'profiles/examples';
/** These show every profile; the other cases of the demo say nothing more. */
const SHOWN = ['03-booked-too-late', '04-no-disease', '05-handed-over', '06-decided-unseen', '07-which-pathway'];

const examples = [
  ...demoCases()
    .filter(({ name }) => SHOWN.includes(name))
    .flatMap(({ resources }) => resources),
  ...unmapped(),
];
const embedded = {
  id: 'embedded-server',
  ...capabilityStatement(readDefinitions('profiles/r4', 'profiles/built'), 'http://127.0.0.1:3000/fhir', '2026-01-01'),
} as unknown as FhirResource;

const files = new Map(
  [...examples, embedded].map(({ resourceType, id = '', ...rest }) => [
    `${resourceType}-${id}.json`,
    `${JSON.stringify({ resourceType, id, ...rest }, undefined, 2)}\n`,
  ]),
);

// `npm run profiles:examples` writes them anew.
if (process.env['WRITE_EXAMPLES'] === '1') {
  rmSync(FOLDER, { recursive: true, force: true });
  mkdirSync(FOLDER);
  for (const [name, text] of files) writeFileSync(join(FOLDER, name), text);
}

describe('the examples', () => {
  test('are what the demo makes the adapter write, and what the embedded server says of itself', () => {
    const kept = new Map(readdirSync(FOLDER).map((name) => [name, readFileSync(join(FOLDER, name), 'utf8')]));
    expect([...kept.keys()].sort()).toEqual([...files.keys()].sort());
    for (const [name, text] of files) expect(kept.get(name)).toBe(text);
  });

  test('show every profile that is not abstract', () => {
    const shown = new Set(examples.map((each) => profileOf(each).id));
    expect(profiles.filter(({ abstract, id }) => !abstract && !shown.has(id)).map(({ id }) => id)).toEqual([]);
  });
});
