import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Table from 'cli-table3';
import type { Bundle, Task } from 'fhir/r4.js';
import type { MessageView } from '../model/message.js';
import type { Pathway } from '../model/pathway.js';
import { inProject } from '../root.js';
import { startService, type Service } from '../service.js';
import { systemClock } from '../support/clock.js';
import { addDays, osloDayOf } from '../support/dates.js';
import { createClient, expectStatus, type Client } from './client.js';
import { pathwayTable } from './pathway-table.js';
import { startFailure, stopOnSignal } from './serve.js';

export interface DemoOptions {
  readonly once: boolean;
  readonly port?: number;
}

const DEFAULT_PORT = 3000;
const SETTLE_MS = 30_000;

/** The main job on example messages, sent through the same door an EPR uses. Returns the exit code. */
export async function runDemo({ once, port }: DemoOptions): Promise<number> {
  const dataDir = mkdtempSync(join(tmpdir(), 'pakkeforlop-demo-'));
  const service = await startAnywhere(dataDir, port).catch((error: unknown) => {
    console.error(`Cannot start: ${startFailure(error)}`);
    return undefined;
  });
  const cleanUp = async () => {
    await service?.stop();
    rmSync(dataDir, { recursive: true, force: true });
  };
  if (service === undefined) {
    await cleanUp();
    return 1;
  }
  const client = createClient(service.url);
  const well = await show(client, service);
  if (once) {
    await cleanUp();
    return well ? 0 : 1;
  }
  console.log('\nServing until Ctrl-C. What is in the temporary folder goes with it.');
  stopOnSignal(cleanUp);
  return 0;
}

/** On the usual port, or on a free one when that is taken and none was asked for. */
async function startAnywhere(dataDir: string, port: number | undefined): Promise<Service> {
  const config = { host: '127.0.0.1', dataDir, logLevel: 'silent' as const };
  try {
    return await startService({ ...config, port: port ?? DEFAULT_PORT });
  } catch (error) {
    const taken = error instanceof Error && 'code' in error && error.code === 'EADDRINUSE';
    if (!taken || port !== undefined) throw error;
    return startService({ ...config, port: 0 });
  }
}

interface Example {
  readonly title: string;
  readonly events: readonly {
    readonly source: string;
    readonly id: string;
    readonly data: { patient: { identifier: { system: string; value: string }[] } };
  }[];
}

async function show(client: Client, { url, fhirUrl }: Service): Promise<boolean> {
  const examples = readExamples(osloDayOf(systemClock.now()));
  const events = examples.flatMap((example) => example.events);
  console.log(`Sending ${events.length} messages about ${examples.length} patients to ${url}/inbox/events ...`);
  const answer = expectStatus(await client.post('/inbox/events', events, 'application/cloudevents-batch+json'), 202);
  const ids = (answer.json as { messages: { id: string }[] }).messages.map(({ id }) => id);
  const messages = await settled(client, ids);
  await client.post('/scan');
  await settled(client, ids);
  const rows = (await Promise.all(examples.map((example) => pathwaysOf(client, example)))).flat();
  console.log(pathwayTable(rows));
  await showTasks(client);
  showWaiting(messages);
  const first = rows[0]?.pathway.id ?? '';
  console.log(
    [
      '',
      'Look further:',
      `  why each code and date is what it is   npx pakkeforlop explain ${first} --base ${url}`,
      `  one patient's episode as FHIR          ${fhirUrl}/EpisodeOfCare?_count=5`,
      `  all warnings and questions             ${fhirUrl}/Task?status=ready&_count=50`,
      `  the messages and what became of them   npx pakkeforlop messages --base ${url}`,
      `  the interface                          ${url}/openapi.json`,
    ].join('\n'),
  );
  return messages.every(({ status }) => status === 'delivered' || status === 'waiting');
}

/** The bundled examples; days are written as `T-8`, counted from today, so that the deadlines are always fresh. */
function readExamples(today: string): Example[] {
  const folder = inProject('mappings/canonical/examples');
  return readdirSync(folder)
    .filter((name) => name.endsWith('.json'))
    .sort()
    .map((name) => {
      const text = readFileSync(join(folder, name), 'utf8');
      const dated = text.replace(
        /"T([+-]\d+)?(T[^"]*)?"/g,
        (_all, days: string | undefined, time: string | undefined) =>
          JSON.stringify(addDays(today, Number(days ?? 0)) + (time ?? '')),
      );
      return JSON.parse(dated) as Example;
    });
}

async function settled(client: Client, ids: readonly string[]): Promise<MessageView[]> {
  const until = Date.parse(systemClock.now()) + SETTLE_MS;
  for (;;) {
    const messages = await Promise.all(
      ids.map(async (id) => expectStatus(await client.get(`/messages/${id}`), 200).json as MessageView),
    );
    const moving = messages.some(({ status }) => status === 'received' || status === 'applied');
    if (!moving || Date.parse(systemClock.now()) > until) return messages;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

async function pathwaysOf(client: Client, { title, events }: Example): Promise<{ name: string; pathway: Pathway }[]> {
  const identifier = events[0]?.data.patient.identifier[0];
  const form = new URLSearchParams({ patient: `${identifier?.system ?? ''}|${identifier?.value ?? ''}` }).toString();
  const answer = await client.post('/pathways/_search', form, 'application/x-www-form-urlencoded');
  const { pathways } = expectStatus(answer, 200).json as { pathways: Pathway[] };
  return pathways.map((pathway) => ({ name: title, pathway }));
}

async function showTasks(client: Client): Promise<void> {
  const bundle = (await client.get('/fhir/Task?status=ready&_count=200', 'application/fhir+json')).json as Bundle<Task>;
  const table = new Table({
    head: ['Task', 'about', 'level', 'due', 'text'],
    style: { head: [], border: [] },
    colWidths: [22, 20, 17, 12, 62],
    wordWrap: true,
  });
  for (const { resource } of bundle.entry ?? []) {
    const code = resource?.code?.coding?.[0]?.code;
    if (resource === undefined || code === 'first-attendance' || code === 'clinical-decision') continue;
    const about = resource.reasonCode?.coding?.[0]?.code ?? '';
    const level = resource.businessStatus?.coding?.[0]?.code ?? '';
    table.push([code ?? '', about, level, resource.restriction?.period?.end ?? '', resource.description ?? '']);
  }
  console.log('\nTasks that somebody has to do something about:');
  console.log(table.toString());
}

function showWaiting(messages: readonly MessageView[]): void {
  const waiting = messages.filter(({ status }) => status === 'waiting' || status === 'rejected');
  for (const { id, kind, status, reasons } of waiting) {
    console.log(`Message ${id} (${kind}) ${status}: ${reasons.map(({ message }) => message).join(' ')}`);
  }
}
