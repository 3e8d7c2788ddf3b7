// Measures what the README and the notes quote, and writes one JSON to standard output. `npm run bench [-- PART…]`, after a build.
import { cpus } from 'node:os';
import { acceptance } from './acceptance.js';
import { checks } from './checks.js';
import { derivation } from './derivation.js';
import { deadlineScan } from './deadline-scan.js';
import { hapi } from './hapi.js';
import { mapping } from './mapping.js';
import { onPostgres } from './on-postgres.js';
import { polling } from './polling.js';

/** In this order. Each gives its figures, by the names that they have in the JSON. */
const PARTS = {
  acceptance,
  derivation: () => ({ derivation: derivation() }),
  mapping: async () => ({ mapping: await mapping() }),
  checks: async () => ({ checks: await checks() }),
  scan: async () => ({ scan: await deadlineScan() }),
  polling: async () => ({ polling: await polling() }),
  postgres: onPostgres,
  hapi: async () => ({ hapi: await hapi() }),
};

const asked = process.argv.slice(2);
const unknown = asked.filter((name) => !(name in PARTS));
if (unknown.length > 0)
  throw new Error(`no such part: ${unknown.join(', ')}; there are: ${Object.keys(PARTS).join(', ')}`);
const figures = { node: process.version, cores: cpus().length };
for (const [name, measure] of Object.entries(PARTS))
  if (asked.length === 0 || asked.includes(name)) Object.assign(figures, await measure());
console.log(JSON.stringify(figures, null, 2));
