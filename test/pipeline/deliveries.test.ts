import { expect, test } from '@jest/globals';
import { Deliveries } from '../../src/deliveries.js';
import type { DeliveryClaim } from '../../src/store/store.js';

/** Patients whose resources are due, and a server that answers when it is told to. */
function patientsDue(count: number) {
  const due = Array.from({ length: count }, (_, n) => `p${n}`);
  const claims: number[] = [];
  const open = new Map<string, (error?: Error) => void>();
  const deliveries = new Deliveries({
    claim: (limit) => {
      claims.push(limit);
      const some = due.splice(0, limit);
      return Promise.resolve(
        some.map((patientId): DeliveryClaim => {
          return { patientId, fence: 1, attempts: 0, rows: [], outdated: [], given: new Map() };
        }),
      );
    },
    deliver: ({ patientId }) =>
      new Promise((resolve, reject) => {
        open.set(patientId, (error) => {
          open.delete(patientId);
          if (error === undefined) resolve();
          else reject(error);
        });
      }),
  });
  const answer = async (patientId: string, error?: Error) => {
    open.get(patientId)?.(error);
    await new Promise(setImmediate);
  };
  const begin = async () => (await deliveries.begin()).length;
  return { deliveries, begin, due, claims, open, answer };
}

test('a patient whose answer does not come keeps nobody else waiting', async () => {
  const { begin, due, open, answer } = patientsDue(100);
  await begin();
  for (let n = 1; due.length > 0 || open.size > 1; n++) {
    await answer(`p${n}`);
    await begin();
  }
  expect([...open.keys()]).toEqual(['p0']);
});

test('no more than eight patients are on their way at once, and almost always as many', async () => {
  const { begin, due, open, answer } = patientsDue(100);
  for (let n = 0; due.length > 0; n++) {
    await begin();
    expect([7, 8]).toContain(open.size);
    await answer(`p${n}`);
  }
});

test('while more is due two are claimed at a time, and when there is not, whoever comes', async () => {
  const { begin, due, claims, answer } = patientsDue(9);
  await begin();
  await answer('p0');
  await begin();
  expect(claims).toEqual([8]);
  await answer('p1');
  await begin();
  expect(claims).toEqual([8, 2]);
  due.push('late');
  expect(await begin()).toBe(1);
});

test('one that fails makes room, and its failure is its own', async () => {
  const { deliveries, answer, open } = patientsDue(2);
  const [first, second] = await deliveries.begin();
  const failed = expect(first).rejects.toThrow('the store is away');
  await answer('p0', new Error('the store is away'));
  await failed;
  const ended = deliveries.ended();
  await answer('p1');
  await expect(second).resolves.toBeUndefined();
  await ended;
  expect(open.size).toBe(0);
});
