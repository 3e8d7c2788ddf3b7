import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { Task } from 'fhir/r4.js';
import { isSame, merge } from '../../src/write/merge.js';
import { writeGroups } from '../../src/write/groups.js';
import { task } from './rows.js';

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

test('what refers to one another in a circle is written together, after what it refers to', () => {
  const episode = {
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
  const groups = writeGroups([task, episode, encounter, patient] as never[]) as { content: { id: string } }[][];
  expect(groups.map((group) => group.map(({ content }) => content.id).sort())).toEqual([['p'], ['c', 'e'], ['t']]);
});
