import { PackError } from '../map/expression.js';
import { MappingsError } from '../mapping-files.js';

/** What is wrong with files is told a line each, and ends with 1; a file that cannot be read is wrong use. */
export async function sayOfFiles(command: () => Promise<number>): Promise<void> {
  try {
    process.exitCode = await command();
  } catch (error) {
    const { lines, exitCode } = faultsOf(error);
    for (const line of lines) console.error(line);
    process.exitCode = exitCode;
  }
}

function faultsOf(error: unknown): { readonly lines: readonly string[]; readonly exitCode: number } {
  if (error instanceof MappingsError) return { lines: error.faults, exitCode: 1 };
  if (error instanceof PackError) return { lines: [error.message], exitCode: 1 };
  const { syscall, path } = Object(error) as { syscall?: string; path?: string };
  if (syscall !== undefined && path !== undefined)
    return { lines: [`${path}: cannot be read or written`], exitCode: 2 };
  throw error;
}
