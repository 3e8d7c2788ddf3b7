import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { FhirResource } from 'fhir/r4.js';
import { createProfileCheck, type ProfileSchema } from './check/profile-check.js';
import type { ResourceFault } from './model/resource-fault.js';

const SHARED = 'shared.json';

/** The check of what is written, by the schemas that profiles/make-schemas.js made into the folder. */
export function loadProfileCheck(dir: string): (resource: FhirResource) => readonly ResourceFault[] {
  const names = readdirSync(dir).filter((name) => name.endsWith('.json') && name !== SHARED);
  return createProfileCheck(
    names.map((name) => readJson(dir, name) as ProfileSchema),
    readJson(dir, SHARED),
  );
}

function readJson(dir: string, name: string): object {
  return JSON.parse(readFileSync(join(dir, name), 'utf8')) as object;
}
