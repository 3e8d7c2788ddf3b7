// The same from outside, with PostgreSQL as the store, where one answers at TEST_POSTGRES or on this machine.
import { randomUUID } from 'node:crypto';
import pg from 'pg';
import { acceptance } from './acceptance.js';

const SERVER = process.env['TEST_POSTGRES'] ?? 'postgres://postgres@127.0.0.1:5432';

export async function onPostgres() {
  const name = `bench_${randomUUID().replaceAll('-', '')}`;
  try {
    await administer(`CREATE DATABASE ${name}`);
  } catch {
    return { postgres: 'not there' };
  }
  try {
    return { postgres: await acceptance({ DATABASE_URL: `${SERVER}/${name}` }) };
  } finally {
    await administer(`DROP DATABASE ${name} WITH (FORCE)`);
  }
}

async function administer(statement) {
  const client = new pg.Client({ connectionString: `${SERVER}/postgres`, connectionTimeoutMillis: 2_000 });
  await client.connect();
  await client.query(statement).finally(() => client.end());
}
