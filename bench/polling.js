// A poll of a source on which nothing changed: the embedded server over HTTP, with resources that were all seen before.
import { createServer } from 'node:http';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import express from 'express';
import { openFhirServer } from '../dist/fhir-server/fhir-server.js';
import { takeChanges } from '../dist/receive/take-changes.js';
import { openStore } from '../dist/store/open-store.js';
import { systemClock } from '../dist/support/clock.js';
import { silentLog } from '../dist/support/log.js';
import { createReader } from '../dist/write/fhir-reader.js';

const RESOURCES = 2_000;
const RUNS = 20;

export async function polling() {
  const dir = mkdtempSync(join(tmpdir(), 'bench-poll-'));
  const address = { url: '' };
  const baseUrl = () => address.url;
  const fhir = openFhirServer({
    file: join(dir, 'fhir.db'),
    definitionsDir: 'profiles/r4',
    clock: systemClock,
    baseUrl,
    log: silentLog,
  });
  const server = createServer(express().use('/fhir', fhir.routes));
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  address.url = `http://127.0.0.1:${server.address().port}/fhir`;
  const store = await openStore({ dataDir: dir, clock: systemClock, log: silentLog });
  const reader = createReader({ baseUrl, timeoutMs: 10_000, clock: systemClock });
  try {
    await fill(address.url);
    const poll = () => takeChanges(sourceOf(reader), stepsOn(store));
    const began = performance.now();
    const { received } = await poll();
    const firstMs = Math.round(performance.now() - began);
    if (received !== RESOURCES) throw new Error(`${received} of ${RESOURCES} were taken`);
    const again = await timed(poll);
    await age(store);
    const idle = await timed(poll);
    return { resources: RESOURCES, firstMs, withinOverlapMs: again, nothingNewMs: idle };
  } finally {
    reader.close();
    await new Promise((resolve) => server.close(resolve));
    await fhir.close();
    await store.close();
    rmSync(dir, { recursive: true, force: true });
  }
}

/** As if the mark had been left long after the last change: the overlap holds nothing. */
async function age(store) {
  const later = new Date(Date.now() + 600_000).toISOString();
  for (const type of ['Patient', 'Encounter']) await store.moveWatermark('bench', type, later);
}

async function timed(poll) {
  const began = performance.now();
  for (let n = 0; n < RUNS; n++) {
    const { received, failures } = await poll();
    if (received > 0 || failures.length > 0) throw new Error('something came of a poll with nothing new');
  }
  return Number(((performance.now() - began) / RUNS).toFixed(1));
}

function sourceOf(reader) {
  return {
    name: 'bench',
    types: ['Patient', 'Encounter'],
    isTarget: false,
    changedSince: (type, since) => reader.changedSince(type, since),
    ofPatient: (type, patientId) => reader.ofPatient(type, patientId),
  };
}

function stepsOn(store) {
  return {
    accept: (messages, options) => store.accept(messages, options),
    watermark: (source, type) => store.watermark(source, type),
    moveWatermark: (source, type, to) => store.moveWatermark(source, type, to),
    openPatients: () => Promise.resolve([]),
    findOwn: () => Promise.resolve([]),
    clock: systemClock,
  };
}

async function fill(url) {
  const entry = Array.from({ length: RESOURCES }, (_, n) => {
    const resource =
      n % 2 === 0
        ? { resourceType: 'Patient', id: `p${n}` }
        : { resourceType: 'Encounter', id: `e${n}`, status: 'finished', class: { code: 'AMB' } };
    return { resource, request: { method: 'PUT', url: `${resource.resourceType}/${resource.id}` } };
  });
  for (let n = 0; n < entry.length; n += 500) {
    const body = JSON.stringify({ resourceType: 'Bundle', type: 'transaction', entry: entry.slice(n, n + 500) });
    const answer = await fetch(url, { method: 'POST', headers: { 'content-type': 'application/fhir+json' }, body });
    if (answer.status !== 200) throw new Error(await answer.text());
  }
}
