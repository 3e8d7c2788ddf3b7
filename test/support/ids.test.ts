import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { canonicalJson } from '../../src/support/ids.js';

describe('canonical JSON', () => {
  test('is the same text for the same content, in whichever order it was written', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        expect(canonicalJson(reversed(value))).toBe(canonicalJson(value));
      }),
    );
  });

  test('says all of the content', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        const text = JSON.stringify(value);
        expect(JSON.parse(canonicalJson(JSON.parse(text)))).toEqual(JSON.parse(text));
      }),
    );
  });

  test('keeps an array in its order, and leaves out what has no value', () => {
    expect(canonicalJson({ b: [2, 1, { d: 1, c: undefined }], a: null })).toBe('{"a":null,"b":[2,1,{"d":1}]}');
  });

  test('keeps a key that JavaScript means something by', () => {
    const hostile = '{"__proto__":{"b":1,"a":2},"constructor":"x"}';
    expect(canonicalJson(JSON.parse(hostile))).toBe('{"__proto__":{"a":2,"b":1},"constructor":"x"}');
  });
});

function reversed(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(reversed);
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(
    Object.entries(value)
      .reverse()
      .map(([key, each]) => [key, reversed(each)]),
  );
}
