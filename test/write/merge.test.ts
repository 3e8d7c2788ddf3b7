import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { Task } from 'fhir/r4.js';
import { isSame, merge } from '../../src/write/merge.js';
import { writeGroups } from '../../src/write/groups.js';
import { episode, task } from './rows.js';

const statuses = fc.constantFrom<Task['status']>('ready', 'completed', 'cancelled', 'in-progress', 'failed');
const owners = fc.constantFrom({ reference: 'Practitioner/a' }, { reference: 'Practitioner/b' }, undefined);
const notes = fc.option(fc.constantFrom([{ text: 'one' }], [{ text: 'two' }]), { nil: undefined });
const tasks = fc
  .record({ status: statuses, owner: owners, note: notes, description: fc.constantFrom('a', 'b') })
  .map(({ owner, note, ...rest }): Task => {
    const { owner: _none, ...bare } = task();
    return {
      ...bare,
      ...rest,
      ...(owner === undefined ? {} : { owner }),
      ...(note === undefined ? {} : { note: [...note] }),
    };
  });

describe('joining what is wanted with what stands', () => {
  test('what a person changed on a Task is never overwritten, and what nobody changed becomes as wanted', () => {
    fc.assert(
      fc.property(tasks, tasks, tasks, (base, theirs, wanted) => {
        const content = merge(wanted, theirs, [base]).content as Task;
        expect(content.status).toBe(theirs.status === base.status ? wanted.status : theirs.status);
        expect(content.owner).toEqual(
          JSON.stringify(theirs.owner) === JSON.stringify(base.owner) ? wanted.owner : theirs.owner,
        );
        expect(content.note).toEqual(theirs.note);
        expect(content.description).toBe(wanted.description);
      }),
    );
  });

  test('a status that a person set is still theirs after any number of writes', () => {
    fc.assert(
      fc.property(tasks, statuses, fc.array(tasks, { minLength: 1, maxLength: 5 }), (first, status, wishes) => {
        fc.pre(status !== first.status);
        let onServer: Task = { ...first, status };
        let base: Task = first;
        for (const wanted of wishes) {
          const { content, remembered } = merge(wanted, onServer, [base]);
          [onServer, base] = [content as Task, remembered as Task];
        }
        expect(onServer.status).toBe(status);
      }),
    );
  });

  test('joining once more changes nothing', () => {
    fc.assert(
      fc.property(tasks, tasks, tasks, (base, theirs, wanted) => {
        const { content, remembered } = merge(wanted, theirs, [base]);
        expect(isSame(merge(wanted, content, [remembered]).content, content)).toBe(true);
      }),
    );
  });
});

const inWords = (div: string) => ({ status: 'generated' as const, div });

describe('what a resource says in words', () => {
  test('is ours on a Task, whatever people set on it, and alone makes no new version', () => {
    const wanted = task({ text: inWords('as wanted') });
    fc.assert(
      fc.property(tasks, fc.boolean(), (theirs, isToldOtherwise) => {
        const standing = { ...theirs, text: inWords(isToldOtherwise ? 'as a person had it' : 'as wanted') };
        const { content } = merge(wanted, standing, [wanted]);
        expect((content as Task).text).toEqual(wanted.text);
        expect(isSame(merge(wanted, content, [wanted]).content, content)).toBe(true);
      }),
    );
  });

  test('on an episode is ours again once what it says has changed; until then others may say more there', () => {
    const base = { ...episode('waitlist'), text: inWords('waiting') };
    const theirs = { ...base, careManager: { reference: 'Practitioner/a' }, text: inWords('waiting, with a manager') };
    expect(merge(base, theirs, [base]).content).toMatchObject({ text: theirs.text });
    const wanted = { ...episode('active'), text: inWords('attended') };
    expect(merge(wanted, theirs, [base]).content).toMatchObject({
      text: wanted.text,
      careManager: theirs.careManager,
    });
  });
});

test('what refers to one another in a circle is written together, after what it refers to', () => {
  const circular = {
    content: {
      resourceType: 'EpisodeOfCare',
      id: 'e',
      status: 'active',
      patient: { reference: 'Patient/p' },
      referralRequest: [{ reference: 'Encounter/c' }],
    },
  } as const;
  const encounter = {
    content: {
      resourceType: 'Encounter',
      id: 'c',
      status: 'finished',
      class: {},
      episodeOfCare: [{ reference: 'EpisodeOfCare/e' }],
    },
  } as const;
  const patient = { content: { resourceType: 'Patient', id: 'p' } } as const;
  const task = {
    content: {
      resourceType: 'Task',
      id: 't',
      status: 'ready',
      intent: 'order',
      focus: { reference: 'EpisodeOfCare/e' },
    },
  } as const;
  const groups = writeGroups([task, circular, encounter, patient] as never[]) as { content: { id: string } }[][];
  expect(groups.map((group) => group.map(({ content }) => content.id).sort())).toEqual([['p'], ['c', 'e'], ['t']]);
});
