import { readFileSync, writeFileSync } from 'node:fs';
import { InvalidArgumentError, type Command } from 'commander';
import { percentOf, type Coverage } from '../map/coverage.js';
import { stateOf } from '../folder-state.js';
import { inProject } from '../root.js';
import { systemClock } from '../support/clock.js';
import { junitOf } from '../workbench/junit.js';
import { folderOfPack, openBench, packFolders, type OpenBench } from '../workbench/open-bench.js';
import { outcomeOf } from '../workbench/outcome.js';
import type { Tried } from '../workbench/pack-bench.js';
import { testPack, type PackResult } from '../workbench/test-pack.js';
import { coverageText, resultText, traceText } from '../workbench/texts.js';
import { traceOf } from '../workbench/trace.js';
import { sayOfFiles } from './file-faults.js';

/** Where packs are. */
export interface InMappings {
  readonly mappings: string;
}

export interface OfPack extends InMappings {
  readonly pack: string;
}

/** The commands of those who write packs: they read files, and speak to no service. */
export function registerMappingCommands(program: Command): void {
  ofPack(program.command('map'))
    .description('what a message becomes: facts, or everything that is wrong; exit code 1 when something is')
    .argument('<file>', 'a message as it is sent to the door of the pack')
    .action((file: string, options: OfPack) => sayOfFiles(() => mapFile(file, options)));
  ofPack(program.command('trace'))
    .description('where each field of what a message becomes comes from: expression, line, and places in the message')
    .argument('<file>', 'a message as it is sent to the door of the pack')
    .action((file: string, options: OfPack) => sayOfFiles(() => traceFile(file, options)));
  ofPack(program.command('unused'))
    .description('what of a message nothing reads; exit code 1 when there is something')
    .argument('<file>', 'a message as it is sent to the door of the pack')
    .action((file: string, options: OfPack) => sayOfFiles(() => unusedIn(file, options)));
  ofPacks(program.command('test-mappings'))
    .description('map the examples of packs and compare with what is expected; exit code 1 when something differs')
    .option('--update', 'expect what comes now')
    .option('--watch', 'again whenever a file changes, until Ctrl-C')
    .option('--junit <file>', 'write the results as JUnit XML')
    .option('--coverage [percent]', 'demand so much of lines and of ConceptMap rows (100 if not said)', percent)
    .action((options: TestMappings) => sayOfFiles(() => (options.watch ? watch(options) : testMappings(options))));
  ofPacks(program.command('coverage'))
    .description('which lines and ConceptMap rows no example exercises; exit code 1 below the threshold')
    .option('--threshold <percent>', 'of lines and of ConceptMap rows', percent, 100)
    .action((options: Packs & { threshold: number }) => sayOfFiles(() => coverage(options)));
}

export function inMappings(command: Command): Command {
  return command.option('--mappings <folder>', 'where packs are', process.env['MAPPINGS_DIR'] ?? inProject('mappings'));
}

export function ofPack(command: Command): Command {
  return inMappings(command).requiredOption('--pack <pack>', 'its name in the folder of packs, or a path to its own');
}

function ofPacks(command: Command): Command {
  return inMappings(command).option('--pack <pack>', 'only this one: its name, or a path to its folder');
}

function percent(text: string): number {
  if (!/^\d{1,3}$/.test(text) || Number(text) > 100) throw new InvalidArgumentError('expected 0 to 100');
  return Number(text);
}

function opened({ pack, mappings }: OfPack): OpenBench {
  return openBench(folderOfPack(pack, mappings), systemClock);
}

async function mapFile(file: string, options: OfPack): Promise<number> {
  const { bench } = opened(options);
  const { inputs, refused } = bench.read(readFileSync(file));
  const tried: (Tried & { at: string })[] = [];
  for (const { at, message } of inputs) tried.push({ at, ...(await bench.try(message, { watch: false })) });
  const outcome = outcomeOf(tried, refused);
  console.log(JSON.stringify(outcome, null, 2));
  return outcome.reasons === undefined && outcome.holds === undefined ? 0 : 1;
}

async function traceFile(file: string, options: OfPack): Promise<number> {
  const { bench } = opened(options);
  const { inputs, refused } = bench.read(readFileSync(file));
  for (const { path, message } of refused) console.log(`refused ${path}: ${message}`);
  let faults = refused.length;
  for (const input of inputs) {
    const { tried, events } = await traceOf(bench, input);
    if (inputs.length > 1) console.log(`${input.at}:`);
    const { reasons, holds } = tried.mapped;
    if (events.length > 0 || reasons.length + holds.length === 0) console.log(traceText({ events }));
    for (const { path, message } of reasons) console.log(`refused ${input.at}${path}: ${message}`);
    for (const { path, code } of holds) console.log(`waits ${input.at}${path}: ${code}`);
    faults += reasons.length + holds.length;
  }
  return faults === 0 ? 0 : 1;
}

async function unusedIn(file: string, options: OfPack): Promise<number> {
  const { bench } = opened(options);
  const unused: string[] = [];
  for (const input of bench.read(readFileSync(file)).inputs) unused.push(...(await traceOf(bench, input)).unused);
  console.log(unused.length === 0 ? 'Everything in it is read.' : unused.join('\n'));
  return unused.length === 0 ? 0 : 1;
}

interface Packs extends InMappings {
  readonly pack?: string;
}

interface TestMappings extends Packs {
  readonly update?: true;
  readonly watch?: true;
  readonly junit?: string;
  readonly coverage?: number | true;
}

function foldersOf({ pack, mappings }: Packs): readonly string[] {
  return pack === undefined ? packFolders(mappings) : [folderOfPack(pack, mappings)];
}

async function resultsOf(options: Packs, update = false): Promise<readonly PackResult[]> {
  const results: PackResult[] = [];
  for (const folder of foldersOf(options))
    results.push(await testPack(openBench(folder, systemClock), { update, nowMs: () => performance.now() }));
  return results;
}

async function testMappings(options: TestMappings): Promise<number> {
  const results = await resultsOf(options, options.update === true);
  for (const result of results) console.log(resultText(result));
  if (options.junit !== undefined) writeFileSync(options.junit, junitOf(results));
  const differ = results.some(({ examples }) => examples.some(({ status, kept }) => status !== 'passed' && !kept));
  const threshold = options.coverage === true ? 100 : options.coverage;
  if (threshold !== undefined) for (const each of results) console.log(coverageText(each.pack, each.coverage));
  const below = threshold !== undefined && results.some((each) => isBelow(each.coverage, threshold));
  return differ || below ? 1 : 0;
}

const LOOK_EVERY_MS = 500;

async function watch(options: TestMappings): Promise<number> {
  const { watch: _watch, ...once } = options;
  let seen = '';
  for (;;) {
    const state = foldersOf(options)
      .map((folder) => stateOf(folder))
      .join('\n');
    if (state !== seen) {
      await sayOfFiles(() => testMappings(once));
      console.log('Waiting for the next change; Ctrl-C ends.');
    }
    seen = state;
    await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS));
  }
}

async function coverage(options: Packs & { readonly threshold: number }): Promise<number> {
  const results = await resultsOf(options);
  for (const each of results) console.log(coverageText(each.pack, each.coverage));
  return results.some((each) => isBelow(each.coverage, options.threshold)) ? 1 : 0;
}

function isBelow({ lines, rows }: Coverage, threshold: number): boolean {
  return percentOf(lines) < threshold || percentOf(rows) < threshold;
}
