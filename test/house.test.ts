import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { describe, expect, test } from '@jest/globals';

const SRC = resolve('src');
const files = readdirSync(SRC, { recursive: true, encoding: 'utf8' })
  .filter((name) => name.endsWith('.ts'))
  .map((name) => ({ name, imports: importsOf(join(SRC, name)) }));

const SHARED = ['model', 'support'];
const PURE = ['resolve', 'map', 'derive', 'compose', 'check', 'model'];
const ROOMS = [
  'receive',
  'resolve',
  'map',
  'derive',
  'compose',
  'check',
  'write',
  'watch',
  'store',
  'fhir-server',
  'api',
  'support',
  'model',
];

function importsOf(file: string): string[] {
  const text = readFileSync(file, 'utf8');
  return [...text.matchAll(/(?:^|\n)(?:import|export)\s[^;]*?from\s+'([^']+)'|import\('([^']+)'\)/g)].map(
    (match) => match[1] ?? match[2] ?? '',
  );
}

function roomOf(name: string): string | undefined {
  const [first] = name.split('/');
  return name.includes('/') && first !== undefined && ROOMS.includes(first) ? first : undefined;
}

/** Rooms that a file reaches into by a relative import. */
function roomsImported(name: string, imports: readonly string[]): string[] {
  return imports
    .filter((specifier) => specifier.startsWith('.'))
    .map((specifier) => relative(SRC, resolve(SRC, dirname(name), specifier)))
    .map((target) => roomOf(target) ?? 'root');
}

function filesImporting(packageName: string): string[] {
  return files
    .filter(({ imports }) => imports.some((i) => i === packageName || i.startsWith(`${packageName}/`)))
    .map(({ name }) => name);
}

describe('the house', () => {
  test('rooms import nothing of one another, only what is shared by all', () => {
    const trespasses = files.flatMap(({ name, imports }) => {
      const room = roomOf(name);
      if (room === undefined) return [];
      return roomsImported(name, imports)
        .filter((target) => target !== room && !SHARED.includes(target))
        .map((target) => `${name} → ${target}`);
    });
    expect(trespasses).toEqual([]);
  });

  test('what is pure touches nothing of the world', () => {
    const world = /^(node:|express|pg$|libsql|kysely|undici|pino|fhir-kit-client|node-cron|prom-client)/;
    const touching = files.flatMap(({ name, imports }) =>
      PURE.includes(roomOf(name) ?? '') ? imports.filter((i) => world.test(i)).map((i) => `${name} → ${i}`) : [],
    );
    expect(touching).toEqual([]);
    const impure = files.filter(
      ({ name }) =>
        PURE.includes(roomOf(name) ?? '') &&
        /\b(new Date\(|Date\.now|Math\.random|process\.)/.test(readFileSync(join(SRC, name), 'utf8')),
    );
    expect(impure.map(({ name }) => name)).toEqual([]);
  });

  test('pure rooms use of what is shared only what is pure too', () => {
    const used = files.flatMap(({ name, imports }) =>
      PURE.includes(roomOf(name) ?? '')
        ? imports.filter((i) => i.includes('support/')).map((i) => i.replace(/.*support\//, ''))
        : [],
    );
    expect([...new Set(used)].sort()).toEqual(['clock.js', 'dates.js', 'fhir-formats.js']);
  });

  test.each([
    ['fhir-kit-client', /^write\//],
    ['node-cron', /^watch\//],
    ['dayjs', /^support\/dates\.ts$/],
    ['libsql', /^support\/sqlite\.ts$/],
    ['pino', /^support\/log\.ts$/],
    ['pg', /^store\//],
    ['kysely', /^store\//],
    ['jsonata', /^map\//],
    ['prom-client', /^api\//],
  ])('only one place knows %s', (packageName, place) => {
    const importing = filesImporting(packageName);
    expect(importing.length).toBeGreaterThan(0);
    expect(importing.filter((name) => !place.test(name))).toEqual([]);
  });

  test('only the clock says what time it is', () => {
    const telling = files.filter(({ name }) =>
      /\bnew Date\(\s*\)|\bDate\.now\(/.test(readFileSync(join(SRC, name), 'utf8')),
    );
    expect(telling.map(({ name }) => name)).toEqual(['support/clock.ts']);
  });

  test('the order is known in pipeline.ts, its step for one message and its pure middle; the rest only build and load, or try', () => {
    const flow = ['receive', 'resolve', 'map', 'derive', 'compose', 'write', 'watch', 'store'];
    const joining = files.filter(({ name, imports }) => {
      const rooms = new Set(roomsImported(name, imports).filter((room) => flow.includes(room)));
      return roomOf(name) === undefined && !name.startsWith('workbench/') && rooms.size > 1;
    });
    expect(joining.map(({ name }) => name).sort()).toEqual([
      'apply-message.ts',
      'doors.ts',
      'inbound.ts',
      'load-mappings.ts',
      'pipeline.ts',
      'refresh.ts',
      'running-service.ts',
      'service.ts',
    ]);
  });

  test('what the service reads of the project is in the image', () => {
    // `dist` is built there.
    const ignored = readFileSync('.dockerignore', 'utf8')
      .split('\n')
      .filter((each) => each !== '' && each !== 'dist');
    const read = files.flatMap(({ name }) =>
      [...readFileSync(join(SRC, name), 'utf8').matchAll(/inProject\('([^']+)'\)/g)].map((match) => match[1] ?? ''),
    );
    expect(read).toContain('profiles/schemas');
    expect(read.filter((path) => ignored.some((each) => path === each || path.startsWith(`${each}/`)))).toEqual([]);
  });

  test('every room says in a README what it is for', () => {
    const silent = ROOMS.filter((room) => !readdirSync(join(SRC, room)).includes('README.md'));
    expect(silent).toEqual([]);
  });

  test('no file is longer than 250 lines, and none is a drawer for everything', () => {
    const long = files.filter(({ name }) => readFileSync(join(SRC, name), 'utf8').split('\n').length > 251);
    expect(long.map(({ name }) => name)).toEqual([]);
    expect(files.map(({ name }) => name).filter((name) => /utils|helpers|common|manager/i.test(name))).toEqual([]);
  });
});
