import { cpSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import type { EpisodeOfCare, Patient } from 'fhir/r4.js';
import { event, newFolder, NATIONAL_ID, removeFolder, running, type RunningService } from './running.js';

let dir: string;
let epr: RunningService;
const definition = () => join(dir, 'pathways', 'c01.json');
const withDays = (days: number) =>
  writeFileSync(definition(), readFileSync(definition(), 'utf8').replace(/"days": (7|8)/, `"days": ${days}`));

beforeEach(async () => {
  dir = newFolder();
  cpSync('mappings', dir, { recursive: true });
  withDays(8);
  epr = await running({ mappingsDir: dir });
});
afterEach(async () => {
  await epr.service.stop();
  removeFolder(epr.dataDir);
  removeFolder(dir);
});

test('an episode that breaks a rule of its profile is no silent write, and is sent once that is mended', async () => {
  const [id = ''] = await epr.send(event('referral', 'r', { receivedAt: '2026-03-02', mark: 'C01' }));
  const failed = await eventually(id);
  expect(failed.status).toBe('applied');
  const text = JSON.stringify(failed.reasons);
  expect(failed.reasons.map(({ code }) => code)).toContain('delivery-failed');
  expect(text).toContain('the EpisodeOfCare was not sent, not-conformant: EpisodeOfCare.extension[1]: The due day is');
  expect(text).not.toContain(NATIONAL_ID);
  expect(await epr.fhir<EpisodeOfCare>('EpisodeOfCare')).toEqual([]);
  expect(await epr.fhir<Patient>('Patient')).toHaveLength(1);

  withDays(7);
  epr.service.reloadMappings();
  await fetch(`${epr.service.url}/messages/${id}/replay`, { method: 'POST' });
  await epr.until(id, 'delivered');
  expect(await epr.fhir<EpisodeOfCare>('EpisodeOfCare')).toHaveLength(1);
});

/** The message, once something is said of its delivery. */
async function eventually(id: string) {
  for (let tries = 0; ; tries++) {
    const message = await epr.status(id);
    if (message.reasons.length > 0 || tries > 400) return message;
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
}
