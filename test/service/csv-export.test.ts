import { readFileSync } from 'node:fs';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { NATIONAL_ID, removeFolder, running, type RunningService } from './running.js';

const EXAMPLES = 'mappings/csv-export/examples';

let epr: RunningService;

beforeEach(async () => {
  epr = await running();
});

afterEach(async () => {
  await epr.service.stop();
  removeFolder(epr.dataDir);
});

/** Posts an example of the pack, byte by byte, and waits until nothing of it is left to do. */
async function post(example: string): Promise<void> {
  const body = readFileSync(`${EXAMPLES}/${example}.input.csv`);
  const request = { method: 'POST', headers: { 'content-type': 'text/csv' }, body };
  const answer = await fetch(`${epr.service.url}/inbox/csv/csv-export`, request);
  expect(answer.status).toBe(202);
  const { messages } = (await answer.json()) as { messages: { id: string }[] };
  for (const { id } of messages) await epr.until(id, 'delivered');
}

interface Found {
  readonly pathways: readonly {
    readonly episodes: readonly { readonly registrations: readonly { readonly code: string; readonly on: string }[] }[];
  }[];
}

async function codesOf(number: string): Promise<string[]> {
  const body = new URLSearchParams({ patient: `urn:oid:2.16.578.1.12.4.1.4.1|${number}` });
  const answer = await fetch(`${epr.service.url}/pathways/_search`, { method: 'POST', body });
  const { pathways } = (await answer.json()) as Found;
  return pathways.flatMap(({ episodes }) =>
    episodes.flatMap(({ registrations }) => registrations.map(({ code, on }) => `${code} ${on}`)),
  );
}

test('files of a night in Windows-1252 give the codes of a pathway, and correct them', async () => {
  await post('referrals-marked-for-the-pathway');
  await post('contacts-by-type');
  expect(await codesOf(NATIONAL_ID)).toEqual(['C01A 2026-03-02', 'C01S 2026-03-09']);
  await post('a-decision-that-became-an-abort');
  expect(await codesOf(NATIONAL_ID)).toEqual(['C01A 2026-03-02', 'C01S 2026-03-09', 'C01X 2026-03-18']);
});
