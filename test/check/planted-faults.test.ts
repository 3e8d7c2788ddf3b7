import { writeFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { loadProfileCheck } from '../../src/load-checks.js';
import { asNdjson, example, planted, spoilt } from './planted.js';

const check = loadProfileCheck('profiles/schemas');

// `WRITE_PLANTED=faults.ndjson npm run unit -- test/check` writes the spoilt resources for another validator.
const file = process.env['WRITE_PLANTED'];
if (file !== undefined) writeFileSync(file, asNdjson(planted));

describe('a resource with a planted fault', () => {
  test.each(planted.map((each) => [each.name, each] as const))('%s', (_name, fault) => {
    const found = check(spoilt(fault)).map(({ path, code, rule }) => ({ path, code, ...(rule ? { rule } : {}) }));
    expect(found).toContainEqual(fault.expected);
  });

  test('is sound without it', () => {
    const unsound = planted.filter(({ of }) => check(example(of)).length > 0);
    expect(unsound).toEqual([]);
  });

  test('is told of without a value of it', () => {
    const told = planted.flatMap((each) => check(spoilt(each)).map(({ path, message }) => `${path} ${message}`));
    const values = /09914930186|Lie|Per\b|1949|no-disease|henv-|983975240/;
    expect(told.filter((text) => values.test(text))).toEqual([]);
  });

  test('comes in many kinds, each under a name of its own', () => {
    expect(planted.length).toBeGreaterThanOrEqual(60);
    expect(new Set(planted.map(({ name }) => name)).size).toBe(planted.length);
  });
});
