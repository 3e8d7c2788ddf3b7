import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { Organization } from 'fhir/r4.js';
import type { CreationRights } from '../../src/model/resources.js';
import { silentLog } from '../../src/support/log.js';
import { createSender } from '../../src/write/sender.js';
import { Outbox } from '../write/outbox.js';
import { NOW, patient } from '../write/rows.js';
import { FakeServer } from './fake-server.js';
import { WELL_BEHAVED } from './habits.js';

const KEY = 'Organization/o1';
const HOSPITAL: Organization = {
  resourceType: 'Organization',
  id: 'o1',
  identifier: [{ system: 'urn:o', value: '1' }],
};

let server: FakeServer;
let base: string;
beforeEach(async () => {
  const habits = { ...WELL_BEHAVED, clientIds: 'refused-422', conditionalCreates: 'ignored' } as const;
  server = new FakeServer(habits, () => Date.parse(NOW), 1);
  base = await server.start();
});
afterEach(() => server.stop());

/** A process that shares the rights to create with others. */
function processWith(creations: CreationRights): Outbox {
  const options = {
    baseUrl: () => base,
    check: () => [],
    timeoutMs: 5_000,
    clock: { now: () => NOW },
    random: () => 0.5,
  };
  return new Outbox(createSender({ ...options, creations, log: silentLog }));
}

/** Whoever asks first has the right until it is released. */
function sharedRights() {
  const holders = new Map<string, string>();
  const of = (name: string): CreationRights => ({
    take: (key) => {
      if (!holders.has(key)) holders.set(key, name);
      return Promise.resolve(holders.get(key) === name);
    },
    release: (key) => Promise.resolve(void holders.delete(key)),
  });
  return { holders, of };
}

describe('a hospital that is new to a server that gives ids itself', () => {
  const standing = () => server.store.all().filter(({ resourceType }) => resourceType === 'Organization');

  test('is created by one of the processes that want it at the same moment; the others wait for its id', async () => {
    const { of } = sharedRights();
    const [one, other] = [processWith(of('one')), processWith(of('other'))];
    for (const each of [one, other]) each.want(HOSPITAL);
    expect(await one.deliver()).toBeUndefined();
    expect(await other.deliver()).toBe('created-elsewhere');
    expect(standing()).toHaveLength(1);
    expect(other.outcome(KEY)).toBe('pending');
  });

  test('may be created by another once it is certain that this one did not', async () => {
    const { holders, of } = sharedRights();
    const one = processWith(of('one')).want({ ...HOSPITAL, partOf: { reference: 'Organization/nobody' } });
    expect(await one.deliver()).toBeUndefined();
    expect(one.outcome(KEY)).toBe('dead processing');
    expect([...holders.keys()]).toEqual([]);
  });

  test('is left to the process whose answer was lost', async () => {
    const { holders, of } = sharedRights();
    const one = processWith(of('one')).want(HOSPITAL);
    server.lost.push('answer');
    expect(await one.deliver()).toBe('network');
    expect([...holders.values()]).toEqual(['one']);
    expect(await processWith(of('other')).want(HOSPITAL).deliver()).toBe('created-elsewhere');
    expect(standing()).toHaveLength(1);
  });
});

test('whose a patient is is asked nobody: its rows are one delivery', async () => {
  const { holders, of } = sharedRights();
  expect(await processWith(of('one')).want(patient()).deliver()).toBeUndefined();
  expect([...holders.keys()]).toEqual([]);
});
