// Events mapped by each pack a second, as the pipeline maps them; and as they are traced, with every evaluation looked into.
import { readFileSync } from 'node:fs';
import { systemClock } from '../dist/support/clock.js';
import { openBench, packFolders } from '../dist/workbench/open-bench.js';

const LEAST_MS = 1_000;

export async function mapping() {
  const figures = {};
  for (const path of packFolders('mappings')) {
    const { folder, bench } = openBench(path, systemClock);
    const read = folder.examples.flatMap(({ input }) => bench.read(readFileSync(input)).inputs);
    const messages = [];
    // What is refused is looked into anyhow, for its place.
    for (const { message } of read) {
      const { mapped } = await bench.try(message, { watch: false });
      if (mapped.reasons.length === 0) messages.push(message);
    }
    if (messages.length === 0) continue;
    const plain = await factsPerSecond(bench, messages, false);
    const traced = await factsPerSecond(bench, messages, true);
    figures[bench.pack.name] = {
      perSecond: plain,
      tracedPerSecond: traced,
      tracedShare: Number((traced / plain).toFixed(2)),
    };
  }
  return figures;
}

/** Every evaluation of an expression counts: a Bundle holds several resources. */
async function factsPerSecond(bench, messages, watch) {
  for (const message of messages) await bench.try(message, { watch });
  const beganMs = performance.now();
  let count = 0;
  while (performance.now() - beganMs < LEAST_MS)
    for (const message of messages) count += (await bench.try(message, { watch })).evaluated.length;
  return Math.round((1000 * count) / (performance.now() - beganMs));
}
