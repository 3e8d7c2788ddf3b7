import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import Table from 'cli-table3';
import { Option, type Command } from 'commander';
import { loadMappings } from '../load-mappings.js';
import type { JournaledMessage } from '../model/message.js';
import { inProject } from '../root.js';
import { systemClock } from '../support/clock.js';
import { comparePacks, type Comparison, type NamedMessage } from '../workbench/compare-packs.js';
import { importCodes, knownCodes, textOf } from '../workbench/import-codes.js';
import { inOrder } from '../workbench/inputs.js';
import { DOORS, newPack, type Door } from '../workbench/new-pack.js';
import { folderOfPack, openBench, type OpenBench } from '../workbench/open-bench.js';
import { testPack } from '../workbench/test-pack.js';
import { expectStatus, type Client } from './client.js';
import { say, speaking, type Where } from './client-commands.js';
import { sayOfFiles } from './file-faults.js';
import { inMappings, ofPack, type InMappings, type OfPack } from './mapping-commands.js';

/** The commands that make packs, and change them. */
export function registerPackCommands(program: Command): void {
  inMappings(program.command('new-mapping'))
    .description('write a pack that maps its one example, to begin from')
    .argument('<name>', 'of lower-case letters, digits and hyphens')
    .addOption(new Option('--door <door>', 'what it takes').choices(DOORS).default('fhir'))
    .action((name: string, options: InMappings & { door: Door }) => sayOfFiles(() => newMapping(name, options)));
  inMappings(speaking(program.command('diff-mappings')))
    .description('what another pack would change: facts of messages, codes of patients; exit code 1 when something')
    .argument('<old>', 'a pack: its name, or a path to its folder')
    .argument('<new>', 'the other')
    .option('--messages <files...>', 'messages as they are sent to the door of the packs')
    .option('--since <when>', 'what a running service (--base) received for the old pack since this day or instant')
    .action((old: string, other: string, options: Where & Diff) =>
      say(options, (client) => diff(old, other, options, client)),
    );
  const maps = program.command('conceptmap').description('the code lists of packs');
  ofPack(maps.command('import'))
    .description('put a CSV of code, target (display, equivalence, comment) into a ConceptMap of a pack')
    .argument('<file>', 'the CSV')
    .requiredOption('--id <id>', 'of the ConceptMap: concept-maps/ID.json')
    .requiredOption('--source <system>', 'the code system of the codes')
    .requiredOption('--target <system>', 'the code system of the targets')
    .action((file: string, options: OfPack & ImportInto) => sayOfFiles(() => importFile(file, options)));
  speaking(maps.command('missing'))
    .description('codes that messages wait for, with counts; exit code 1 when there are any')
    .action((where: Where) => say(where, missing));
}

async function newMapping(name: string, { door, mappings }: InMappings & { readonly door: Door }): Promise<number> {
  const folder = newPack(name, door, mappings, inProject('profiles/pack-templates'));
  const opened = openBench(folder, systemClock);
  const { examples } = await testPack(opened, { update: true, nowMs: () => performance.now() });
  console.log(`${folder}: a pack with ${examples.length} example. Next:`);
  console.log(`  npx pakkeforlop test-mappings --pack ${folder} --coverage`);
  console.log(`  npx pakkeforlop trace ${opened.folder.examples[0]?.input ?? ''} --pack ${folder}`);
  return 0;
}

interface ImportInto {
  readonly id: string;
  readonly source: string;
  readonly target: string;
}

function importFile(file: string, { pack, mappings, ...into }: OfPack & ImportInto): Promise<number> {
  const folder = folderOfPack(pack, mappings);
  const csv = { name: basename(file), text: textOf(readFileSync(file)) };
  const known = knownCodes(into.target, inProject('profiles/built'));
  const { file: map, added, changed, withoutTarget, otherTargets } = importCodes(csv, { ...into, folder, known });
  console.log(`${map}: ${added} codes added, ${changed} changed`);
  for (const target of otherTargets) console.log(`the same code system has another target there: ${target}`);
  if (withoutTarget.length > 0) console.log(`without a target (messages with them wait): ${withoutTarget.join(', ')}`);
  return Promise.resolve(0);
}

async function missing(client: Client): Promise<number> {
  const { codes } = expectStatus(await client.get('/unmapped-codes'), 200).json as {
    codes: { pack: string; system: string; code: string; messages: number }[];
  };
  const table = new Table({ head: ['messages', 'pack', 'code system', 'code'], style: { head: [], border: [] } });
  for (const { messages, pack, system, code } of codes) table.push([messages, pack, system, JSON.stringify(code)]);
  console.log(codes.length === 0 ? 'No message waits for a code.' : table.toString());
  return codes.length === 0 ? 0 : 1;
}

interface Diff extends InMappings {
  readonly messages?: readonly string[];
  readonly since?: string;
}

async function diff(old: string, other: string, options: Diff, client: Client): Promise<number> {
  const { mappings, messages: files = [], since } = options;
  const [before, after] = [old, other].map((pack) => openBench(folderOfPack(pack, mappings), systemClock));
  if (before === undefined || after === undefined) return 2;
  const journaled = since === undefined ? [] : await journaledOf(client, before.bench.pack.name, since);
  const messages = [...messagesIn(files, before), ...journaled];
  if (messages.length === 0) {
    console.error('No messages: name files with --messages, or a running service with --since and --base');
    return 2;
  }
  const tempDir = mkdtempSync(join(tmpdir(), 'pakkeforlop-diff-'));
  try {
    const comparison = await comparePacks(
      messages,
      { before: before.bench, after: after.bench },
      {
        mappings: loadMappings(mappings, inProject('profiles/mappings')),
        at: before.folder.receivedAt ?? systemClock.now(),
        tempDir: () => mkdtempSync(join(tempDir, 'store-')),
      },
    );
    console.log(comparisonText(comparison));
    return comparison.changed.length === 0 ? 0 : 1;
  } finally {
    rmSync(tempDir, { recursive: true, force: true });
  }
}

function messagesIn(files: readonly string[], { bench }: OpenBench): readonly NamedMessage[] {
  const named = files.flatMap((file) =>
    bench.read(readFileSync(file)).inputs.map((each) => ({ ...each, at: `${file}${each.at}` })),
  );
  return inOrder(named).map(({ at, message }) => ({ name: at, message }));
}

async function journaledOf(client: Client, pack: string, since: string): Promise<readonly NamedMessage[]> {
  const found: NamedMessage[] = [];
  let page: string | undefined =
    `/mappings/${encodeURIComponent(pack)}/messages?${new URLSearchParams({ since }).toString()}`;
  while (page !== undefined) {
    const answer = expectStatus(await client.get(page), 200).json as { messages: JournaledMessage[]; next?: string };
    found.push(...answer.messages.map((message) => ({ name: `message ${message.id}`, message })));
    page = answer.next;
  }
  return found;
}

function comparisonText({ messages, changed, codes }: Comparison): string {
  return [
    ...changed.flatMap(({ name, difference }) => [`${name}:`, difference.replace(/^/gm, '  ')]),
    ...codes.flatMap(({ patient, lines }) => [`codes of ${patient}:`, ...lines.map((line) => `  ${line}`)]),
    `${changed.length} of ${messages} messages would say something else; codes of ${codes.length} patients would change.`,
  ].join('\n');
}
