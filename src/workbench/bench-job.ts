import { writeFileSync, mkdirSync, cpSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { percentOf, type Coverage } from '../map/coverage.js';
import { PackError } from '../map/expression.js';
import { loadMappings } from '../load-mappings.js';
import { MappingsError } from '../mapping-files.js';
import type { MissingCode } from '../model/record.js';
import { inProject } from '../root.js';
import type { Instant } from '../support/clock.js';
import { inOrder } from './inputs.js';
import { openBench } from './open-bench.js';
import { outcomeOf } from './outcome.js';
import type { Tried } from './pack-bench.js';
import { rehearse } from './rehearsal.js';
import { coverageOf, testPack } from './test-pack.js';
import { traceOf, type TracedEvent } from './trace.js';

/** What a process of its own is asked to do with a pack. */
export interface BenchJob {
  readonly task: 'try' | 'coverage';
  /** `MAPPINGS_DIR`. */
  readonly mappingsDir: string;
  /** The pack's folder in it. */
  readonly folder: string;
  /** Messages as they are sent to the door of the pack: bodies. */
  readonly messages: readonly string[];
  /** Files of the pack in the place of those it has, by their names in its folder. */
  readonly edits: Readonly<Record<string, string>>;
  /** An empty folder of its own. */
  readonly tempDir: string;
  readonly at: Instant;
}

export type BenchResult = { readonly json: unknown } | { readonly faults: readonly string[] };

/** Does a job. What is wrong with the pack is answered; anything else throws. */
export async function runBenchJob(job: BenchJob): Promise<BenchResult> {
  try {
    return { json: job.task === 'try' ? await tryMessages(job) : await coverage(job) };
  } catch (error) {
    if (error instanceof MappingsError) return { faults: error.faults.map((fault) => withoutFolder(fault, job)) };
    if (error instanceof PackError) return { faults: [error.message] };
    throw error;
  }
}

/** Where the files lie is nobody's business. */
function withoutFolder(fault: string, { tempDir, mappingsDir }: BenchJob): string {
  return fault.replaceAll(`${join(tempDir, 'mappings')}/`, '').replaceAll(`${mappingsDir}/`, '');
}

/** The mappings with the edited files in their places: a copy, so that nobody else sees them. */
function mappingsOf({ mappingsDir, folder, edits, tempDir }: BenchJob): string {
  if (Object.keys(edits).length === 0) return mappingsDir;
  const copy = join(tempDir, 'mappings');
  cpSync(mappingsDir, copy, { recursive: true });
  for (const [name, text] of Object.entries(edits)) {
    const file = join(copy, folder, name);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, text);
  }
  return copy;
}

async function tryMessages(job: BenchJob): Promise<unknown> {
  const dir = mappingsOf(job);
  const { bench } = openBench(join(dir, job.folder), { now: () => job.at });
  const tried: (Tried & { readonly at: string })[] = [];
  const mapped = [];
  const trace: (TracedEvent & { readonly at: string })[] = [];
  const unused: string[] = [];
  const reads = job.messages.map((text) => bench.read(Buffer.from(text), 'utf-8'));
  for (const input of inOrder(reads.flatMap(({ inputs }) => inputs))) {
    const traced = await traceOf(bench, input);
    tried.push({ at: input.at, ...traced.tried });
    mapped.push({ message: input.message, mapped: traced.tried.mapped });
    trace.push(...traced.events.map((event) => ({ at: input.at, ...event })));
    unused.push(...traced.unused);
  }
  const mappings = loadMappings(dir, inProject('profiles/mappings'));
  const packs = [...mappings.packs.filter(({ name }) => name !== bench.pack.name), bench.pack];
  const { patients, resources } = await rehearse(mapped, { mappings: { ...mappings, packs }, ...job });
  return {
    pack: bench.pack.name,
    version: bench.pack.version,
    ...outcomeOf(
      tried,
      reads.flatMap(({ refused }) => refused),
    ),
    trace,
    unused,
    unmapped: unmappedIn(tried),
    pathways: patients.flatMap(({ pathways }) => pathways),
    resources,
  };
}

async function coverage(job: BenchJob): Promise<unknown> {
  const opened = openBench(join(mappingsOf(job), job.folder), { now: () => job.at });
  const { bench } = opened;
  const read = job.messages.length === 0 ? undefined : job.messages.map((text) => Buffer.from(text));
  const found: Coverage =
    read === undefined
      ? (await testPack(opened, { update: false, nowMs: () => 0 })).coverage
      : await coverageOf(bench, read, 'utf-8');
  return {
    pack: bench.pack.name,
    version: bench.pack.version,
    ...found,
    percent: { lines: percentOf(found.lines), rows: percentOf(found.rows) },
  };
}

/** Each code without a target once, with how many messages have it. */
function unmappedIn(tried: readonly Tried[]): readonly (MissingCode & { readonly messages: number })[] {
  const codes = new Map<string, MissingCode & { messages: number }>();
  for (const each of tried.flatMap(({ mapped }) => mapped.missing)) {
    const name = JSON.stringify([each.system, each.code]);
    codes.set(name, { ...each, messages: (codes.get(name)?.messages ?? 0) + 1 });
  }
  return [...codes.values()];
}
