import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { FhirResource } from 'fhir/r4.js';
import { createInboundCheck, createProfileCheck, type ProfileSchema } from './check/profile-check.js';
import { readDefinitions } from './fhir-server/definitions.js';
import { createValidator } from './fhir-server/validator.js';
import type { InboundResource } from './model/fhir-content.js';
import type { ResourceFault } from './model/resource-fault.js';

const SHARED = 'shared.json';

/** The check of what is written, by the schemas that profiles/make-schemas.js made into the folder. */
export function loadProfileCheck(dir: string): (resource: FhirResource) => readonly ResourceFault[] {
  return createProfileCheck(readProfiles(dir), readJson(dir, SHARED));
}

/**
 * What might be mended in a resource that comes in: by R4's structure, and where that is sound and `isByProfiles`, by the profiles
 * of what the pack fhir-r4 reads. `dirs`: profiles/r4 and profiles/inbound-schemas.
 */
export function loadInboundCheck(dirs: {
  readonly structure: string;
  readonly profiles: string;
}): (resource: InboundResource, isByProfiles: boolean) => readonly ResourceFault[] {
  const structureOf = loadStructureCheck(dirs.structure);
  const profileOf = createInboundCheck(readProfiles(dirs.profiles), readJson(dirs.profiles, SHARED));
  return (resource, isByProfiles) => {
    const faults = structureOf(resource);
    return faults.length > 0 || !isByProfiles ? faults : profileOf(resource as unknown as FhirResource);
  };
}

function readProfiles(dir: string): ProfileSchema[] {
  const names = readdirSync(dir).filter((name) => name.endsWith('.json') && name !== SHARED);
  return names.map((name) => readJson(dir, name) as ProfileSchema);
}

/** The embedded server's check of R4's structure, for whoever else takes resources in; of types it does not keep it knows nothing. */
export function loadStructureCheck(dir: string): (resource: InboundResource) => readonly ResourceFault[] {
  const definitions = readDefinitions(dir);
  const validate = createValidator(definitions);
  return (resource) => {
    const { resourceType: type } = resource;
    if (!definitions.serves(type)) return [];
    return validate(resource).map(({ code, diagnostics, expression: [path = type] = [] }) => ({
      severity: 'error',
      code,
      path,
      message: diagnostics,
    }));
  };
}

function readJson(dir: string, name: string): object {
  return JSON.parse(readFileSync(join(dir, name), 'utf8')) as object;
}
