import { describe, expect, test } from '@jest/globals';
import type { Encounter, EpisodeOfCare, Task } from 'fhir/r4.js';
import { Composition } from '../../src/compose/composition.js';
import type { KnownResource } from '../../src/model/record.js';
import { refresh } from '../../src/refresh.js';
import { attendance, decision, mappings, referral, standingOf, suspicion, type StoryEvent } from '../derive/history.js';
import { NOW, PatientTold, recordOf } from './patient-told.js';

const BASE = 'https://fhir.pakkeforlop.example';

function composed(
  events: readonly StoryEvent[],
  before?: readonly StoryEvent[],
  registersFor = (_number: string) => true,
) {
  let n = 0;
  const options = { at: NOW, scan: true, newId: () => `id-${n++}`, registersFor, livesOnTarget: () => false };
  const facts = events.map((each, index) => standingOf(each, index));
  if (before === undefined) return refresh(recordOf(facts), mappings, options);
  const first = refresh(recordOf(before.map((each, index) => standingOf(each, index))), mappings, options);
  const known = first.wanted.map(({ key, type, id, content }): [string, KnownResource] => [
    key,
    { key, type, id, firstWantedAt: '2026-03-01T00:00:00.000Z', wanted: content, isWritten: true },
  ]);
  return refresh(
    recordOf(facts, new Map(known), { identities: first.identities, warned: first.warned, questions: first.questions }),
    mappings,
    options,
  );
}

const resources = (result: ReturnType<typeof composed>, type: string) =>
  result.wanted.filter((each) => each.type === type).map(({ content }) => content);
const episodesIn = (result: ReturnType<typeof composed>) => resources(result, 'EpisodeOfCare') as EpisodeOfCare[];
const tasksIn = (result: ReturnType<typeof composed>) => resources(result, 'Task') as Task[];
const codeOf = (task: Task) =>
  [task.code?.coding?.[0]?.code, task.reasonCode?.coding?.[0]?.code].filter(Boolean).join(' ');

const journey = [
  referral({
    id: 'r',
    receivedAt: '2026-03-02',
    mark: 'C01',
    pathwayId: 'forlop-7',
    unit: { identifier: { system: 'urn:unit', value: 'u' }, name: 'Diagnostisk senter' },
  }),
  attendance({ id: 'a', startedAt: '2026-03-05T09:00:00+01:00', place: 'contract-specialist' }),
  decision({ id: 'd', decidedAt: '2026-03-12', outcome: 'organ-cancer' }),
];

