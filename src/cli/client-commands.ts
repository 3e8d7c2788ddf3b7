import type { Command } from 'commander';
import Table from 'cli-table3';
import type { MessageView } from '../model/message.js';
import type { Pathway } from '../model/pathway.js';
import type { ScanResult } from '../watch/scan.js';
import { ClientError, createClient, expectStatus, type Client } from './client.js';
import { sayOfFiles } from './file-faults.js';
import { pathwayTable } from './pathway-table.js';

export interface Where {
  readonly base: string;
  readonly token?: string;
}

/** The commands that speak to a running service: each is one or two requests and a way to show the answer. */
export function registerClientCommands(program: Command): void {
  speaking(program.command('scan'))
    .description('look at the deadlines now, and post the warnings that are due')
    .action((where: Where) => say(where, scan));
  speaking(program.command('messages'))
    .description('the messages received, newest first; exit code 1 when any waits or was rejected')
    .option('--status <status>', 'received, applied, delivered, waiting or rejected')
    .option('--source <uri>', 'of one source')
    .option('--count <number>', 'how many', '50')
    .action((options: Where & MessageFilter) => say(options, (client) => listMessages(client, options)));
  speaking(program.command('replay'))
    .description('map a message again, or all that a pack mapped, with the mappings of today')
    .argument('[message]', 'its id')
    .option('--pack <name>', 'what this mapping pack mapped')
    .option('--since <when>', 'received since this day or instant', '2000-01-01')
    .action((id: string | undefined, options: Where & PackSince) =>
      say(options, (client) => (id === undefined ? replayPack(client, options) : replay(client, id))),
    );
  speaking(program.command('explain'))
    .description('why each code, deadline and finding is what it is')
    .argument('[pathway]', 'the id of a pathway')
    .option('--patient <identifier>', 'all pathways of a patient: system|value')
    .action((id: string | undefined, options: Where & { patient?: string }) =>
      say(options, (client) => explain(client, id, options.patient)),
    );
}

export function speaking(command: Command): Command {
  return command
    .option('--base <url>', 'the service', process.env['PAKKEFORLOP_BASE'] ?? 'http://127.0.0.1:3000')
    .option('--token <token>', 'its API_TOKEN', process.env['API_TOKEN']);
}

/** Runs one command; what went wrong with the service is one readable line on standard error, and exit code 2. */
export async function say({ base, token }: Where, command: (client: Client) => Promise<number>): Promise<void> {
  await sayOfFiles(async () => {
    try {
      return await command(createClient(base, token));
    } catch (error) {
      if (!(error instanceof ClientError)) throw error;
      console.error(error.message);
      return 2;
    }
  });
}

async function scan(client: Client): Promise<number> {
  const { on, examined, posted, closed } = expectStatus(await client.post('/scan'), 200).json as ScanResult;
  console.log(`${on}: ${examined} deadlines looked at, ${posted} Tasks posted, ${closed} ended`);
  return 0;
}

interface MessageFilter {
  readonly status?: string;
  readonly source?: string;
  readonly count: string;
}

async function listMessages(client: Client, { status, source, count }: MessageFilter): Promise<number> {
  const query = new URLSearchParams({ _count: count });
  if (status !== undefined) query.set('status', status);
  if (source !== undefined) query.set('source', source);
  const { messages } = expectStatus(await client.get(`/messages?${query.toString()}`), 200).json as {
    messages: MessageView[];
  };
  const table = new Table({ head: ['received', 'id', 'kind', 'status', 'reasons'], style: { head: [], border: [] } });
  for (const { receivedAt, id, kind, status: state, reasons } of messages) {
    table.push([receivedAt, id, kind, state, [...new Set(reasons.map(({ code }) => code))].join(', ')]);
  }
  console.log(messages.length === 0 ? 'No messages.' : table.toString());
  for (const { id, status: state, reasons } of messages)
    if (state === 'waiting' || state === 'rejected')
      for (const { code, path, message } of reasons)
        console.log(`${id} ${code} ${path === '' ? '' : `${path}: `}${message}`);
  return messages.some((message) => message.status === 'waiting' || message.status === 'rejected') ? 1 : 0;
}

async function replay(client: Client, id: string): Promise<number> {
  expectStatus(await client.post(`/messages/${encodeURIComponent(id)}/replay`), 202);
  console.log(`Message ${id} will be mapped again.`);
  return 0;
}

interface PackSince {
  readonly pack?: string;
  readonly since: string;
}

async function replayPack(client: Client, { pack, since }: PackSince): Promise<number> {
  if (pack === undefined) throw new ClientError('Name a message by its id, or a mapping pack by --pack');
  const query = new URLSearchParams({ pack, since }).toString();
  const { count } = expectStatus(await client.post(`/messages/replay?${query}`), 202).json as { count: number };
  console.log(`${count} messages of ${pack} will be mapped again.`);
  return 0;
}

async function explain(client: Client, id: string | undefined, patient: string | undefined): Promise<number> {
  if ((id === undefined) === (patient === undefined)) {
    throw new ClientError('Name a pathway by its id, or a patient by --patient system|value');
  }
  const ids = id === undefined ? await pathwaysOf(client, patient ?? '') : [id];
  for (const each of ids) {
    const path = `/pathways/${encodeURIComponent(each)}/explanation`;
    console.log(expectStatus(await client.get(path, 'text/plain'), 200).text);
  }
  if (ids.length === 0) console.log('This patient has no pathway.');
  return ids.length === 0 ? 1 : 0;
}

/** By POST: a national id never stands in an address. */
async function pathwaysOf(client: Client, patient: string): Promise<string[]> {
  const form = new URLSearchParams({ patient }).toString();
  const answer = await client.post('/pathways/_search', form, 'application/x-www-form-urlencoded');
  const { pathways } = expectStatus(answer, 200).json as { pathways: Pathway[] };
  if (pathways.length > 0) console.log(pathwayTable(pathways.map((pathway) => ({ name: 'patient', pathway }))));
  return pathways.map(({ id }) => id);
}
