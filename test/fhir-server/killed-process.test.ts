import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { transformFileSync } from '@swc/core';
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { patient } from './running-server.js';

let dir: string;

/** What runs in the process that is killed: the server on a port of its own, which it tells. */
const SCRIPT = `
import express from 'express';
import { createServer } from 'node:http';
import { openFhirServer } from './fhir-server/fhir-server.js';
import { silentLog } from './support/log.js';
import { systemClock } from './support/clock.js';
const [file, definitionsDir] = process.argv.slice(2);
let base = '';
const fhir = openFhirServer({ file, definitionsDir, clock: systemClock, baseUrl: () => base, log: silentLog });
const server = createServer(express().use('/fhir', fhir.routes));
server.listen(0, '127.0.0.1', () => console.log((base = 'http://127.0.0.1:' + server.address().port + '/fhir')));
`;

beforeAll(() => {
  dir = mkdtempSync(join(tmpdir(), 'fhir-killed-'));
  for (const room of ['fhir-server', 'support']) {
    mkdirSync(join(dir, room));
    for (const name of readdirSync(join('src', room)).filter((each) => each.endsWith('.ts'))) {
      const options = { jsc: { parser: { syntax: 'typescript' }, target: 'es2023' }, module: { type: 'es6' } } as const;
      const { code } = transformFileSync(join('src', room, name), options);
      writeFileSync(join(dir, room, name.replace(/ts$/, 'js')), code);
    }
  }
  writeFileSync(join(dir, 'package.json'), '{"type":"module"}');
  writeFileSync(join(dir, 'serve.js'), SCRIPT);
  symlinkSync(resolve('node_modules'), join(dir, 'node_modules'));
});
afterAll(() => rmSync(dir, { recursive: true, force: true }));

async function serve(): Promise<{ child: ChildProcess; base: string }> {
  const file = join(dir, 'fhir.db');
  const child = spawn(process.execPath, [join(dir, 'serve.js'), file, resolve('profiles/r4')]);
  const [line] = (await once(child.stdout, 'data')) as [Buffer];
  return { child, base: line.toString().trim() };
}

/** Writes pairs of patients until the server is gone, and tells the names of those it said it had kept. */
async function writeUntilGone(base: string, writer: string, kept: (name: string) => void): Promise<void> {
  for (let n = 0; ; n++) {
    const name = `${writer}-${n}`;
    const entry = ['a', 'b'].map((half) => ({
      request: { method: 'PUT', url: `Patient/${name}-${half}` },
      resource: patient(`${name}-${half}`, { identifier: [{ system: 'urn:pair', value: name }] }),
    }));
    const body = JSON.stringify({ resourceType: 'Bundle', type: 'transaction', entry });
    const headers = { 'content-type': 'application/fhir+json' };
    const status = await fetch(base, { method: 'POST', headers, body }).then(
      (response) => response.text().then(() => response.status),
      () => 0,
    );
    if (status !== 200) return;
    kept(name);
  }
}

test('a process that is killed while it writes loses nothing that it acknowledged, and leaves no half transaction', async () => {
  const kept: string[] = [];
  for (const round of [1, 2, 3]) {
    const { child, base } = await serve();
    const keep = (name: string) => {
      // The other seven are being written at this moment.
      if (kept.push(name) === round * 100) child.kill('SIGKILL');
    };
    const writers = Array.from({ length: 8 }, (_, n) => writeUntilGone(base, `r${round}-w${n}`, keep));
    await Promise.all([...writers, once(child, 'exit')]);
  }
  expect(kept.length).toBeGreaterThanOrEqual(300);
  const { child, base } = await serve();
  const found = new Map<string, number>();
  for (let url: string | undefined = `${base}/Patient?_count=1000`; url !== undefined;) {
    const page = (await (await fetch(url)).json()) as {
      link: { relation: string; url: string }[];
      entry: { resource: { identifier: { value: string }[] } }[];
    };
    for (const { resource } of page.entry) {
      const name = resource.identifier[0]?.value ?? '';
      found.set(name, (found.get(name) ?? 0) + 1);
    }
    url = page.link.find(({ relation }) => relation === 'next')?.url;
  }
  child.kill('SIGKILL');
  expect(kept.filter((name) => found.get(name) !== 2)).toEqual([]);
  expect([...found.values()].every((halves) => halves === 2)).toBe(true);
}, 60_000);
