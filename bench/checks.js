// The check of what is written: resources a second, and its share of the time that applying a message takes.
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadProfileCheck } from '../dist/load-checks.js';
import { loadMappings } from '../dist/load-mappings.js';
import { createPipeline } from '../dist/pipeline.js';
import { openStore } from '../dist/store/open-store.js';
import { systemClock } from '../dist/support/clock.js';
import { newId } from '../dist/support/ids.js';
import { silentLog } from '../dist/support/log.js';
import { journeyOf } from './acceptance.js';

const EXAMPLES = 'profiles/examples';
const JOURNEYS = 250;
const RUNS = 500;

export async function checks() {
  const check = loadProfileCheck('profiles/schemas');
  const resources = readdirSync(EXAMPLES)
    .filter((name) => !name.startsWith('CapabilityStatement'))
    .map((name) => JSON.parse(readFileSync(join(EXAMPLES, name), 'utf8')));
  const all = () => resources.forEach((each) => check(each));
  for (let n = 0; n < RUNS; n++) all();
  const began = performance.now();
  for (let n = 0; n < RUNS; n++) all();
  const perS = Math.round((RUNS * resources.length * 1000) / (performance.now() - began));
  return { resourcesPerS: perS, ...(await shareOfApplying(check)) };
}

/** Messages applied and their resources written to a server that takes no time. */
async function shareOfApplying(check) {
  const dataDir = mkdtempSync(join(tmpdir(), 'bench-checks-'));
  const store = await openStore({ dataDir, clock: systemClock, log: silentLog });
  let checked = 0;
  let checkMs = 0;
  const deliver = (rows) => {
    const began = performance.now();
    for (const { wanted } of rows) if (check(wanted).length > 0) throw new Error(`${wanted.resourceType} is refused`);
    checkMs += performance.now() - began;
    checked += rows.length;
    const done = rows.map(({ key, wantedN, wanted }) => {
      return { key, wantedN, outcome: 'written', written: wanted, serverVersion: '1' };
    });
    return Promise.resolve({ done });
  };
  try {
    const pipeline = createPipeline(stepsOn(store, deliver));
    const messages = Array.from({ length: JOURNEYS }, (_, n) => journeyOf(n).map(messageOf)).flat();
    let ms = 0;
    // As they come, and not all at once: what follows from each is sent before the next.
    for (let step = 0; step < 4; step++) {
      await store.accept(
        messages.filter((_, n) => n % 4 === step),
        { lenient: false },
      );
      const began = performance.now();
      while (await pipeline.applySome());
      while (await pipeline.deliverSome());
      ms += performance.now() - began;
    }
    const perMessage = (value) => Number((value / messages.length).toFixed(3));
    return {
      messages: messages.length,
      resourcesPerMessage: perMessage(checked),
      applyMs: perMessage(ms),
      checkMs: perMessage(checkMs),
      share: `${((checkMs / ms) * 100).toFixed(1)} %`,
    };
  } finally {
    await store.close();
    rmSync(dataDir, { recursive: true });
  }
}

function messageOf({ source, id, type, data }) {
  return { source, messageKey: id, kind: type, receivedAt: systemClock.now(), content: data, contentHash: id };
}

function stepsOn(store, deliver) {
  const mappings = loadMappings('mappings', 'profiles/mappings');
  return {
    store,
    mappings: () => mappings,
    checkData: () => [],
    deliver,
    newId,
    registersFor: () => true,
    packNameOf: () => undefined,
    serverOf: () => ({}),
    livesOnTarget: () => false,
    lookUp: () => Promise.resolve({ found: new Map() }),
    clock: systemClock,
    log: silentLog,
  };
}
