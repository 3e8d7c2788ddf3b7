import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { hasRightCheckDigits, isPlausibleHelpNumber } from '../../src/receive/national-id.js';

const digits = fc.array(fc.integer({ min: 0, max: 9 }), { minLength: 9, maxLength: 9 });

/** Both check digits for nine digits, the first leaving `remainder`; undefined where there are none. */
function withCheckDigits(nine: readonly number[], remainder: number): string | undefined {
  const complement = (weights: readonly number[], of: readonly number[], left: number) =>
    (left - weights.reduce((sum, weight, index) => sum + weight * of[index]!, 0) + 1100) % 11;
  const k1 = complement([3, 7, 6, 1, 8, 9, 4, 5, 2], nine, remainder);
  const k2 = complement([5, 4, 3, 2, 7, 6, 5, 4, 3, 2], [...nine, k1], 0);
  return k1 > 9 || k2 > 9 ? undefined : [...nine, k1, k2].join('');
}

describe('check digits of national ids', () => {
  test.each(['02013299997', '30108299920', '30108299939'])('%s, an official example, is right', (id) => {
    expect(hasRightCheckDigits(id)).toBe(true);
  });

  test.each([
    ['a synthetic person of Tenor (month + 80)', '17915710069'],
    ['a D-number (day + 40)', '57915710052'],
    ['a test person (month + 40)', '17565710036'],
  ])('%s is right', (_title, id) => {
    expect(hasRightCheckDigits(id)).toBe(true);
  });

  test.each([
    '',
    '0201329999',
    '020132999970',
    '0201329999x',
    ' 02013299997',
    '02013299997\n',
    '０２０１３２９９９９７',
    '00000000000',
  ])('%j is wrong', (text) => {
    expect(hasRightCheckDigits(text)).toBe(false);
  });

  test('nine digits with the check digits of any of the four rules are right', () => {
    fc.assert(
      fc.property(digits, fc.integer({ min: 0, max: 3 }), (nine, remainder) => {
        const id = withCheckDigits(nine, remainder);
        fc.pre(id !== undefined && !/^0+$/.test(id));
        return hasRightCheckDigits(id);
      }),
    );
  });

  test('of the hundred pairs of last digits no more than four are right', () => {
    fc.assert(
      fc.property(digits, (nine) => {
        const right = Array.from({ length: 100 }, (_, n) => nine.join('') + String(n).padStart(2, '0')).filter(
          hasRightCheckDigits,
        );
        return right.length <= 4;
      }),
    );
  });

  test('the last check digit wrong is always seen', () => {
    fc.assert(
      fc.property(digits, fc.integer({ min: 1, max: 9 }), (nine, by) => {
        const id = withCheckDigits(nine, 0);
        fc.pre(id !== undefined);
        return !hasRightCheckDigits(id.slice(0, 10) + String((Number(id[10]) + by) % 10));
      }),
    );
  });
});

describe('felles hjelpenummer', () => {
  test('with eleven digits the check digits must be right', () => {
    expect(isPlausibleHelpNumber('81234510053')).toBe(true);
    expect(isPlausibleHelpNumber('81234510054')).toBe(false);
  });

  test('another form is taken as it is', () => {
    expect(isPlausibleHelpNumber('H-1234')).toBe(true);
  });
});
