import { describe, expect, test } from '@jest/globals';
import type { CodeableConcept, EpisodeOfCare, Extension, FhirResource, Task } from 'fhir/r4.js';
import { BASE, elementsOf, extensions, profileOf, profiles } from './definitions.js';
import { brokenBy } from './invariants.js';
import { written } from './written.js';

const everything = written();

/** A copy of the first resource of its kind in a story, changed by `fault`. */
function faulty(story: string, matches: (resource: FhirResource) => boolean, fault: (copy: FhirResource) => void) {
  const found = everything.find((each) => each.story === story)?.resources.find(matches);
  if (found === undefined) throw new Error(`There is none in ${story}`);
  const copy = structuredClone(found);
  fault(copy);
  return copy;
}

const episode = (story: string, fault: (episode: EpisodeOfCare) => void) =>
  faulty(story, ({ resourceType }) => resourceType === 'EpisodeOfCare', fault as (copy: FhirResource) => void);
const task = (story: string, code: string, fault: (task: Task) => void) =>
  faulty(
    story,
    (each) => each.resourceType === 'Task' && each.code?.coding?.[0]?.code === code,
    fault as (copy: FhirResource) => void,
  );
const other = (story: string, type: string, fault: (resource: never) => void) =>
  faulty(story, ({ resourceType }) => resourceType === type, fault as (copy: FhirResource) => void);

function part(resource: EpisodeOfCare, name: string, index: number, url: string): Extension {
  const found = resource.extension?.filter((each) => each.url === `${BASE}/StructureDefinition/${name}`)[index];
  return found?.extension?.find((each) => each.url === url) ?? { url: 'none' };
}
const registration = (resource: EpisodeOfCare, index: number, url: string) =>
  part(resource, 'pathway-registration', index, url);
const codeOf = (resource: EpisodeOfCare, index: number) =>
  registration(resource, index, 'code').valueCodeableConcept!.coding![0]!;
const firstCode = (concept: CodeableConcept | undefined) => concept!.coding![0]!;

const WHOLE = '04-no-disease';
const LATE = '03-booked-too-late';

const FAULTS: Readonly<Record<string, () => FhirResource>> = {
  'by-the-adapter': () => episode(WHOLE, (each) => (each.meta = { source: `${BASE}/adapter-of-others` })),
  'registrations-of-the-pathway': () => episode(WHOLE, (each) => (codeOf(each, 2).code = 'B01CI')),
  'registration-order': () => episode(WHOLE, (each) => each.extension?.reverse()),
  'registration-days-in-order': () =>
    episode(WHOLE, (each) => (registration(each, 1, 'date').valueDate = '2026-01-01')),
  'registrations-of-the-organization': () =>
    episode(WHOLE, (each) => (registration(each, 1, 'organization').valueReference!.identifier!.value = '1')),
  'status-by-registrations': () => episode(WHOLE, (each) => (each.status = 'active')),
  'status-history-now': () => episode(WHOLE, (each) => each.statusHistory?.pop()),
  'period-by-registrations': () => episode(WHOLE, (each) => (each.period = { start: each.period?.start ?? '' })),
  'one-deadline-of-a-kind': () => episode(WHOLE, (each) => each.extension?.push(each.extension[3]!)),
  'workup-from-attendance': () => episode(WHOLE, (each) => each.extension?.splice(4, 1)),
  'no-deadline-open-after-the-end': () =>
    episode(WHOLE, (each) => (part(each, 'pathway-deadline', 1, 'met').url = 'other')),
  'one-finding-of-a-code': () => episode('06-decided-unseen', (each) => each.extension?.push(each.extension.at(-1)!)),
  'premiss-at-the-start': () => episode('answered at a contract specialist', (each) => (codeOf(each, 0).code = 'C01S')),
  'due-by-kind': () => episode(WHOLE, (each) => (part(each, 'pathway-deadline', 0, 'due').valueDate = '2026-12-24')),
  'met-or-ended': () =>
    episode(WHOLE, (each) => {
      const deadline = each.extension![3]!.extension!;
      deadline.push({ url: 'ended', valueDate: deadline.at(-1)!.valueDate! });
    }),
  'over-after-start': () =>
    episode(WHOLE, (each) => (part(each, 'pathway-deadline', 0, 'met').valueDate = '2025-12-24')),
  'key-of-the-kind': () => task(WHOLE, 'first-attendance', (each) => (each.identifier![0]!.value = 'triage/1')),
  'reason-of-an-end': () => task('handed over', 'first-attendance', (each) => (each.status = 'ready')),
  'outcome-of-the-milestone': () =>
    task(WHOLE, 'first-attendance', (each) => (firstCode(each.output![0]!.valueCodeableConcept).code = 'C01CI')),
  'completed-says-what': () => task(WHOLE, 'first-attendance', (each) => delete each.output),
  'priority-of-the-level': () => task(LATE, 'deadline-warning', (each) => (each.priority = 'routine')),
  'booking-of-the-attendance': () =>
    task(LATE, 'deadline-warning', (each) => (firstCode(each.reasonCode).code = 'pathway')),
  'warned-once': () => task(LATE, 'deadline-warning', (each) => (each.restriction = { period: { end: '2026-12-24' } })),
  'asked-of-what': () => task('07-which-pathway', 'triage', (each) => delete each.focus),
  'type-of-the-class': () =>
    other('booked after the deadline', 'Encounter', (each: { class: object }) => (each.class = { code: 'VR' })),
  'numbered-or-replaced': () => other(WHOLE, 'Patient', (each: { identifier?: unknown }) => delete each.identifier),
  'day-of-death': () =>
    other('under age, dead', 'Patient', (each: { deceasedDateTime: string }) => (each.deceasedDateTime = '2026')),
};

/** Those of what comes in are broken by the examples that the pack refuses: test/check/inbound.test.ts. */
const ours = [...profiles, ...extensions].flatMap((each) => elementsOf(each)[0]?.constraint ?? []);
const keys = [...new Set(ours.filter(({ source }) => source?.startsWith(BASE)).map(({ key }) => key))].sort();

describe('the invariants', () => {
  test('hold for everything that is written', () => {
    const broken = everything.flatMap(({ story, resources }) =>
      resources.flatMap((resource) =>
        brokenBy(resource, profileOf(resource)).flatMap(({ key, severity }) =>
          severity === 'error' ? [`${story}: ${resource.resourceType} ${key}`] : [],
        ),
      ),
    );
    expect(broken).toEqual([]);
  });

  test('are each broken by a fault that somebody could make', () => {
    expect(Object.keys(FAULTS).sort()).toEqual(keys);
  });

  test.each(Object.entries(FAULTS))('%s', (key, fault) => {
    const resource = fault();
    expect(brokenBy(resource, profileOf(resource)).map((each) => each.key)).toContain(key);
  });
});
