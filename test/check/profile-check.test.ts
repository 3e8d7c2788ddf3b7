import { describe, expect, test } from '@jest/globals';
import { loadProfileCheck } from '../../src/load-checks.js';
import { written } from '../profiles/written.js';

const check = loadProfileCheck('profiles/schemas');

describe('the check of what is written', () => {
  test('finds nothing in anything that is written', () => {
    const found = written().flatMap(({ story, resources }) =>
      resources.flatMap((resource) =>
        check(resource)
          .filter(({ severity }) => severity === 'error')
          .map(({ path, message }) => `${story}: ${path} ${message}`),
      ),
    );
    expect(found).toEqual([]);
  });
});
