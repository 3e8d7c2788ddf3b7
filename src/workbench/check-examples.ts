import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { createTwoFilesPatch } from 'diff';
import type { Example } from './pack-folder.js';
import { expectedOf, outcomeOf, type Outcome } from './outcome.js';
import type { PackBench, Tried } from './pack-bench.js';

/** What came of one example. */
export interface ExampleResult {
  readonly name: string;
  /** `new`: nothing is expected yet. */
  readonly status: 'passed' | 'failed' | 'new';
  readonly outcome: Outcome;
  /** What differs from what is expected, line by line; empty: nothing. */
  readonly difference: string;
  readonly tried: readonly Tried[];
  readonly durationMs: number;
}

const LINES_AROUND = 4;

/** Maps an example, and compares. With `watch` its evaluations are looked into. */
export async function checkExample(
  bench: PackBench,
  example: Example,
  { watch, nowMs }: { readonly watch: boolean; readonly nowMs: () => number },
): Promise<ExampleResult> {
  const beganMs = nowMs();
  const { inputs, refused } = bench.read(readFileSync(example.input));
  const tried: Tried[] = [];
  for (const { message } of inputs) tried.push(await bench.try(message, { watch }));
  const outcome = outcomeOf(
    tried.map(({ mapped }, index) => ({ mapped, at: inputs[index]?.at ?? '' })),
    refused,
  );
  const expected = existsSync(example.expected) ? readFileSync(example.expected, 'utf8') : undefined;
  const difference = expected === undefined ? '' : differenceOf(expected, textOf(expectedOf(outcome)));
  const status = expected === undefined ? 'new' : difference === '' ? 'passed' : 'failed';
  return { name: example.name, status, outcome, difference, tried, durationMs: nowMs() - beganMs };
}

/** Writes what came of an example as what is expected of it. */
export function keepExpected({ expected }: Example, outcome: Outcome): void {
  writeFileSync(expected, textOf(expectedOf(outcome)));
}

function textOf(value: unknown): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}

/** The order of an object's keys says nothing. */
function differenceOf(expected: string, found: string): string {
  const [wanted, came] = [expected, found].map((text) => parsed(text));
  if (wanted === undefined) return 'what is expected is no JSON';
  const [left, right] = [textOf(sorted(wanted)), textOf(sorted(came))];
  if (left === right) return '';
  const patch = createTwoFilesPatch('expected', 'mapped', left, right, '', '', { context: LINES_AROUND });
  return patch.slice(patch.indexOf('@@')).trimEnd();
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, each]) => [key, sorted(each)]),
  );
}
