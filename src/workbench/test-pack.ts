import { CoverageCount, type Coverage } from '../map/coverage.js';
import { checkExample, keepExpected, type ExampleResult } from './check-examples.js';
import type { OpenBench } from './open-bench.js';
import type { PackBench, Tried } from './pack-bench.js';
import { placesOfDifferences } from './place-differences.js';

/** What came of the examples of a pack. */
export interface PackResult {
  readonly pack: string;
  readonly examples: readonly (ExampleResult & { readonly kept: boolean; readonly places: readonly string[] })[];
  readonly coverage: Coverage;
}

export interface TestOptions {
  /** Takes what came as what is expected, where they differ. */
  readonly update: boolean;
  readonly nowMs: () => number;
}

/** Maps all examples of a pack, each compared with what is expected, and counts what of the pack they reach. */
export async function testPack({ folder, bench }: OpenBench, { update, nowMs }: TestOptions): Promise<PackResult> {
  const count = new CoverageCount(bench.source);
  const examples = [];
  for (const example of folder.examples) {
    const result = await checkExample(bench, example, { watch: true, nowMs });
    countTried(count, result.tried);
    const kept = update && result.status !== 'passed';
    if (kept) keepExpected(example, result.outcome);
    const places = result.status === 'failed' ? placesOfDifferences(example, result) : [];
    examples.push({ ...result, kept, places });
  }
  return { pack: bench.pack.name, examples, coverage: count.coverage };
}

/** What messages reach of a pack. */
export async function coverageOf(bench: PackBench, files: readonly Uint8Array[], charset?: string): Promise<Coverage> {
  const count = new CoverageCount(bench.source);
  for (const bytes of files)
    for (const { message } of bench.read(bytes, charset).inputs)
      countTried(count, [await bench.try(message, { watch: true })]);
  return count.coverage;
}

function countTried(count: CoverageCount, tried: readonly Tried[]): void {
  for (const { watched } of tried.flatMap(({ evaluated }) => evaluated))
    if (watched !== undefined) count.add(watched.expression, watched.observed);
}