describe('an episode on the FHIR server', () => {
  test('says its ids, its status with history, its organisation and the referral', () => {
    const [episode] = episodesIn(composed(journey));
    expect(episode).toMatchObject({
      status: 'finished',
      identifier: [
        { system: `${BASE}/episode-id`, value: episode?.id },
        { system: `${BASE}/pathway-id` },
        { system: 'urn:epr', value: 'forlop-7' },
      ],
      statusHistory: [
        { status: 'waitlist', period: { start: '2026-03-02', end: '2026-03-05' } },
        { status: 'active', period: { start: '2026-03-05', end: '2026-03-12' } },
        { status: 'finished', period: { start: '2026-03-12' } },
      ],
      managingOrganization: { reference: 'Organization/organization-hf1', identifier: { value: '983975240' } },
      period: { start: '2026-03-02', end: '2026-03-12' },
    });
    expect(episode?.referralRequest?.[0]?.reference).toMatch(/^ServiceRequest\//);
    expect(episode?.meta).toEqual({ source: `${BASE}/adapter` });
  });

  test('says of each code the day, the premiss, the organisation, what it rests on and by which rule', () => {
    const [episode] = episodesIn(composed(journey));
    const registrations = (episode?.extension ?? []).filter(
      ({ url }) => url === `${BASE}/StructureDefinition/pathway-registration`,
    );
    const parts = registrations.map(({ extension }) =>
      Object.fromEntries((extension ?? []).map(({ url, ...value }) => [url, Object.values(value)[0]])),
    );
    expect(
      parts.map(({ code, date, rule }) => [(code as { coding: { code: string }[] }).coding[0]?.code, date, rule]),
    ).toEqual([
      ['C01A', '2026-03-02', 'start-marked'],
      ['C01S', '2026-03-05', 'first-attendance'],
      ['C01CK', '2026-03-12', 'clinical-decision'],
    ]);
    expect(parts[0]?.['premiss']).toMatchObject({
      coding: [{ system: 'urn:oid:2.16.578.1.12.4.1.1.8380', code: 'A' }],
    });
    expect(parts[1]?.['basis']).toMatchObject({ reference: expect.stringMatching(/^Encounter\//) as unknown });
    expect(parts[2]?.['basis']).toEqual({ identifier: { system: 'urn:epr', value: 'd' } });
  });

  test('is written only for the organisations this installation registers for', () => {
    expect(composed(journey, undefined, (number) => number === '993467049').wanted).toEqual([]);
  });

  test('whose start was taken back becomes a mistake, and its Tasks are cancelled', () => {
    const withdrawn = [referral({ id: 'r', version: 2, status: 'withdrawn' })];
    const result = composed(withdrawn, [referral({ id: 'r', receivedAt: '2026-03-02', mark: 'C01' })]);
    expect(episodesIn(result).map(({ status }) => status)).toEqual(['entered-in-error']);
    expect(new Set(tasksIn(result).map(({ status }) => status))).toEqual(new Set(['cancelled']));
    expect((resources(result, 'ServiceRequest') as { status: string }[])[0]?.status).toBe('entered-in-error');
  });
});

describe('Tasks', () => {
  test('both milestones stand from the start, on the unit’s worklist, due on their deadline', () => {
    const tasks = tasksIn(composed(journey.slice(0, 1))).filter(({ partOf }) => partOf === undefined);
    expect(tasks.map((task) => `${codeOf(task)} ${task.status} ${task.restriction?.period?.end ?? ''}`).sort()).toEqual(
      ['clinical-decision ready 2026-03-30', 'first-attendance ready 2026-03-09'],
    );
    expect(tasks[0]?.owner).toEqual({
      type: 'Organization',
      identifier: { system: 'urn:unit', value: 'u' },
      display: 'Diagnostisk senter',
    });
  });

  test('a decision leaves its duties, an attendance its code', () => {
    const tasks = tasksIn(composed(journey));
    expect(tasks.map((task) => `${codeOf(task)} ${task.status}`).sort()).toEqual([
      'clinical-decision completed',
      'first-attendance completed',
      'follow-up home-pathway ready',
      'follow-up inform-referrer ready',
      'follow-up organ-pathway ready',
    ]);
    const attended = tasks.find((task) => codeOf(task) === 'first-attendance');
    expect(attended?.output?.[0]?.valueCodeableConcept?.coding?.[0]?.code).toBe('C01S');
  });

  test('a warning names level and due day, is part of its milestone, and is told to hurry', () => {
    const [warning] = tasksIn(composed([referral({ id: 'r', receivedAt: '2026-03-10', mark: 'C01' })])).filter(
      ({ partOf }) => partOf,
    );
    expect(warning).toMatchObject({
      priority: 'asap',
      businessStatus: { coding: [{ code: 'overdue' }] },
      restriction: { period: { end: '2026-03-17' } },
      authoredOn: NOW,
    });
  });

  test('an answered question is completed; one that nobody needs to answer any more is cancelled', () => {
    const asked = [referral({ id: 'r', receivedAt: '2026-03-02', mark: 'unspecified' })];
    const answered = [
      referral({
        id: 'r',
        version: 2,
        receivedAt: '2026-03-02',
        mark: 'unspecified',
        assessment: { pathway: 'A26', on: '2026-03-03' },
      }),
    ];
    const gone = [referral({ id: 'r', version: 2, status: 'withdrawn' })];
    const triage = (result: ReturnType<typeof composed>) =>
      tasksIn(result)
        .filter((task) => codeOf(task).startsWith('triage'))
        .map(({ status }) => status);
    expect(triage(composed(asked))).toEqual(['ready']);
    expect(triage(composed(answered, asked))).toEqual(['completed']);
    expect(triage(composed(gone, asked))).toEqual(['cancelled']);
    expect(triage(composed(answered))).toEqual([]);
  });
});

test('what refers to something has it written too', () => {
  const { wanted } = composed([...journey, suspicion({ id: 's', documentedAt: '2026-03-03', basis: 'suspicion' })]);
  const names = new Set(wanted.map(({ type, id }) => `${type}/${id}`));
  const references = (value: unknown): string[] => {
    if (Array.isArray(value)) return value.flatMap(references);
    if (value === null || typeof value !== 'object') return [];
    return Object.entries(value).flatMap(([key, inner]) =>
      key === 'reference' ? [inner as string] : references(inner),
    );
  };
  expect(wanted.flatMap(({ content }) => references(content)).filter((name) => !names.has(name))).toEqual([]);
});

test('composing again changes nothing', () => {
  const first = composed(journey);
  const again = composed(journey, journey);
  const text = (result: ReturnType<typeof composed>) =>
    result.wanted.map(({ key, content }) => `${key} ${JSON.stringify({ ...content, authoredOn: '' })}`).sort();
  expect(text(again)).toEqual(text(first));
});

describe('what FHIR has no form for is written in one that it has', () => {
  const marked = { id: 'r', receivedAt: '2026-03-02T10:15+01:00', mark: 'C01' };
  const first = (events: readonly StoryEvent[], type: string) => resources(composed(events), type)[0];

  test('a time without seconds gets them', () => {
    const [seen] = resources(
      composed([referral(marked), attendance({ id: 'a', startedAt: '2026-03-05T09:00Z' })]),
      'Encounter',
    );
    expect(seen).toMatchObject({ period: { start: '2026-03-05T09:00:00Z' } });
    expect(first([referral(marked)], 'ServiceRequest')).toMatchObject({
      extension: [{ valueDateTime: '2026-03-02T10:15:00+01:00' }],
    });
  });

  test('a sender of whom only the kind is known is no requester', () => {
    const request = first([referral({ ...marked, sender: { kind: 'gp', practitioner: {} } })], 'ServiceRequest');
    expect(request).not.toHaveProperty('requester');
  });

  test('who has no given name is called by the family’s', () => {
    const patient = { name: { family: 'Nordmann', given: [] } };
    expect(first([referral({ ...marked, patient })], 'Patient')).toMatchObject({ name: [{ family: 'Nordmann' }] });
    expect(first([referral({ ...marked, patient })], 'Patient')).not.toHaveProperty('name.0.given');
  });

  test.each(['outpatient', 'admission', 'imaging'])('%s has a class of HL7’s', (form) => {
    const events = [referral(marked), attendance({ id: 'a', startedAt: '2026-03-05', form })];
    const { class: written } = resources(composed(events), 'Encounter')[0] as Encounter;
    expect(['AMB', 'IMP', 'VR']).toContain(written.code);
  });
});

test('a question about an answer on a Task that is nobody’s is nobody’s either', () => {
  const told = new PatientTold().tell(referral({ id: 'r', receivedAt: '2026-03-02', mark: 'C01' }));
  told.edit('clinical-decision', (task) => delete task.owner);
  told.answer('clinical-decision', { outcome: 'C01CI' });
  expect(told.task('triage answer-without-day')).not.toHaveProperty('owner');
});

test('a source that is not known any more is named so in Norwegian', () => {
  const { identities, pathways } = composed(journey);
  const composition = new Composition({
    record: recordOf([], new Map(), { identities }),
    person: {},
    pathways,
    outcomes: [],
    questions: [],
    warnings: [],
    definitionOf: () => mappings.definitions[0]!,
    definitions: mappings.definitions,
    texts: mappings.texts,
    at: NOW,
    newId: () => 'id',
    registersFor: () => true,
    livesOnTarget: () => false,
  });
  expect(composition.sourceReference('gone')).toEqual({ display: 'ikke kjent lenger' });
});
