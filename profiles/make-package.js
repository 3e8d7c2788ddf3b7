/**
 * The FHIR NPM package that HAPI, Firely Terminal and SUSHI install: what is built, and the examples. Run by
 * `npm run profiles:package`; another folder may be named. The same files give the same package, byte for byte.
 */
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';

const here = dirname(fileURLToPath(import.meta.url));
const target = process.argv[2] ?? join(here, '../dist');
const { version, license, description } = JSON.parse(readFileSync(join(here, '../package.json'), 'utf8'));

const manifest = {
  name: 'no.pakkeforlop.fhir',
  version,
  description,
  title: 'Diagnostisk pakkeforløp on FHIR R4',
  type: 'IG',
  license,
  author: 'pakkeforlop-fhir-adapter',
  canonical: 'https://fhir.pakkeforlop.example',
  url: 'https://fhir.pakkeforlop.example',
  fhirVersions: ['4.0.1'],
  jurisdiction: 'urn:iso:std:iso:3166#NO',
  dependencies: { 'hl7.fhir.r4.core': '4.0.1' },
};
const INDEXED = ['resourceType', 'id', 'url', 'version', 'kind', 'type', 'derivation'];

function entriesOf(folder, to) {
  const read = readdirSync(folder)
    .sort()
    .map((filename) => ({ filename, bytes: readFileSync(join(folder, filename)) }));
  const files = read.map(({ filename, bytes }) => {
    const resource = JSON.parse(bytes.toString('utf8'));
    // In an index `type` is that of a definition, a text.
    const said = INDEXED.filter((key) => typeof resource[key] === 'string');
    return { filename, ...Object.fromEntries(said.map((key) => [key, resource[key]])) };
  });
  return [
    [`${to}/.index.json`, json({ 'index-version': 1, files })],
    ...read.map(({ filename, bytes }) => [`${to}/${filename}`, bytes]),
  ];
}

const json = (content) => Buffer.from(`${JSON.stringify(content, undefined, 2)}\n`);

const BLOCK = 512;
const padded = (bytes) => Buffer.concat([bytes, Buffer.alloc((BLOCK - (bytes.length % BLOCK)) % BLOCK)]);
const octal = (number, length) => `${number.toString(8).padStart(length - 1, '0')}\0`;

/** A file of a tar archive (POSIX ustar), of nobody and no time. */
function archived([name, bytes]) {
  if (name.length > 100) throw new Error(`${name} is too long for an archive`);
  const header = Buffer.alloc(BLOCK);
  header.write(name, 0);
  header.write(octal(0o644, 8) + octal(0, 8) + octal(0, 8) + octal(bytes.length, 12) + octal(0, 12), 100);
  header.write('        0', 148);
  header.write('ustar\x0000', 257);
  header.write(
    octal(
      header.reduce((sum, byte) => sum + byte, 0),
      7,
    ) + ' ',
    148,
  );
  return Buffer.concat([header, padded(bytes)]);
}

const entries = [
  ['package/package.json', json(manifest)],
  ...entriesOf(join(here, 'built'), 'package'),
  ...entriesOf(join(here, 'examples'), 'package/example'),
];
const archive = Buffer.concat([...entries.map(archived), Buffer.alloc(2 * BLOCK)]);
mkdirSync(target, { recursive: true });
const file = join(target, `${manifest.name}-${version}.tgz`);
writeFileSync(file, gzipSync(archive, { level: 9 }));
console.log(file);
