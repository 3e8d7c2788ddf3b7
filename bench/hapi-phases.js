// What is sent to the service in the bench against HAPI, and one phase of it from the first message to the last answer of HAPI.
import { cpus } from 'node:os';
import { watchFirstCore } from './core-watch.js';
import { eventOf } from './person.js';
import { allSent, cpuMsOf, sendBatch } from './started-service.js';

const BATCH = 30;
const NOT_DELIVERED = ['received', 'applied', 'waiting', 'rejected'];

const REFERRAL = ['referral', { receivedAt: '2026-03-02', mark: 'C01' }];
const ATTENDANCE = [
  'attendance',
  { startedAt: '2026-03-05', state: 'finished', form: 'outpatient', purpose: 'workup' },
];
const DECISION = ['decision', { decidedAt: '2026-03-12', outcome: 'no-disease' }];

/**
 * New patients by one message each; two changes of the pathways that they have then; and other new patients of whom all is told at
 * once, as when an EPR is connected. `from` keeps the patients of phases apart.
 */
export const PHASES = [
  { name: 'newPatients', from: 0, about: [REFERRAL] },
  { name: 'attendances', from: 0, about: [ATTENDANCE] },
  { name: 'decisions', from: 0, about: [DECISION] },
  { name: 'histories', from: 100_000, about: [REFERRAL, ATTENDANCE, DECISION] },
];

/**
 * Its `messages`, the `calls` to HAPI that came of them, the `ms` from the first message posted to the last call answered, how many
 * calls were in flight, and CPU time. Everything is delivered at the end, or it throws.
 */
export async function runPhase({ service, base }, { name, from, about }, mark, patients) {
  const events = Array.from({ length: patients }, (_, n) => n + from).flatMap((n) =>
    about.map(([kind, data]) => ({ ...eventOf(kind, `${n}`, patientOf(mark, n), data), source: `urn:bench:${mark}` })),
  );
  const serviceCpuBefore = await cpuMsOf(base);
  const { cpuMs, ...run } = await timed(async () => {
    const beganAt = performance.timeOrigin + performance.now();
    for (let n = 0; n < events.length; n += BATCH) await sendBatch(base, events.slice(n, n + BATCH));
    await allSent(base);
    const calls = await takenFrom(service);
    const endedAt = Math.max(...calls.map((call) => call.endedAt));
    return { calls, beganAt: Math.min(...calls.map((call) => call.beganAt)), endedAt, ms: endedAt - beganAt };
  });
  const serviceCpuMs = (await cpuMsOf(base)) - serviceCpuBefore;
  await assertDelivered(base, `urn:bench:${mark}`);
  return { name, messages: events.length, ...run, inFlight: inFlight(run), cpuMs: { ...cpuMs, service: serviceCpuMs } };
}

function patientOf(mark, n) {
  const identifier = [{ system: 'urn:bench:patients', value: `${mark}-${n}` }];
  return { identifier, name: { family: 'Bench', given: ['Test'] }, birthDate: '1957-05-17', gender: 'female' };
}

/**
 * With the CPU time, in milliseconds, of the whole machine and of this process meanwhile; and the share of the time from the first call to
 * the last answer that the first core was idle.
 */
export async function timed(work) {
  const [machine, own, watch] = [machineCpuMs(), process.cpuUsage(), watchFirstCore()];
  const result = await work();
  const firstCoreIdle = watch()(result.beganAt, result.endedAt);
  const { user, system } = process.cpuUsage(own);
  const cpuMs = { machine: machineCpuMs() - machine, sender: (user + system) / 1000 };
  return { ...result, firstCoreIdle, cpuMs };
}

function machineCpuMs() {
  return cpus().reduce((sum, { times }) => sum + times.user + times.nice + times.sys + times.irq, 0);
}

async function assertDelivered(base, source) {
  for (const status of NOT_DELIVERED) {
    const query = new URLSearchParams({ status, source, _count: '1' });
    const { messages } = await (await fetch(`${base}/messages?${query}`)).json();
    if (messages.length > 0) throw new Error(`not delivered: ${JSON.stringify(messages)}`);
  }
}

function takenFrom(service) {
  return new Promise((resolve) => {
    service.once('message', resolve);
    service.send('take');
  });
}

/** At most, and on an average from the first call to the last. */
function inFlight({ calls }) {
  const steps = calls.flatMap(({ beganAt, endedAt }) => [
    [beganAt, 1],
    [endedAt, -1],
  ]);
  steps.sort(([a], [b]) => a - b);
  let [running, most] = [0, 0];
  for (const [, step] of steps) most = Math.max(most, (running += step));
  const busyMs = calls.reduce((sum, { beganAt, endedAt }) => sum + endedAt - beganAt, 0);
  return { most, mean: busyMs / (steps.at(-1)[0] - steps[0][0]) };
}
