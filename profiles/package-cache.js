/**
 * The cache that SUSHI looks for FHIR's own definitions in, made of the npm package hl7.fhir.r4.examples: nothing is downloaded.
 * Made once for a version, under node_modules/.cache.
 */
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';

const CORE = 'hl7.fhir.r4.core#4.0.1';
const KEPT = [
  ...['StructureDefinition', 'ValueSet', 'CodeSystem', 'SearchParameter', 'ConceptMap', 'OperationDefinition'],
  ...['CompartmentDefinition', 'CapabilityStatement', 'NamingSystem'],
];

/** The folder to give SUSHI as its home. `modules` is node_modules. */
export function packageCache(modules) {
  const source = join(modules, 'hl7.fhir.r4.examples');
  const { version } = JSON.parse(readFileSync(join(source, 'package.json'), 'utf8'));
  const home = join(modules, '.cache/fhir', version);
  if (existsSync(home)) return home;
  mkdirSync(dirname(home), { recursive: true });
  const making = mkdtempSync(`${home}-`);
  fill(source, join(making, '.fhir/packages', CORE, 'package'));
  // Whoever is first has made it; all of it is there at once.
  if (existsSync(home)) rmSync(making, { recursive: true });
  else renameSync(making, home);
  return home;
}

function fill(source, target) {
  mkdirSync(target, { recursive: true });
  const files = [];
  for (const name of readdirSync(source).filter((each) => each.endsWith('.json') && each !== 'package.json')) {
    const text = readFileSync(join(source, name), 'utf8');
    const { resourceType, id, url, version, kind, type, derivation, fhirVersion = '4.0.1' } = JSON.parse(text);
    if (!KEPT.includes(resourceType) || fhirVersion !== '4.0.1') continue;
    const filename = `${resourceType}-${id}.json`;
    writeFileSync(join(target, filename), text);
    files.push({ filename, resourceType, id, url, version, kind, type, derivation });
  }
  const manifest = { name: 'hl7.fhir.r4.core', version: '4.0.1', fhirVersions: ['4.0.1'], type: 'fhir.core' };
  writeFileSync(join(target, 'package.json'), JSON.stringify({ ...manifest, license: 'CC0-1.0', dependencies: {} }));
  writeFileSync(join(target, '.index.json'), JSON.stringify({ 'index-version': 1, files }));
}
