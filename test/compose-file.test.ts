import { readFileSync } from 'node:fs';
import { expect, test } from '@jest/globals';
import { parse } from 'yaml';
import { readConfig } from '../src/config.js';
import { isCronExpression } from '../src/watch/schedule.js';

type Environment = Record<string, string>;

interface ComposeFile {
  readonly services: Record<
    'postgres' | 'hapi' | 'service',
    { environment: Environment; ports?: string[]; depends_on?: Record<string, unknown> }
  >;
}

const { services } = parse(readFileSync('docker-compose.yml', 'utf8')) as ComposeFile;

/** As compose fills it in, where both secrets are given. */
function filledIn(environment: Environment): Environment {
  const given = (value: string) => value.replace(/\$\{([A-Z_]+)(?::\?[^}]*)?\}/g, 'secret');
  return Object.fromEntries(Object.entries(environment).map(([name, value]) => [name, given(value)]));
}

test('what the compose file tells the service is understood, to the last variable', () => {
  const known = readFileSync('src/config.ts', 'utf8');
  const { environment } = services.service;
  expect(Object.keys(environment).filter((name) => !known.includes(`'${name}'`))).toEqual([]);
  const checks = { isFolder: () => true, isCronExpression, loadSources: () => ({ sources: [] }) };
  // The image listens on all interfaces.
  const read = readConfig({ HOST: '0.0.0.0', ...filledIn(environment) }, checks);
  expect(read).toMatchObject({ config: { fhirBaseUrl: 'http://hapi:8080/fhir', pollCron: environment['POLL_CRON'] } });
});

test('service and HAPI have a database each on the PostgreSQL beside them, with its user and password', () => {
  const { POSTGRES_USER, POSTGRES_PASSWORD, POSTGRES_DB } = filledIn(services.postgres.environment);
  const { DATABASE_URL } = filledIn(services.service.environment);
  expect(DATABASE_URL).toBe(`postgres://${POSTGRES_USER}:${POSTGRES_PASSWORD}@postgres:5432/${POSTGRES_DB}`);
  expect(filledIn(services.hapi.environment)).toMatchObject({
    'spring.datasource.url': 'jdbc:postgresql://postgres:5432/hapi',
    'spring.datasource.username': POSTGRES_USER,
    'spring.datasource.password': POSTGRES_PASSWORD,
  });
});

test('HAPI has the dialect that the tests run it with', () => {
  const beans = readFileSync('test/hapi/java/src/main/java/example/pakkeforlop/hapi/HapiBeans.java', 'utf8');
  expect(beans).toContain(
    `import ${services.hapi.environment['spring.jpa.properties.hibernate.dialect'] ?? 'nothing'};`,
  );
});

test('nothing is open to other machines, and what is waited for is there', () => {
  const all = Object.values(services);
  expect(all.flatMap(({ ports = [] }) => ports).filter((port) => !port.startsWith('127.0.0.1:'))).toEqual([]);
  expect(all.flatMap((each) => Object.keys(each.depends_on ?? {})).filter((name) => !(name in services))).toEqual([]);
});
