import { describe, expect, test } from '@jest/globals';
import { readConfig, type Config } from '../src/config.js';

const checks = {
  isFolder: (path: string) => path === '/mappings',
  isCronExpression: (text: string) => /^(\S+ ){4,5}\S+$/.test(text),
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
    ['POLL_CRON', ['* * * * *']],
    ['SOURCES_FILE', ['sources.json']],
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
