// Where HAPI keeps its resources: an empty database of PostgreSQL where one answers, as in a hospital; and H2 in memory.
import { randomUUID } from 'node:crypto';
import pg from 'pg';

const POSTGRES = process.env.TEST_POSTGRES ?? 'postgres://postgres@127.0.0.1:5432';
const H2 = 'jdbc:h2:mem:hapi;DB_CLOSE_DELAY=-1';

/**
 * The kinds there are here, the one most like a hospital's first; `HAPI_JDBC_URL` names another, which is left as it is. `processes`
 * of an open one: those that work for it alone at this moment, where they are known to be on this machine.
 */
export async function hapiDatabases() {
  const own = process.env.HAPI_JDBC_URL ?? '';
  if (own !== '') return [keptBy('the database of HAPI_JDBC_URL', own)];
  const inMemory = keptBy('H2 in memory', H2);
  try {
    await administer('SELECT 1');
  } catch (error) {
    if (process.env.REQUIRE_SERVERS === '1') throw error;
    return [inMemory];
  }
  return [{ name: 'PostgreSQL', open: createDatabase }, inMemory];
}

function keptBy(name, jdbcUrl) {
  return { name, open: () => Promise.resolve({ jdbcUrl, processes: async () => [], remove: async () => {} }) };
}

async function createDatabase() {
  const database = `hapi_${randomUUID().replaceAll('-', '')}`;
  await administer(`CREATE DATABASE ${database}`);
  const remove = () => administer(`DROP DATABASE ${database} WITH (FORCE)`);
  return { jdbcUrl: jdbcUrlOf(database), processes: () => processesFor(database), remove };
}

function jdbcUrlOf(database) {
  const { host, username, password } = new URL(POSTGRES);
  const access = new URLSearchParams({
    user: decodeURIComponent(username),
    ...(password === '' ? {} : { password: decodeURIComponent(password) }),
  });
  return `jdbc:postgresql://${host}/${database}?${access}`;
}

async function processesFor(database) {
  const { hostname } = new URL(POSTGRES);
  if (!['127.0.0.1', 'localhost', '[::1]'].includes(hostname)) return [];
  const { rows } = await administer(`SELECT pid FROM pg_stat_activity WHERE datname = '${database}'`);
  return rows.map(({ pid }) => pid);
}

async function administer(statement) {
  const client = new pg.Client({ connectionString: `${POSTGRES}/postgres`, connectionTimeoutMillis: 2_000 });
  await client.connect();
  try {
    return await client.query(statement);
  } finally {
    await client.end();
  }
}
