// The built service as a process of its own, and what a sender says to it.
import { spawn } from 'node:child_process';
import { createServer } from 'node:net';

const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
const LOOK_MS = 500;
const CONTENT_TYPES = {
  '/inbox/events': 'application/cloudevents+json',
  batch: 'application/cloudevents-batch+json',
  other: 'application/fhir+json',
};

/** `more`: environment variables besides those that every run has; `execArgv`: options of node. */
export async function startService(dataDir, more = {}, execArgv = []) {
  const port = await freePort();
  const base = `http://127.0.0.1:${port}`;
  const began = performance.now();
  const env = { ...process.env, ...more, PORT: String(port), DATA_DIR: dataDir, SCAN_CRON: 'off', LOG_LEVEL: 'silent' };
  const stdio = ['ignore', 'inherit', 'inherit', 'ipc'];
  const service = spawn(process.execPath, [...execArgv, 'dist/main.js'], { env, stdio });
  while (service.exitCode === null) {
    const ready = await fetch(`${base}/health/ready`).then(
      ({ status }) => status === 200,
      () => false,
    );
    if (ready) return { service, base, startMs: Math.round(performance.now() - began) };
    await sleep(10);
  }
  throw new Error(`the service ended with ${service.exitCode}`);
}

export async function stopService(service) {
  const ended = new Promise((resolve) => service.once('exit', resolve));
  service.kill('SIGTERM');
  await ended;
}

function freePort() {
  return new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });
}

/** Posts to a door; the id of the message, in the answer of either. */
export async function send(base, body, path = '/inbox/events') {
  const answer = await post(`${base}${path}`, body, CONTENT_TYPES[path] ?? CONTENT_TYPES.other);
  const text = await answer.text();
  return path === '/inbox/events' ? JSON.parse(text).messages[0].id : answer.headers.get('message-id');
}

/** Posts events together; the ids of their messages. */
export async function sendBatch(base, events) {
  const answer = await post(`${base}/inbox/events`, events, CONTENT_TYPES.batch);
  return (await answer.json()).messages.map(({ id }) => id);
}

async function post(url, body, contentType) {
  const headers = { 'content-type': contentType };
  const answer = await fetch(url, { method: 'POST', headers, body: JSON.stringify(body) });
  if (answer.status !== 202) throw new Error(`answered ${answer.status}: ${await answer.text()}`);
  return answer;
}

/** CPU time that the service used so far, in milliseconds. */
export async function cpuMsOf(base) {
  const [seconds] = await metrics(base, ['process_cpu_seconds_total']);
  return 1000 * seconds;
}

/** The values of metrics, by their names with labels. */
export async function metrics(base, names) {
  const lines = (await (await fetch(`${base}/metrics`)).text()).split('\n');
  return names.map((name) => Number(lines.find((line) => line.startsWith(`${name} `)).slice(name.length)));
}

/** Resolves when nothing is left to apply or to send. Looked at seldom: it takes from the CPU of what is measured. */
export async function allSent(base) {
  const left = ['pakkeforlop_messages{state="received"}', 'pakkeforlop_outbox_resources{state="pending"}'];
  for (let some = true; some;) {
    await sleep(LOOK_MS);
    some = (await metrics(base, left)).some((count) => count > 0);
  }
}
