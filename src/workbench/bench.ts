import { fork } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import pLimit from 'p-limit';
import { inProject } from '../root.js';
import type { Clock } from '../support/clock.js';
import type { BenchJob, BenchResult } from './bench-job.js';
import { packFolders } from './open-bench.js';

/** What a page for those who write packs is answered with. */
export type BenchAnswer = BenchResult | { readonly status: 404 | 422; readonly detail: string };

export interface BenchOptions {
  readonly mappingsDir: string;
  readonly clock: Clock;
  /** Absent: as the product has them. */
  readonly limits?: Partial<Limits>;
}

export type Asked = Pick<BenchJob, 'task' | 'messages' | 'edits'>;

interface Limits {
  readonly timeoutMs: number;
  readonly memoryMb: number;
}

const LIMITS: Limits = { timeoutMs: 30_000, memoryMb: 256 };
const AT_ONCE = 2;

/**
 * Tries messages on packs, each time in a process of its own: whatever an expression does, the service goes on. A process that takes
 * too long, or too much memory, is ended. It gets no settings and no tokens.
 */
export class Bench {
  private readonly atOnce = pLimit(AT_ONCE);
  private readonly limits: Limits;

  constructor(private readonly options: BenchOptions) {
    this.limits = { ...LIMITS, ...options.limits };
  }

  ask(pack: string, asked: Asked): Promise<BenchAnswer> {
    const { mappingsDir, clock } = this.options;
    const folder = packFolders(mappingsDir).find((each) => nameOfPack(each) === pack);
    if (folder === undefined) return Promise.resolve({ status: 404, detail: 'There is no mapping pack of that name.' });
    return this.atOnce(async () => {
      const tempDir = mkdtempSync(join(tmpdir(), 'pakkeforlop-bench-'));
      try {
        return await this.run({ ...asked, mappingsDir, folder: basename(folder), tempDir, at: clock.now() });
      } finally {
        rmSync(tempDir, { recursive: true, force: true });
      }
    });
  }

  private run(job: BenchJob): Promise<BenchAnswer> {
    const { timeoutMs, memoryMb } = this.limits;
    // As it is built: a process cannot be started from what the tests run.
    const child = fork(inProject('dist/workbench/bench-child.js'), [], {
      env: {},
      execArgv: [`--max-old-space-size=${memoryMb}`],
      stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
    });
    return new Promise((resolve) => {
      const timer = setTimeout(() => child.kill('SIGKILL'), timeoutMs);
      const ended = `It took more than ${timeoutMs / 1000} s or ${memoryMb} MB.`;
      child.once('message', (result) => resolve(result as BenchResult));
      child.once('error', () => resolve({ status: 422, detail: 'It could not be done.' }));
      child.once('exit', (code) => {
        clearTimeout(timer);
        // It ends itself with 1 where it met a mistake of ours.
        resolve({ status: 422, detail: code === 1 ? 'It could not be done.' : ended });
      });
      child.send(job);
    });
  }
}

function nameOfPack(folder: string): string | undefined {
  try {
    return (JSON.parse(readFileSync(join(folder, 'manifest.json'), 'utf8')) as { name?: string }).name;
  } catch {
    return undefined;
  }
}
