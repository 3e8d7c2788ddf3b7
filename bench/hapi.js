// The service writing to a live HAPI, end to end; beside HAPI's own rate for the same calls, made by a plain client.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { hapiDatabases } from '../test/hapi/database.js';
import { hapiIsMissing, withHapi } from '../test/hapi/server.js';
import { figuresOf } from './hapi-figures.js';
import { PHASES, runPhase, timed } from './hapi-phases.js';
import { startNeighbour } from './neighbour.js';
import { keepAlone, leftOutOfPinning } from './pin.js';
import { processesOf } from './postgres-server.js';
import { byPatient, renamer, replay } from './replay.js';
import { startService, stopService } from './started-service.js';

/**
 * Unlike in tests, Java compiles HAPI as it does in a hospital, where it runs for weeks. And without Subscriptions: what is written is
 * matched with them some seconds after it was answered, which would be charged to whoever asks then.
 */
const JVM = ['-Xmx1g', '-Dsubscriptions=false'];
/** HAPI is warm when its own calls took hardly less time than in the quickest round before, twice in a row; or after so many rounds. */
const STILL_GAINED = 0.05;
const MOST_WARM_UPS = 10;
/** What tells the patients of a replay from those of the service, and those of the replay beside a neighbour. */
const [SALT, SALT_BESIDE] = ['0b0b', '0c0c'];

/**
 * Figures, or why there are none. `together`: the service and HAPI on the same cores, where each takes from the other. `apart`: HAPI and
 * its database alone on one core, and the service and all else on the others, as if on machines of their own; the same for the replay.
 * There `firstCoreIdle` says how much of the time HAPI had nothing to do: near 0, only HAPI could be quicker. And since cores of one
 * machine share more than they seem to, the calls are made once more while another service, which knows nothing of this HAPI, uses as
 * much of the other cores as the service did: `beside` compares with that.
 */
export async function hapi({ patients = 240, rounds = 5 } = {}) {
  const why = hapiIsMissing();
  if (why !== undefined) return `left out: ${why}`;
  const [kind] = await hapiDatabases();
  const workOn = async ({ base, pid, database }) => {
    const dataDir = mkdtempSync(join(tmpdir(), 'bench-hapi-'));
    const recorder = ['--import', new URL('call-recorder.js', import.meta.url).href];
    const started = await startService(dataDir, { FHIR_BASE_URL: base }, recorder);
    let neighbour;
    const measure = async (name, besides) => {
      const measured = [];
      for (let n = 0; n < rounds; n++) measured.push(await round(started, `${name}${n}`, patients, besides));
      return figuresOf(measured);
    };
    const keptApart = async () => {
      const server = await processesOf(database);
      if (server === undefined) return `left out: the processes of ${kind.name} are not known`;
      return keepAlone([pid, ...server]) ?? measure('apart', neighbour);
    };
    try {
      neighbour = await startNeighbour();
      const warmUps = await warmUp(started, patients / 2);
      // As autovacuum does in a hospital; it may be off where this is measured.
      await database.ask?.('VACUUM (ANALYZE)');
      const together = await measure('together');
      const apart = leftOutOfPinning() ?? (await keptApart());
      return { keptOn: kind.name, patients, rounds, warmUps, together, apart };
    } finally {
      await neighbour?.stop();
      await stopService(started.service);
      rmSync(dataDir, { recursive: true, force: true });
    }
  };
  return withHapi(kind, workOn, JVM);
}

/** Judged by HAPI alone. The service has done the same by then, and is warm too. How many rounds it took. */
async function warmUp(started, patients) {
  // The hospital is written with the first, as it was long ago.
  await runPhase(started, PHASES[0], 'first', 1);
  let quickest = Infinity;
  for (let n = 1, alike = 0; ; n++) {
    const phases = await round(started, `warm${n}`, patients);
    const ms = phases.reduce((sum, phase) => sum + phase.replayed.ms, 0);
    alike = ms > quickest * (1 - STILL_GAINED) ? alike + 1 : 0;
    if (alike === 2 || n === MOST_WARM_UPS) return n;
    quickest = Math.min(quickest, ms);
  }
}

/**
 * Each phase by the service, and then all of its calls by a plain client, with as many in flight as the service had at most: one soon
 * after the other, since a machine that is shared is not always as quick. With a neighbour they are made once more beside it.
 */
async function round(started, mark, patients, neighbour) {
  const phases = [];
  for (const phase of PHASES) {
    const run = await runPhase(started, phase, mark, patients);
    const calls = [...phases, run].flatMap((each) => each.calls);
    const again = (salt) => {
      const lanes = byPatient(run.calls.map(renamer(mark, salt, calls)), `${mark}-${salt}`);
      return timed(() => replay(lanes, run.inFlight.most));
    };
    const replayed = await again(SALT);
    const beside = await neighbour?.beside(run.cpuMs.service / run.ms, () => again(SALT_BESIDE));
    phases.push({ ...run, replayed, ...(beside === undefined ? {} : { beside }) });
  }
  return phases;
}
