import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { projectVersion } from '../../src/root.js';

const made = mkdtempSync(join(tmpdir(), 'profiles-test-'));
const namesIn = (folder: string) => readdirSync(folder).sort();
const readJson = (...path: string[]) => JSON.parse(readFileSync(join(...path), 'utf8')) as Record<string, unknown>;

// SUSHI takes some seconds to start: it is asked once.
beforeAll(() => {
  execFileSync(process.execPath, ['profiles/build-profiles.js', made]);
}, 120_000);
afterAll(() => rmSync(made, { recursive: true, force: true }));

describe('what is kept of the profiles', () => {
  test.each([
    ['built', 'profiles/built'],
    ['docs', 'docs/profiles'],
    ['schemas', 'profiles/schemas'],
    ['inbound-schemas', 'profiles/inbound-schemas'],
  ])('as %s is what its sources give: `npm run profiles` changes nothing', (folder, kept) => {
    expect(namesIn(join(made, folder))).toEqual(namesIn(kept));
    const stale = namesIn(kept).filter(
      (name) => readFileSync(join(made, folder, name), 'utf8') !== readFileSync(join(kept, name), 'utf8'),
    );
    expect(stale).toEqual([]);
  });
});

describe('the package', () => {
  const file = `no.pakkeforlop.fhir-${projectVersion()}.tgz`;
  const pack = () => execFileSync(process.execPath, ['profiles/make-package.js', made]);

  test('holds its manifest, every definition and every example, with an index of each folder', () => {
    pack();
    execFileSync('tar', ['-xzf', join(made, file), '-C', made]);
    const root = join(made, 'package');
    expect(readJson(root, 'package.json')).toMatchObject({
      name: 'no.pakkeforlop.fhir',
      version: projectVersion(),
      canonical: 'https://fhir.pakkeforlop.example',
      fhirVersions: ['4.0.1'],
      dependencies: { 'hl7.fhir.r4.core': '4.0.1' },
    });
    for (const [folder, kept] of [
      [root, 'profiles/built'],
      [join(root, 'example'), 'profiles/examples'],
    ] as const) {
      const { files } = readJson(folder, '.index.json') as {
        files: { filename: string; resourceType: string; id: string }[];
      };
      expect(files.map(({ filename }) => filename)).toEqual(namesIn(kept));
      for (const { filename, resourceType, id } of files)
        expect(readJson(folder, filename)).toMatchObject({ resourceType, id, ...readJson(kept, filename) });
    }
  });

  test('says of every definition the version that the project has', () => {
    // R4 has no version of a NamingSystem.
    const others = namesIn('profiles/built').filter((name) => !/^(ConceptMap-fhir-r4-|NamingSystem-)/.test(name));
    expect(others.filter((name) => readJson('profiles/built', name)['version'] !== projectVersion())).toEqual([]);
  });

  test('is the same, byte for byte, when it is made again', () => {
    const first = readFileSync(join(made, file));
    pack();
    expect(readFileSync(join(made, file)).equals(first)).toBe(true);
  });
});
