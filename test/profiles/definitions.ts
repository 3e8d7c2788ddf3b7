import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type {
  CodeSystem,
  Coding,
  ConceptMap,
  ElementDefinition,
  FhirResource,
  NamingSystem,
  StructureDefinition,
  Task,
  ValueSet,
} from 'fhir/r4.js';

export const BASE = 'https://fhir.pakkeforlop.example';
const BUILT = 'profiles/built';

const all = readdirSync(BUILT).map((name) => JSON.parse(readFileSync(join(BUILT, name), 'utf8')) as FhirResource);
const ofType = <T extends FhirResource>(type: T['resourceType']) =>
  all.filter((each): each is T => each.resourceType === type);

export const codeSystems = ofType<CodeSystem>('CodeSystem');
export const valueSets = ofType<ValueSet>('ValueSet');
export const namingSystems = ofType<NamingSystem>('NamingSystem');
export const conceptMaps = ofType<ConceptMap>('ConceptMap');
export const structures = ofType<StructureDefinition>('StructureDefinition');
export const extensions = structures.filter(({ type }) => type === 'Extension');
const ofResources = structures.filter(({ type }) => type !== 'Extension');
/** Of what is written. */
export const profiles = ofResources.filter(({ id }) => id?.startsWith('inbound-') !== true);
/** Of what an EPR should send. */
export const inboundProfiles = ofResources.filter(({ id }) => id?.startsWith('inbound-') === true);

export function elementsOf({ snapshot }: StructureDefinition): ElementDefinition[] {
  return snapshot?.element ?? [];
}

export function keyOf({ system, code }: Coding): string {
  return `${system ?? ''}|${code ?? ''}`;
}

/** Every code that is defined, as `system|code`, with its texts. */
export const concepts: ReadonlyMap<string, { readonly nb?: string | undefined; readonly en?: string | undefined }> =
  new Map(
    codeSystems.flatMap(({ url, concept = [] }) =>
      concept.map(({ code, display, designation = [] }) => [
        `${url ?? ''}|${code}`,
        { nb: display, en: designation.find(({ language }) => language === 'en')?.value },
      ]),
    ),
  );

/** The codes of a value set, as `system|code`; of one that is not ours none. */
export function expansionOf(url: string | undefined): ReadonlySet<string> {
  const include = valueSets.find((each) => each.url === url)?.compose?.include ?? [];
  return new Set(
    include.flatMap(({ system = '', concept }) =>
      concept === undefined
        ? [...concepts.keys()].filter((key) => key.startsWith(`${system}|`))
        : concept.map(({ code }) => `${system}|${code}`),
    ),
  );
}

const PROFILE_OF_TYPE: Readonly<Record<string, string>> = {
  EpisodeOfCare: 'pathway-episode',
  ServiceRequest: 'pathway-referral',
  Encounter: 'pathway-attendance',
  Patient: 'pathway-patient',
  Organization: 'pathway-organization',
};

/** The profile of a resource that the adapter writes. Nothing in the resource names it: CONTRACT 5 has no meta.profile. */
export function profileOf(resource: FhirResource): StructureDefinition {
  const id = resource.resourceType === 'Task' ? profileOfTask(resource) : PROFILE_OF_TYPE[resource.resourceType];
  const found = profiles.find((each) => each.id === id);
  if (found === undefined) throw new Error(`No profile of ${resource.resourceType}`);
  return found;
}

function profileOfTask({ code }: Task): string {
  const kind = code?.coding?.[0]?.code ?? '';
  return kind === 'first-attendance' || kind === 'clinical-decision' ? 'milestone-task' : `${kind}-task`;
}
