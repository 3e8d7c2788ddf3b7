import { describe, expect, test } from '@jest/globals';
import type { ConceptMap, Encounter, EpisodeOfCare, Task } from 'fhir/r4.js';
import { codeText } from '../../src/compose/code-text.js';
import { SYSTEMS } from '../../src/compose/terms.js';
import type { BilingualText } from '../../src/model/definition.js';
import { PatientTold } from '../compose/patient-told.js';
import { attendance, mappings, referral } from '../derive/history.js';
import { BASE, codeSystems, conceptMaps, concepts } from './definitions.js';
import { written } from './written.js';

const [c01] = mappings.definitions;
if (c01 === undefined) throw new Error('There is no definition');
const { questions, narratives } = mappings.texts;

/** Of a system the texts that are shown elsewhere, by code. */
const SHOWN: Readonly<Record<string, Readonly<Record<string, BilingualText>>>> = {
  [SYSTEMS.deadlineKind]: Object.fromEntries(c01.deadlines.map(({ kind, text }) => [kind, text])),
  [SYSTEMS.followUp]: Object.fromEntries(c01.followUps.map(({ kind, text }) => [kind, text])),
  [SYSTEMS.task]: {
    ...Object.fromEntries(c01.milestones.map(({ kind, text }) => [kind, text])),
    ...told('kind'),
  },
  [SYSTEMS.warningLevel]: told('level'),
  [`${BASE}/CodeSystem/pathway-task-input`]: told('input'),
  [SYSTEMS.triage]: questions,
  [SYSTEMS.nprFinding]: findings('npr'),
  [SYSTEMS.ownFinding]: findings('own'),
  [SYSTEMS.premiss]: { [c01.premissContractSpecialist.code]: c01.premissContractSpecialist.text },
  [`${BASE}/CodeSystem/decision-outcome`]: Object.fromEntries(c01.outcomes.map(({ outcome, text }) => [outcome, text])),
  'urn:oid:2.16.578.1.12.4.1.1.9175': Object.fromEntries(c01.outcomes.map(({ suffix, text }) => [suffix, text])),
};

/** The words of narratives whose ids begin so. */
function told(part: string): Record<string, BilingualText> {
  const ids = Object.keys(narratives).filter((id) => id.startsWith(`${part}/`));
  return Object.fromEntries(ids.map((id) => [id.slice(part.length + 1), narratives[id]!]));
}

function findings(system: string) {
  return Object.fromEntries(
    (c01?.findings ?? []).filter((each) => each.system === system).map(({ code, text }) => [code, text]),
  );
}

describe('the texts of the codes', () => {
  test.each(Object.entries(SHOWN))('%s are those that are shown', (system, texts) => {
    const defined = [...concepts].filter(([key]) => key.startsWith(`${system}|`));
    const shown = defined.filter(([key]) => key.slice(system.length + 1) in texts);
    expect(Object.fromEntries(shown)).toEqual(
      Object.fromEntries(Object.entries(texts).map(([code, text]) => [`${system}|${code}`, text])),
    );
  });

  test('of the pathway and its registrations are those that are written', () => {
    expect(concepts.get(`${SYSTEMS.pathway}|C01`)).toEqual(c01.name);
    const registrations = [...concepts].filter(
      ([key]) => key.startsWith(`${SYSTEMS.registration}|`) && !key.endsWith('|C01AA'),
    );
    expect(registrations).toHaveLength(8);
    for (const [key, text] of registrations) {
      const code = key.slice(SYSTEMS.registration.length + 1);
      expect(text).toEqual(codeText(code, c01));
    }
  });

  test('of the levels are those of the warnings', () => {
    const levels = new Set<string>();
    for (const task of tasks()) {
      const level = task.businessStatus?.coding?.[0]?.code;
      if (level === undefined) continue;
      levels.add(level);
      const kind = task.reasonCode?.coding?.[0]?.code ?? '';
      const deadline = concepts.get(`${SYSTEMS.deadlineKind}|${kind}`)?.nb ?? '';
      const text = concepts.get(`${SYSTEMS.warningLevel}|${level}`)?.nb ?? '';
      expect(task.description).toBe(`${deadline}: ${text} (${task.restriction?.period?.end ?? ''})`);
    }
    expect(levels.size).toBe(3);
  });

  test('are there in both languages', () => {
    expect([...concepts].filter(([, { nb = '', en = '' }]) => nb === '' || en === '')).toEqual([]);
    expect(codeSystems.filter(({ language }) => language !== 'nb')).toEqual([]);
  });
});

const everything = written().flatMap(({ resources }) => resources);
const tasks = () => everything.filter((each): each is Task => each.resourceType === 'Task');
const episodes = () => everything.filter((each): each is EpisodeOfCare => each.resourceType === 'EpisodeOfCare');

function translated(id: string, code: string | undefined): string | undefined {
  const map = conceptMaps.find((each) => each.id === id);
  return elementsIn(map).find((each) => each.code === code)?.target?.[0]?.code;
}
const elementsIn = (map: ConceptMap | undefined) => map?.group?.flatMap(({ element }) => element) ?? [];

describe('the ConceptMaps of what is written', () => {
  test('give an episode the status of its last registration', () => {
    for (const episode of episodes()) {
      if (episode.status === 'entered-in-error') continue;
      const last = episode.extension?.filter(({ url }) => url.endsWith('/pathway-registration')).at(-1);
      const code = last?.extension?.find(({ url }) => url === 'code')?.valueCodeableConcept?.coding?.[0]?.code;
      expect([code, translated('registration-episode-status', code)]).toEqual([code, episode.status]);
    }
  });

  test('give a warning the priority of its level', () => {
    for (const { businessStatus, priority } of tasks())
      if (businessStatus !== undefined)
        expect(translated('warning-level-priority', businessStatus.coding?.[0]?.code)).toBe(priority);
  });

  test.each(elementsIn(conceptMaps.find(({ id }) => id === 'attendance-state-written')).map(({ code }) => code))(
    'give an attendance that is %s its status, and each form its class',
    (state) => {
      for (const { code: form } of elementsIn(conceptMaps.find(({ id }) => id === 'attendance-form-written'))) {
        const encounter = encounterOf({ state, form });
        expect(encounter?.status).toBe(translated('attendance-state-written', state));
        expect(encounter?.class.code).toBe(translated('attendance-form-written', form));
      }
    },
  );
});

/** An attendance that was written once stays in step with what its source says. */
function encounterOf(said: { state: string | undefined; form: string | undefined }): Encounter | undefined {
  return new PatientTold()
    .tell(
      referral({ id: 'r', receivedAt: '2026-03-02', mark: 'C01' }),
      attendance({ id: 'a', startedAt: '2026-03-05' }),
    )
    .tell(attendance({ id: 'a', version: 2, startedAt: '2026-03-05', ...said }))
    .wanted.flatMap(({ content }) => (content.resourceType === 'Encounter' ? [content] : []))[0];
}
