// Another service on the same machine, with a FHIR server of its own: what everybody else loses to whoever works beside them.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { eventOf } from './person.js';
import { allSent, cpuMsOf, sendBatch, startService, stopService } from './started-service.js';

const LOOK_MS = 50;
const BATCH = 2;

/** A service that does nothing until it is told to be busy. */
export async function startNeighbour() {
  const dataDir = mkdtempSync(join(tmpdir(), 'bench-neighbour-'));
  const { service, base } = await startService(dataDir);
  let sent = 0;
  const sendSome = () =>
    sendBatch(
      base,
      Array.from({ length: BATCH }, () => referral(`${sent++}`)),
    );
  /** Sends whenever less was used than `share` of one core; the share that was, when `isOver`. */
  const keepBusy = async (share, isOver) => {
    const [beganAt, cpuMs] = [performance.now(), await cpuMsOf(base)];
    let used = 0;
    while (!isOver()) {
      used = ((await cpuMsOf(base)) - cpuMs) / (performance.now() - beganAt);
      if (used < share) await sendSome();
      await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
    }
    return used;
  };
  return {
    /** Does `work` while the neighbour uses `share` of a core; with the share that it did use. It has nothing left to do afterwards. */
    beside: async (share, work) => {
      let isOver = false;
      const busy = keepBusy(share, () => isOver);
      const result = await work();
      isOver = true;
      const neighbourCpu = await busy;
      await allSent(base);
      return { ...result, neighbourCpu };
    },
    stop: async () => {
      await stopService(service);
      rmSync(dataDir, { recursive: true, force: true });
    },
  };
}

function referral(n) {
  const patient = { identifier: [{ system: 'urn:bench:neighbours', value: n }], birthDate: '1957-05-17' };
  return eventOf('referral', n, patient, { receivedAt: '2026-03-02', mark: 'C01' });
}
