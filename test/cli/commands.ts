import { jest } from '@jest/globals';
import { Command } from 'commander';
import { registerClientCommands } from '../../src/cli/client-commands.js';
import { registerMappingCommands } from '../../src/cli/mapping-commands.js';
import { registerPackCommands } from '../../src/cli/pack-commands.js';

/** What was printed, on each stream. */
export interface Printed {
  readonly out: string;
  readonly error: string;
  readonly exitCode: unknown;
}

/** Runs one command in this process, and says what it printed and ended with. */
export async function command(...args: string[]): Promise<Printed> {
  const out = jest.spyOn(console, 'log').mockImplementation(() => undefined);
  const error = jest.spyOn(console, 'error').mockImplementation(() => undefined);
  const text = (mock: typeof out) => mock.mock.calls.map((call) => call.join(' ')).join('\n');
  process.exitCode = 0;
  try {
    const program = new Command().exitOverride().configureOutput({ writeErr: () => undefined });
    for (const register of [registerClientCommands, registerMappingCommands, registerPackCommands]) register(program);
    await program.parseAsync(args, { from: 'user' });
    return { out: text(out), error: text(error), exitCode: process.exitCode };
  } finally {
    process.exitCode = 0;
    out.mockRestore();
    error.mockRestore();
  }
}
