import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { readConfig, type Config } from '../src/config.js';
import { loadSources } from '../src/load-sources.js';

const checks = {
  isFolder: (path: string) => path === '/mappings',
  isCronExpression: (text: string) => /^(\S+ ){4,5}\S+$/.test(text),
  loadSources: (file: string) => loadSources(file, 'profiles/sources.schema.json'),
};

function configOf(env: Record<string, string | undefined>): Config {
  const result = readConfig(env, checks);
  if ('faults' in result) throw new Error(result.faults.join('; '));
  return result.config;
}

function faultsOf(env: Record<string, string | undefined>): readonly string[] {
  const result = readConfig(env, checks);
  return 'faults' in result ? result.faults : [];
}

describe('the environment', () => {
  test('nothing set: one hospital on this machine', () => {
    const expected: Config = {
      port: 3000,
      host: '127.0.0.1',
      dataDir: './data',
      scanCron: '0 * * * *',
      logLevel: 'info',
    };
    expect(configOf({})).toEqual(expected);
    expect(configOf({ PORT: '', HOST: ' ', API_TOKEN: '', SCAN_CRON: '', SHADOW: '', SOMETHING_ELSE: 'x' })).toEqual(
      expected,
    );
  });

  test('everything set', () => {
    const env = {
      PORT: '0',
      HOST: '0.0.0.0',
      API_TOKEN: 'api-secret',
      DATA_DIR: '/data',
      DATABASE_URL: 'postgresql://user:pw@db/pakkeforlop',
      FHIR_BASE_URL: 'https://fhir.example/r4/',
      FHIR_TOKEN: 'fhir-secret',
      ORGANIZATIONS: '983974724, 974589095,983974724',
      MAPPINGS_DIR: '/mappings',
      SCAN_CRON: '*/5 * * * * *',
      POLL_CRON: 'off',
      LOG_LEVEL: 'debug',
    };
    expect(configOf(env)).toEqual({
      port: 0,
      host: '0.0.0.0',
      apiToken: 'api-secret',
      dataDir: '/data',
      databaseUrl: 'postgresql://user:pw@db/pakkeforlop',
      fhirBaseUrl: 'https://fhir.example/r4',
      fhirToken: 'fhir-secret',
      organizations: ['983974724', '974589095'],
      mappingsDir: '/mappings',
      scanCron: '*/5 * * * * *',
      logLevel: 'debug',
    });
  });

  test('a scan that is off has no expression', () => {
    expect(configOf({ SCAN_CRON: 'off' })).not.toHaveProperty('scanCron');
  });

  test.each(['localhost', '127.0.0.1', '127.1.2.3', '::1', 'LOCALHOST'])('%s needs no token', (host) => {
    expect(faultsOf({ HOST: host })).toEqual([]);
  });

  test.each(['0.0.0.0', '::', '10.0.0.1', 'pakkeforlop.example', '127.0.0.1.example', 'localhost.example'])(
    '%s needs a token',
    (host) => {
      expect(faultsOf({ HOST: host })).toEqual(['API_TOKEN must be set when HOST is not a loopback address']);
      expect(faultsOf({ HOST: host, API_TOKEN: 't' })).toEqual([]);
    },
  );

  test.each([
    ['PORT', ['-1', '65536', '3000x', '1e3', '3.5', '0x10']],
    ['HOST', ['a b', 'http://host']],
    ['API_TOKEN', ['two words', 'blåbær']],
    ['FHIR_TOKEN', ['two words']],
    ['DATABASE_URL', ['mysql://db', 'db.example', 'postgres:db', 'Postgres']],
    [
      'FHIR_BASE_URL',
      [
        'fhir.example',
        'ftp://fhir.example',
        'https://user:pw@fhir.example',
        'https://fhir.example?x=1',
        'https://fhir.example/#x',
        'https://',
      ],
    ],
    ['ORGANIZATIONS', ['98397472', '983974724,', 'hospital', '983974724;974589095']],
    ['MAPPINGS_DIR', ['/nowhere']],
    ['SCAN_CRON', ['hourly', 'OFF!']],
    ['LOG_LEVEL', ['verbose', 'constructor']],
    ['POLL_CRON', ['hourly', 'OFF!']],
    ['SOURCES_FILE', ['nowhere.json', 'README.md']],
    ['SHADOW', ['1']],
    ['GO_LIVE_ON', ['2026-01-01']],
  ])('%s with a wrong value is one fault, which names it and repeats nothing', (name, values) => {
    for (const value of values) {
      const faults = faultsOf({ [name]: value });
      expect([value, faults]).toEqual([value, [expect.stringMatching(`^${name} `)]]);
      expect(faults[0]).not.toContain('\n');
      if (value.length > 4) expect(faults[0]).not.toContain(value);
    }
  });

  describe('SOURCES_FILE', () => {
    const fileSaying = (content: unknown): string => {
      const file = join(mkdtempSync(join(tmpdir(), 'sources-')), 'sources.json');
      writeFileSync(file, JSON.stringify(content));
      return file;
    };
    const EPR = { name: 'epr', base: 'https://epr.example/fhir/' };

    test('names the FHIR servers that are polled', () => {
      const dips = { ...EPR, name: 'dips', token: 'secret', types: ['Encounter'], pack: 'dips' };
      expect(configOf({ SOURCES_FILE: fileSaying([EPR, dips]) }).sources).toEqual([
        { name: 'epr', base: 'https://epr.example/fhir' },
        { ...dips, base: 'https://epr.example/fhir' },
      ]);
    });

    test.each([
      [{ epr: EPR }, ['the whole must be a list of sources']],
      [[{ name: 'epr' }], ['/0/base is required']],
      [[{ ...EPR, tokn: 'secret' }], ['/0 has a field that is not known']],
      [[EPR, { ...EPR, types: ['encounter'] }], ['/1/types/0 must be the name of a resource type']],
      [[EPR, EPR], ["/1/name is another source's"]],
      [
        [{ name: 'a/b', base: 'ftp://epr.example', token: 'two words' }],
        [
          '/0/name must be letters, digits and . _ ~ - (at most 64)',
          '/0/base must be an http or https URL without credentials, query and fragment',
          '/0/token must be printable ASCII without blanks',
        ],
      ],
    ])('that says %j is told every fault with its place, and no value', (content, faults) => {
      expect(faultsOf({ SOURCES_FILE: fileSaying(content) })).toEqual(faults.map((fault) => `SOURCES_FILE ${fault}`));
    });
  });

  test('all faults are told at once', () => {
    const faults = faultsOf({ PORT: 'x', HOST: '0.0.0.0', DATABASE_URL: 'secret', SHADOW: '1', LOG_LEVEL: 'x' });
    expect(faults.map((fault) => fault.split(' ')[0])).toEqual([
      'PORT',
      'DATABASE_URL',
      'LOG_LEVEL',
      'API_TOKEN',
      'SHADOW',
    ]);
  });
});
