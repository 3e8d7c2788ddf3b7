// Where HAPI keeps its resources: an empty database of PostgreSQL where one answers, as in a hospital; else H2 in memory.
import { randomUUID } from 'node:crypto';
import pg from 'pg';

const POSTGRES = process.env.TEST_POSTGRES ?? 'postgres://postgres@127.0.0.1:5432';
const H2 = 'jdbc:h2:mem:hapi;DB_CLOSE_DELAY=-1';

/**
 * `HAPI_JDBC_URL` names another one, which is left as it is. `processes`: those that work for HAPI alone at this moment, where they are
 * known to be on this machine.
 */
export async function hapiDatabase() {
  const own = process.env.HAPI_JDBC_URL ?? '';
  if (own !== '')
    return { name: 'the database of HAPI_JDBC_URL', jdbcUrl: own, processes: async () => [], remove: async () => {} };
  const database = `hapi_${randomUUID().replaceAll('-', '')}`;
  try {
    await administer(`CREATE DATABASE ${database}`);
  } catch (error) {
    if (process.env.REQUIRE_SERVERS === '1') throw error;
    const name = 'H2 in memory (no PostgreSQL answers)';
    return { name, jdbcUrl: H2, processes: async () => [], remove: async () => {} };
  }
  return {
    name: 'PostgreSQL',
    jdbcUrl: jdbcUrlOf(database),
    processes: () => processesFor(database),
    remove: () => administer(`DROP DATABASE ${database} WITH (FORCE)`),
  };
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
