import fc from 'fast-check';
import { describe, expect, test } from '@jest/globals';
import type { EpisodeOfCare, Task } from 'fhir/r4.js';
import { isTold, narrativeOf } from '../../src/compose/narrative/narrative.js';
import { dayInWords, NARRATIVES } from '../../src/compose/narrative/words.js';
import { mappings } from '../derive/history.js';
import { demoCases } from '../profiles/demo-cases.js';
import { written } from '../profiles/written.js';
import { narrativeIn, readNarrative, told } from './read-narrative.js';

const [definition] = mappings.definitions;
const all = written().flatMap(({ resources }) => resources.filter(isTold));
const tasks = all.filter((each): each is Task => each.resourceType === 'Task');
const inWords = (resource: EpisodeOfCare | Task) => narrativeOf(resource, mappings.texts, definition);

describe('whatever is written for staff', () => {
  test('is told in Norwegian and English, line by line alike', () => {
    expect(all.length).toBeGreaterThan(500);
    for (const each of all) {
      const { nb = [], en = [], ...others } = readNarrative(narrativeIn(each));
      expect(others).toEqual({});
      expect(nb.length).toBeGreaterThan(1);
      expect(en).toHaveLength(nb.length);
    }
  });

  test('is told by all of the words that there are', () => {
    const lines = [...new Set(all.flatMap((each) => told(each, 'nb')))];
    const said = (id: string) => {
      const text = (mappings.texts.narratives[id]?.nb ?? 'no text').replace(/[.*+?^$()|[\]\\]/g, '\\$&');
      return new RegExp(text.replace(/\{\w+\}/g, '.+'));
    };
    expect(NARRATIVES.filter((id) => !lines.some((line) => said(id).test(line)))).toEqual([]);
    expect(Object.keys(mappings.texts.narratives).sort()).toEqual([...NARRATIVES].sort());
  });

  test('names no id, which a server may give otherwise', () => {
    const told = all.filter(({ id = '', identifier = [], ...each }) => {
      const names = [id, ...identifier.map(({ value = '' }) => value)].filter((name) => name.length > 3);
      return names.some((name) => narrativeIn(each).div.includes(name));
    });
    expect(told).toEqual([]);
  });

  test('says nothing of who the patient is', () => {
    for (const { resources } of demoCases()) {
      const patient = resources.find((each) => each.resourceType === 'Patient');
      const { name = [], identifier = [], birthDate = '-' } = patient ?? {};
      const marks = [...name.flatMap(({ family = '-', given = [] }) => [family, ...given]), birthDate];
      const words = resources.filter(isTold).map((each) => narrativeIn(each).div);
      for (const mark of [...marks, ...identifier.flatMap(({ value = '-' }) => value)])
        expect(words.filter((div) => new RegExp(`\\b${mark}\\b`).test(div))).toEqual([]);
    }
  });
});

/** Any text, with what XML cannot hold and what means something in it. */
const anyText = fc.oneof(
  fc.string({ unit: 'binary', minLength: 1 }),
  fc.constantFrom('<b>', '&amp;', '"', "'", ']]>', '<!--', '\u0000', '\u000B', '\uD800', '\uFFFE', '{code}', '$&'),
);

function withText(resource: EpisodeOfCare | Task, text: string): EpisodeOfCare | Task {
  const replaced = JSON.stringify(resource, (key, value: unknown) =>
    ['display', 'valueString', 'valueUri', 'description', 'valueDate', 'end'].includes(key) ? text : value,
  );
  return JSON.parse(replaced) as EpisodeOfCare | Task;
}

describe('in words', () => {
  test('anything is well-formed, whatever texts it holds, and says the same each time', () => {
    fc.assert(
      fc.property(fc.constantFrom(...all), anyText, fc.constantFrom(definition, undefined), (resource, text, by) => {
        const any = withText(resource, text);
        const { div } = narrativeOf(any, mappings.texts, by);
        expect(Object.keys(readNarrative({ div }))).toEqual(['nb', 'en']);
        expect(narrativeOf(structuredClone(any), mappings.texts, by).div).toBe(div);
      }),
      { numRuns: 2000 },
    );
  });

  test('a text that XML can hold is read as it was written', () => {
    const [unmapped] = tasks.filter(({ input }) => input !== undefined);
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (code) => {
        const asked = { ...unmapped!, input: [{ type: unmapped!.input!.at(-1)!.type, valueString: code }] };
        // Of the ends of lines XML knows one.
        const line = `Kode: ${code.replace(/\r\n?/g, '\n')}`;
        expect(readNarrative(inWords(asked))['nb']).toContain(line);
      }),
    );
  });

  test('a Task says nothing of what people may change on it', () => {
    const byPeople: fc.Arbitrary<Partial<Task>> = fc.record({
      status: fc.constantFrom<Task['status']>('in-progress', 'completed', 'failed', 'cancelled'),
      statusReason: fc.constant({ text: 'another reason' }),
      businessStatus: fc.constant({ text: 'another level' }),
      output: fc.constant([{ type: { text: 'answer' }, valueDate: '2026-05-17' }]),
      owner: fc.constant({ reference: 'Practitioner/somebody', display: 'Somebody' }),
      executionPeriod: fc.constant({ end: '2026-05-17' }),
      note: fc.constant([{ text: 'a note' }]),
    });
    fc.assert(
      fc.property(fc.constantFrom(...tasks), byPeople, (task, more) => {
        expect(inWords({ ...task, ...more })).toEqual(inWords(task));
      }),
    );
  });
});

test.each([
  ['2026-01-27', '27. januar 2026', '27 January 2026'],
  ['2026-12-01', '1. desember 2026', '1 December 2026'],
  ['2026-05', '2026-05', '2026-05'],
  ['2026-13-01', '2026-13-01', '2026-13-01'],
])('%s is read as «%s» and “%s”', (day, nb, en) => {
  expect([dayInWords(day, 'nb'), dayInWords(day, 'en')]).toEqual([nb, en]);
});

test('both languages have the same places to fill in', () => {
  const placesIn = (text: string) => [...text.matchAll(/\{\w+\}/g)].map(String).sort();
  const uneven = Object.entries(mappings.texts.narratives).filter(
    ([, { nb, en }]) => placesIn(nb).join() !== placesIn(en).join(),
  );
  expect(uneven).toEqual([]);
});
