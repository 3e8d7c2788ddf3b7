// Calls that were recorded, made again by a plain client: for other patients, so that each of them changes something.
import { Agent, request } from 'node:http';

const UUID = /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g;
const ORGANIZATION = new RegExp(`Organization/(${UUID.source})`, 'g');
/** They belong to a connection, or are computed from the body. */
const OWN_HEADERS = ['content-length', 'connection', 'host'];

/**
 * Gives a call other ids, by their last four digits, and another mark, which is in every identifier that was sent. The organisation is
 * shared, and stays: `calls` are all that may name it.
 */
export function renamer(mark, salt, calls) {
  const shared = new Set(calls.flatMap(({ url, body = '' }) => namesOf(ORGANIZATION, `${url} ${body}`)));
  const renamed = (text) =>
    text.replaceAll(mark, `${mark}-${salt}`).replace(UUID, (id) => (shared.has(id) ? id : id.slice(0, -4) + salt));
  return ({ url, body, ...rest }) => ({
    ...rest,
    url: renamed(url),
    ...(body === undefined ? {} : { body: renamed(body) }),
  });
}

/**
 * The calls of each patient, in their order; patients in the order of their first. What names the same resource or identifier belongs
 * together: a Task is read by an id alone. `mark` is followed by the number of the patient.
 */
export function byPatient(calls, mark) {
  const lanes = new Map();
  for (const call of calls) {
    const names = namesIn(call, mark);
    const lane = [...new Set(names.flatMap((name) => lanes.get(name) ?? [])), call];
    lane.sort((a, b) => a.beganAt - b.beganAt);
    const all = new Set([...names, ...lane.flatMap((each) => namesIn(each, mark))]);
    for (const name of all) lanes.set(name, lane);
  }
  return [...new Set(lanes.values())].sort(([a], [b]) => a.beganAt - b.beganAt);
}

function namesIn({ url, body = '' }, mark) {
  const text = `${url} ${body}`;
  const shared = namesOf(ORGANIZATION, text);
  const ids = (text.match(UUID) ?? []).filter((id) => !shared.includes(id));
  return [...new Set([...ids, ...(text.match(new RegExp(`${mark}-\\d+`, 'g')) ?? [])])];
}

function namesOf(pattern, text) {
  return [...text.matchAll(pattern)].map(([, name]) => name);
}

/** Makes the calls, so many patients at a time, each patient's one after the other. When, and the calls as they were answered. */
export async function replay(lanes, atOnce) {
  const agent = new Agent({ keepAlive: true, maxSockets: atOnce });
  const left = [...lanes].reverse();
  const answered = [];
  const beganAt = now();
  await Promise.all(
    Array.from({ length: atOnce }, async () => {
      for (let lane = left.pop(); lane !== undefined; lane = left.pop())
        for (const call of lane) answered.push({ ...call, status: await make(call, agent) });
    }),
  );
  const endedAt = now();
  agent.destroy();
  return { beganAt, endedAt, ms: endedAt - beganAt, calls: answered };
}

function now() {
  return performance.timeOrigin + performance.now();
}

function make({ method, url, headers, body }, agent) {
  const sent = headers.filter(([name]) => !OWN_HEADERS.includes(name));
  const length = body === undefined ? {} : { 'content-length': Buffer.byteLength(body) };
  return new Promise((resolve, reject) => {
    const options = { method, agent, headers: { ...Object.fromEntries(sent), ...length } };
    const asked = request(url, options, (answer) => {
      answer.on('end', () => resolve(answer.statusCode));
      answer.on('error', reject);
      answer.resume();
    });
    asked.on('error', reject);
    asked.end(body);
  });
}
