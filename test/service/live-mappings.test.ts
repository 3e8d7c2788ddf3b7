import { cpSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { Task } from 'fhir/r4.js';
import { newFolder, removeFolder, running, NATIONAL_ID, type RunningService } from './running.js';

const KIND = 'com.hospital.visit.v1';
const VISIT = `{ "type": "no.pakkeforlop.attendance.v1", "data": {
  "id": number, "version": 1, "startedAt": day, "state": "finished", "purpose": "workup",
  "form": $translate("urn:hospital:form", form),
  "patient": { "identifier": [{ "system": "urn:oid:2.16.578.1.12.4.1.4.1", "value": "${NATIONAL_ID}" }] },
  "organization": { "identifier": { "system": "urn:oid:2.16.578.1.12.4.1.4.101", "value": "983975240" } } } }`;

let dir: string;
let epr: RunningService;

beforeEach(async () => {
  dir = newFolder();
  cpSync('mappings', dir, { recursive: true });
  mkdirSync(join(dir, 'hospital', 'concept-maps'), { recursive: true });
  const takes = { door: 'events', kinds: [KIND] };
  const manifest = { name: 'hospital', version: '1', takes, facts: { expression: 'visit.jsonata' } };
  writeFileSync(join(dir, 'hospital', 'manifest.json'), JSON.stringify(manifest));
  writeFileSync(join(dir, 'hospital', 'visit.jsonata'), VISIT);
  saysForms({ P: 'outpatient' });
  epr = await running({ mappingsDir: dir });
});

afterEach(async () => {
  await epr.service.stop();
  removeFolder(epr.dataDir);
  removeFolder(dir);
});

function saysForms(forms: Readonly<Record<string, string>>): void {
  const element = Object.entries(forms).map(([code, target]) => ({ code, target: [{ code: target }] }));
  const target = 'https://fhir.pakkeforlop.example/CodeSystem/attendance-form';
  const map = { resourceType: 'ConceptMap', id: 'form', group: [{ source: 'urn:hospital:form', target, element }] };
  writeFileSync(join(dir, 'hospital', 'concept-maps', 'form.json'), JSON.stringify(map));
}

let sent = 0;
const visit = (number: string, form: string) => ({
  specversion: '1.0',
  id: `visit-${sent++}`,
  source: 'urn:hospital',
  type: KIND,
  data: { number, day: '2026-03-04', form },
});

const triage = () => epr.fhir<Task>('Task?code=triage');

async function eventually<T>(read: () => Promise<T>, isThere: (value: T) => boolean): Promise<T> {
  for (let tries = 0; ; tries++) {
    const value = await read();
    if (isThere(value) || tries > 400) return value;
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
}

describe('a code that no ConceptMap has', () => {
  test('makes its messages wait, with one Task for all of them', async () => {
    const ids = await epr.send(visit('1', 'Q'), visit('2', 'Q'), visit('3', 'P'));
    const waiting = await Promise.all(ids.slice(0, 2).map((id) => epr.until(id, 'waiting')));
    expect(waiting.map(({ reasons }) => reasons.map(({ code }) => code))).toEqual([
      ['unmapped-code'],
      ['unmapped-code'],
    ]);
    await epr.until(ids[2]!, 'delivered');
    const [task, ...others] = await eventually(triage, (tasks) => tasks.length > 0);
    expect(others).toEqual([]);
    expect(task).toMatchObject({ status: 'ready', reasonCode: { coding: [{ code: 'unmapped-code' }] } });
    expect(task?.for).toBeUndefined();
    const inputs = task?.input?.map(({ type, valueString, valueUri }) => [
      type.coding?.[0]?.code,
      valueString ?? valueUri,
    ]);
    expect(inputs).toEqual([
      ['pack', 'hospital'],
      ['system', 'urn:hospital:form'],
      ['code', 'Q'],
    ]);
  });

  test('is waited for no longer once the map has it: all go on by themselves, and the Task is completed', async () => {
    const ids = await epr.send(visit('1', 'Q'), visit('2', 'Q'));
    for (const id of ids) await epr.until(id, 'waiting');
    saysForms({ P: 'outpatient', Q: 'video' });
    for (const id of ids) await epr.until(id, 'delivered');
    const tasks = await eventually(triage, ([task]) => task?.status === 'completed');
    expect(tasks.map(({ status }) => status)).toEqual(['completed']);
  });

  test('asks no longer when nothing needs it any more', async () => {
    const [id] = await epr.send(visit('1', 'Q'));
    await epr.until(id!, 'waiting');
    writeFileSync(
      join(dir, 'hospital', 'visit.jsonata'),
      VISIT.replace('$translate("urn:hospital:form", form)', '"video"'),
    );
    await epr.until(id!, 'delivered');
    const tasks = await eventually(triage, ([task]) => task?.status === 'cancelled');
    expect(tasks.map(({ status, statusReason }) => [status, statusReason?.coding?.[0]?.code])).toEqual([
      ['cancelled', 'no-longer-applies'],
    ]);
  });
});

describe('a pack that was changed to something wrong', () => {
  const health = async () =>
    ((await (await epr.get('/health/ready')).json()) as { checks: Readonly<Record<string, string>> }).checks[
      'mappings'
    ];

  test('is refused whole: the old one stays, and health says so until it is mended', async () => {
    expect(await health()).toBe('ok');
    saysForms({ P: 'outpatient', Q: 'video' });
    writeFileSync(join(dir, 'hospital', 'visit.jsonata'), VISIT.replace('"state":', '"state"'));
    expect(epr.service.reloadMappings()).toBe(false);
    expect(await health()).toBe('failed');
    const [seen, waiting] = await epr.send(visit('1', 'P'), visit('2', 'Q'));
    await epr.until(seen!, 'delivered');
    await epr.until(waiting!, 'waiting');
    writeFileSync(join(dir, 'hospital', 'visit.jsonata'), VISIT);
    await epr.until(waiting!, 'delivered');
    expect(await health()).toBe('ok');
  });

  test('maps again what it mapped before, when it is asked to', async () => {
    const [id] = await epr.send(visit('1', 'P'));
    await epr.until(id!, 'delivered');
    writeFileSync(join(dir, 'hospital', 'visit.jsonata'), VISIT.replace('"finished"', 'unknown'));
    expect(epr.service.reloadMappings()).toBe(true);
    const replay = (since: string) =>
      fetch(`${epr.service.url}/messages/replay?pack=hospital&since=${since}`, { method: 'POST' });
    expect(await (await replay('2099-01-01')).json()).toEqual({ count: 0 });
    expect(await (await replay('2026-01-01')).json()).toEqual({ count: 1 });
    const { reasons } = await epr.until(id!, 'rejected');
    expect(reasons).toMatchObject([{ code: 'mapping', path: '/unknown' }]);
  });

  test('may take a new kind of event without a restart', async () => {
    const other = { ...visit('9', 'P'), type: 'com.hospital.contact.v1' };
    await expect(epr.send(other)).rejects.toThrow('must be one of the event types');
    const manifest = join(dir, 'hospital', 'manifest.json');
    writeFileSync(manifest, readFileSync(manifest, 'utf8').replace(`"${KIND}"`, `"${KIND}","com.hospital.contact.v1"`));
    expect(epr.service.reloadMappings()).toBe(true);
    const [id] = await epr.send(other);
    await epr.until(id!, 'delivered');
  });
});
