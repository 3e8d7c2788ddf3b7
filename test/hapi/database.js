// Where HAPI keeps its resources: an empty database of PostgreSQL where one answers, as in a hospital; and H2 in memory.
import { randomUUID } from 'node:crypto';
import pg from 'pg';

const POSTGRES = process.env.TEST_POSTGRES ?? 'postgres://postgres@127.0.0.1:5432';
const H2 = 'jdbc:h2:mem:hapi;DB_CLOSE_DELAY=-1';

/**
 * The kinds there are here, the one most like a hospital's first; `HAPI_JDBC_URL` names another, which is left as it is. `ask` of an
 * open one takes a statement of SQL, where PostgreSQL keeps it.
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
  return { name, open: () => Promise.resolve({ jdbcUrl, remove: async () => {} }) };
}

async function createDatabase() {
  const database = `hapi_${randomUUID().replaceAll('-', '')}`;
  await administer(`CREATE DATABASE ${database}`);
  const remove = () => administer(`DROP DATABASE ${database} WITH (FORCE)`);
  return { jdbcUrl: jdbcUrlOf(database), ask: (statement) => askIn(database, statement), remove };
}

function jdbcUrlOf(database) {
  const { host, username, password } = new URL(POSTGRES);
  const access = new URLSearchParams({
    user: decodeURIComponent(username),
    ...(password === '' ? {} : { password: decodeURIComponent(password) }),
  });
  return `jdbc:postgresql://${host}/${database}?${access}`;
}

function administer(statement) {
  return askIn('postgres', statement);
}

async function askIn(database, statement) {
  const client = new pg.Client({ connectionString: `${POSTGRES}/${database}`, connectionTimeoutMillis: 2_000 });
  await client.connect();
  try {
    return await client.query(statement);
  } finally {
    await client.end();
  }
}
