// Starts the built service and measures it from outside: start-up, acceptance at both doors, and the whole way to the FHIR server.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { eventOf, nationalIds, patientOf } from './person.js';
import { orderOf, resourceJourneyOf } from './resources.js';
import { send, startService, stopService } from './started-service.js';

const SINGLE_EVENTS = 4_000;
const AT_ONCE = 32;
const PACE_PER_S = 200;
const PACED_S = 10;
const JOURNEYS = 250;

const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
const numbers = nationalIds();
const nextPatient = () => patientOf(numbers.next().value);
/** Referrals that start nothing: acceptance alone is measured, not what follows from it. */
const idle = (n) => eventOf('referral', n, nextPatient(), { receivedAt: '2026-03-02' });

/** `more`: environment variables besides those that every run has. */
export async function acceptance(more = {}) {
  const dataDir = mkdtempSync(join(tmpdir(), 'bench-'));
  const { service, base, startMs } = await startService(dataDir, more);
  try {
    const acceptedPerS = await saturate(base);
    const pacedP99Ms = await pace(base);
    await drained(base);
    const events = await journeys(base, (n) => ['/inbox/events', journeyOf(n)]);
    const resourcesPerS = await saturateWithResources(base);
    await drained(base);
    const resources = await journeys(base, (n) => ['/inbox/fhir/fhir-r4', resourceJourneyOf(n)]);
    return { startMs, acceptedPerS, pacedAt: PACE_PER_S, pacedP99Ms, resourcesPerS, endToEnd: { events, resources } };
  } finally {
    await stopService(service);
    rmSync(dataDir, { recursive: true, force: true });
  }
}

/** How many a second, with so many senders at once. */
async function rate(bodies, post) {
  const count = bodies.length;
  const began = performance.now();
  await Promise.all(
    Array.from({ length: AT_ONCE }, async () => {
      for (let body = bodies.pop(); body !== undefined; body = bodies.pop()) await post(body);
    }),
  );
  return Math.round((count / (performance.now() - began)) * 1000);
}

function saturate(base) {
  return rate(
    Array.from({ length: SINGLE_EVENTS }, (_, n) => idle(`s${n}`)),
    (event) => send(base, event),
  );
}

/** Orders that ask for nothing of a pathway: acceptance alone is measured. */
function saturateWithResources(base) {
  return rate(
    Array.from({ length: SINGLE_EVENTS }, (_, n) => orderOf(n)),
    (order) => send(base, order, '/inbox/fhir/fhir-r4'),
  );
}

/** Sent at a steady pace whether or not answers come: the time from when it should have been sent to its answer. */
async function pace(base) {
  const took = [];
  const began = performance.now();
  const sent = Array.from({ length: PACE_PER_S * PACED_S }, async (_, n) => {
    const due = began + (n * 1000) / PACE_PER_S;
    await sleep(due - performance.now());
    await send(base, idle(`p${n}`));
    took.push(performance.now() - due);
  });
  await Promise.all(sent);
  took.sort((a, b) => a - b);
  return Math.round(took[Math.floor(took.length * 0.99)]);
}

async function drained(base) {
  while ((await (await fetch(`${base}/messages?status=received&_count=1`)).json()).messages.length > 0) await sleep(50);
}

/** Whole journeys of four messages each, sent as fast as they are taken: until the last of them is delivered. */
async function journeys(base, of) {
  const messages = Array.from({ length: JOURNEYS }, (_, n) => n).flatMap((n) => {
    const [path, bodies] = of(n);
    return bodies.map((body) => ({ path, body }));
  });
  const count = messages.length;
  const began = performance.now();
  const open = new Set();
  await rate(messages.reverse(), async ({ path, body }) => open.add(await send(base, body, path)));
  while (open.size > 0) {
    for (const id of open) {
      const { status } = await (await fetch(`${base}/messages/${id}`)).json();
      if (status !== 'delivered') break;
      open.delete(id);
    }
    await sleep(25);
  }
  const seconds = (performance.now() - began) / 1000;
  return { messages: count, perS: Math.round(count / seconds) };
}

export function journeyOf(n) {
  const patient = nextPatient();
  const about = (kind, data) => eventOf(kind, `j${n}`, patient, data);
  return [
    about('referral', { receivedAt: '2026-03-02', mark: 'C01' }),
    about('attendance', { startedAt: '2026-03-05', state: 'finished', form: 'outpatient', purpose: 'workup' }),
    about('transfer', {
      sentAt: '2026-03-09',
      scope: 'advice',
      to: { identifier: { system: 'urn:oid:2.16.578.1.12.4.1.4.101', value: '993467049' } },
    }),
    about('decision', { decidedAt: '2026-03-12', outcome: 'no-disease' }),
  ];
}
