// Measures what the README and the notes quote, and writes one JSON to standard output. `npm run bench`, after a build.
import { cpus } from 'node:os';
import { acceptance } from './acceptance.js';
import { checks } from './checks.js';
import { derivation } from './derivation.js';
import { deadlineScan } from './deadline-scan.js';
import { mapping } from './mapping.js';
import { onPostgres } from './on-postgres.js';
import { polling } from './polling.js';

const { startMs, ...doors } = await acceptance();
const figures = {
  node: process.version,
  cores: cpus().length,
  startMs,
  ...doors,
  derivation: derivation(),
  mapping: await mapping(),
  checks: await checks(),
  scan: await deadlineScan(),
  polling: await polling(),
  ...(await onPostgres()),
};
console.log(JSON.stringify(figures, null, 2));
