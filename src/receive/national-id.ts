const K1_WEIGHTS = [3, 7, 6, 1, 8, 9, 4, 5, 2, 1];
const K2_WEIGHTS = [5, 4, 3, 2, 7, 6, 5, 4, 3, 2, 1];
/** The first check digit may leave one of these from 2032 on; until then it leaves 0. The second always leaves 0. */
const K1_REMAINDERS = [0, 1, 2, 3];

/**
 * Are the check digits of a fødselsnummer or D-nummer right: 11 digits, modulus 11, also by the rule of 2032?
 * Only the digits are looked at: D-numbers (day + 40) and synthetic persons (month + 40, + 65 or + 80) need nothing special,
 * and no birth date is ever read from a number. Eleven zeros, which the sums would let through, are nobody's number.
 */
export function hasRightCheckDigits(text: string): boolean {
  if (!/^\d{11}$/.test(text) || /^0+$/.test(text)) return false;
  return K1_REMAINDERS.includes(remainder(text, K1_WEIGHTS)) && remainder(text, K2_WEIGHTS) === 0;
}

/** A felles hjelpenummer has check digits where it has 11 digits; local forms are other text, and taken as they are. */
export function isPlausibleHelpNumber(text: string): boolean {
  return !/^\d{11}$/.test(text) || hasRightCheckDigits(text);
}

function remainder(digits: string, weights: readonly number[]): number {
  return weights.reduce((sum, weight, index) => sum + weight * Number(digits[index]), 0) % 11;
}
