import { describe, expect, test } from '@jest/globals';
import { silentLog } from '../../src/support/log.js';
import { scan, type Due } from '../../src/watch/scan.js';
import { isCronExpression, scheduleJob } from '../../src/watch/schedule.js';

const NOW = '2026-03-20T23:30:00.000Z';

describe('a scan', () => {
  test('looks at every patient with something due once, however many pages there are', async () => {
    const patients = Array.from({ length: 450 }, (_, n): Due => ({
      patientId: String(n).padStart(4, '0'),
      deadlines: 2,
    }));
    const looked: string[] = [];
    const result = await scan(NOW, {
      due: (_on, _at, limit, after = '') =>
        Promise.resolve(patients.filter(({ patientId }) => patientId > after).slice(0, limit)),
      look: (patientId) => {
        looked.push(patientId);
        return Promise.resolve({ posted: 1, closed: 0 });
      },
    });
    expect(looked).toEqual(patients.map(({ patientId }) => patientId));
    expect(result).toEqual({ on: '2026-03-21', examined: 900, posted: 450, closed: 0 });
  });

  test('is of the Norwegian day', async () => {
    const nothing = { due: () => Promise.resolve([]), look: () => Promise.resolve({ posted: 0, closed: 0 }) };
    expect((await scan('2026-03-20T22:59:59.000Z', nothing)).on).toBe('2026-03-20');
    expect((await scan('2026-03-20T23:00:00.000Z', nothing)).on).toBe('2026-03-21');
  });
});

describe('the schedule', () => {
  test.each([
    ['0 * * * *', true],
    ['*/5 * * * * *', true],
    ['every hour', false],
    ['61 * * * *', false],
  ])('%s is an expression: %s', (text, right) => {
    expect(isCronExpression(text)).toBe(right);
  });

  test('a job that fails is tried again at its next slot, one whose slot is taken does not run, and none runs after stop', async () => {
    const slots: string[] = [];
    let runs = 0;
    const schedule = scheduleJob({
      name: 'test',
      expression: '* * * * * *',
      takeSlot: (_job, slot) => {
        slots.push(slot);
        return Promise.resolve(slots.length !== 2);
      },
      run: () => {
        runs++;
        return Promise.reject(new Error('fails'));
      },
      log: silentLog,
    });
    while (slots.length < 3) await new Promise((resolve) => setTimeout(resolve, 50));
    await schedule.stop();
    const before = slots.length;
    expect(runs).toBe(before - 1);
    await new Promise((resolve) => setTimeout(resolve, 1_200));
    expect(slots).toHaveLength(before);
  });
});
