import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { CapabilityStatement, OperationOutcome } from 'fhir/r4.js';
import { readFileSync } from 'node:fs';
import { removeFolder, running, type RunningService } from './running.js';

let started: RunningService;
beforeAll(async () => {
  started = await running();
});
afterAll(async () => {
  await started.service.stop();
  removeFolder(started.dataDir);
});

const booked = {
  resourceType: 'Appointment',
  id: 'a1',
  meta: { versionId: '1', lastUpdated: '2026-03-20T08:00:00Z' },
  status: 'booked',
  start: '2026-03-27T08:30:00Z',
  end: '2026-03-27T09:00:00Z',
  participant: [{ actor: { type: 'Patient', display: 'Pasient' }, status: 'accepted' }],
};

async function warningsOf(source: string): Promise<string[]> {
  const headers = { 'content-type': 'application/fhir+json' };
  const body = JSON.stringify(booked);
  const answer = await fetch(`${started.service.url}/inbox/fhir/${source}`, { method: 'POST', headers, body });
  expect(answer.status).toBe(202);
  const { issue } = (await answer.json()) as OperationOutcome;
  return issue.flatMap(({ severity, diagnostics = '' }) => (severity === 'warning' ? [diagnostics] : []));
}

test('a sender is told what its booking lacks where the pack reads it as the profiles say', async () => {
  expect(await warningsOf('fhir-r4')).toEqual([expect.stringContaining('(hospital-of-the-booking)')]);
});

test('a sender whose pack reads other elements is not', async () => {
  expect(await warningsOf('dips')).toEqual([]);
});

test('what is said to be taken in is what the pack takes, and Tasks', () => {
  const read = (file: string) => JSON.parse(readFileSync(file, 'utf8')) as unknown;
  const statement = read('profiles/built/CapabilityStatement-taken-in.json') as CapabilityStatement;
  const { takes } = read('mappings/fhir-r4/manifest.json') as { takes: { types: string[] } };
  const told = statement.rest?.[0]?.resource?.map(({ type }) => type) ?? [];
  expect([...told].sort()).toEqual([...takes.types, 'Task'].sort());
});
