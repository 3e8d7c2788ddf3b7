import { readdirSync, readFileSync } from 'node:fs';
import { afterEach, describe, expect, jest, test } from '@jest/globals';
import { Command } from 'commander';
import { registerClientCommands } from '../../src/cli/client-commands.js';
import { runDemo } from '../../src/cli/demo.js';
import { event, running, removeFolder } from '../service/running.js';

afterEach(() => {
  jest.restoreAllMocks();
  process.exitCode = 0;
});

function printed(): { out: () => string; error: () => string } {
  const out = jest.spyOn(console, 'log').mockImplementation(() => undefined);
  const error = jest.spyOn(console, 'error').mockImplementation(() => undefined);
  const text = (mock: typeof out) => mock.mock.calls.map((call) => call.join(' ')).join('\n');
  return { out: () => text(out), error: () => text(error) };
}

async function command(...args: string[]): Promise<void> {
  const program = new Command().exitOverride();
  registerClientCommands(program);
  await program.parseAsync(args, { from: 'user' });
}

test('the demo shows codes, deadlines, findings, warnings and the question that waits, and says where to look further', async () => {
  const { out } = printed();
  expect(await runDemo({ once: true, port: 0 })).toBe(0);
  for (const shown of [
    'C01A',
    'C01S',
    'C01O',
    'C01CI',
    'C01CK',
    '119',
    'overdue',
    'booked-too-late',
    'approaching',
    'unspecified-mark',
    'npx pakkeforlop explain',
  ]) {
    expect(out()).toContain(shown);
  }
});

test('the example messages name nobody: every national id is synthetic', () => {
  const folder = 'mappings/canonical/examples';
  const numbers = readdirSync(folder).flatMap(
    (name) => readFileSync(`${folder}/${name}`, 'utf8').match(/\b\d{11}\b/g) ?? [],
  );
  expect(numbers.length).toBeGreaterThan(8);
  // Synthetic persons have 80 added to the month.
  expect(numbers.filter((number) => !/^\d{2}[89]\d/.test(number))).toEqual([]);
});

describe('against a running service', () => {
  test('messages are listed, with exit code 1 when one waits', async () => {
    const { send, until, service, dataDir } = await running();
    const [good = '', asked = ''] = await send(
      event('referral', 'r', { receivedAt: '2026-03-02', mark: 'C01' }),
      event('referral', 'q', { receivedAt: '2026-03-02', mark: 'unspecified' }),
    );
    await until(good, 'delivered');
    await until(asked, 'waiting');
    const { out } = printed();
    await command('messages', '--base', service.url);
    expect(process.exitCode).toBe(1);
    expect(out()).toContain('unspecified-mark');
    await command('explain', '--base', service.url, '--patient', 'urn:oid:2.16.578.1.12.4.1.4.1|17915710069');
    expect(process.exitCode).toBe(0);
    expect(out()).toContain('[start-marked]');
    await command('scan', '--base', service.url);
    expect(out()).toMatch(/\d+ deadlines looked at, \d+ Tasks posted/);
    await command('replay', good, '--base', service.url);
    await until(good, 'delivered');
    await service.stop();
    removeFolder(dataDir);
  });

  test('what goes wrong is one readable line, and exit code 2', async () => {
    const { error } = printed();
    await command('scan', '--base', 'http://127.0.0.1:59997');
    expect(process.exitCode).toBe(2);
    expect(error()).toBe(
      'No service answers at http://127.0.0.1:59997: start it with «npm start», or name another with --base',
    );
    await command('explain');
    expect(error()).toContain('Name a pathway by its id, or a patient by --patient system|value');
  });
});
