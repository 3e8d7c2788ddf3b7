import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { FhirResource, Task } from 'fhir/r4.js';
import type { ResourceFault } from '../../src/model/resource-fault.js';
import { loadProfileCheck } from '../../src/load-checks.js';
import { demoCases } from '../profiles/demo-cases.js';
import { startWorld, type World } from './fhir-world.js';
import { Outbox } from './outbox.js';
import { episode, pending, patient, senderTo, task } from './rows.js';

let world: World;
beforeEach(async () => {
  world = await startWorld();
});
afterEach(() => world.stop());

const fault = (path: string, severity: ResourceFault['severity'] = 'error'): ResourceFault => ({
  severity,
  code: 'invariant',
  path,
  message: 'the rule’s sentence',
});
/** Finds something wrong with every resource of a type. */
const against =
  (type: string, ...faults: readonly ResourceFault[]) =>
  ({ resourceType }: FhirResource) =>
    resourceType === type ? faults : [];
const deliver = (check: (resource: FhirResource) => readonly ResourceFault[], ...rows: ReturnType<typeof pending>[]) =>
  senderTo(world.base, 2000, check).sender.deliver(rows, 0);

describe('a resource that is not as its profile says', () => {
  test('is never sent: a dead letter with the places and the sentences, while the others go', async () => {
    const check = against('Task', fault('Task.owner'), fault('Task.code'));
    const { done } = await deliver(check, pending(patient()), pending(task()), pending(episode()));
    expect(world.writes()).toHaveLength(1);
    expect(world.get('Task/t1')).toBeUndefined();
    expect(world.get('EpisodeOfCare/e1')).toBeDefined();
    expect(done.find(({ key }) => key === 'Task|t1')).toMatchObject({
      outcome: 'dead',
      reasons: [
        { code: 'not-conformant', path: 'Task.owner', message: 'the rule’s sentence' },
        { code: 'not-conformant', path: 'Task.code', message: 'the rule’s sentence' },
      ],
    });
  });

  test('takes down what refers to it, where it does not stand', async () => {
    const { done } = await deliver(against('Patient', fault('Patient')), pending(patient()), pending(episode()));
    expect(world.writes()).toEqual([]);
    expect(done.map(({ key, reasons }) => `${key} ${reasons?.[0]?.code ?? ''}`)).toEqual([
      'Patient|p1 not-conformant',
      'EpisodeOfCare|e1 depends-on-failed',
    ]);
  });

  test('leaves what stood before, and what refers to that is written', async () => {
    await deliver(() => [], pending(patient()));
    const changed = pending({ ...patient(), active: true } as FhirResource, {
      written: patient(),
      serverVersion: '1',
    });
    const { done } = await deliver(against('Patient', fault('Patient')), changed, pending(episode()));
    expect(done.map(({ outcome }) => outcome)).toEqual(['dead', 'written']);
    expect(world.get('Patient/p1')).not.toHaveProperty('active');
  });

  test('is sent when only a warning is raised', async () => {
    await deliver(against('Patient', fault('Patient', 'warning')), pending(patient()));
    expect(world.get('Patient/p1')).toBeDefined();
  });

  test('is logged by type and code alone', async () => {
    const { sender, logged } = senderTo(world.base, 2000, against('Patient', fault('Patient.name')));
    await sender.deliver([pending(patient())], 0);
    expect(logged).toEqual([{ event: 'delivery refused', fields: { resource: 'Patient', code: 'not-conformant' } }]);
  });
});

test('what people put on a Task is not checked as ours: it is looked at as it is wanted', async () => {
  const resources = demoCases().find(({ name }) => name === '04-no-disease')?.resources ?? [];
  const outbox = new Outbox(senderTo(world.base, 2000, loadProfileCheck('profiles/schemas')).sender);
  await outbox.want(...resources).deliver();
  const milestone = resources.find((each): each is Task => each.resourceType === 'Task')!;
  const name = `Task/${milestone.id!}`;
  const extension = [{ url: 'https://other.example/extension', valueString: 'theirs' }];
  world.edit<Task>(name, (standing) => ({ ...standing, note: [{ text: 'ring først', extension }], extension }));
  await outbox.want({ ...milestone, description: 'Noe annet' }).deliver();
  expect(outbox.outcome(name)).toBe('written');
  expect(world.get<Task>(name)).toMatchObject({ description: 'Noe annet', note: [{ text: 'ring først' }] });
});
