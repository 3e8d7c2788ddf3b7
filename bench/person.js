// Synthetic people: national ids with right check digits and the month + 80 of synthetic persons.
const K1 = [3, 7, 6, 1, 8, 9, 4, 5, 2];
const K2 = [5, 4, 3, 2, 7, 6, 5, 4, 3, 2];

function checkDigit(weights, digits) {
  const rest = 11 - (weights.reduce((sum, weight, n) => sum + weight * digits[n], 0) % 11);
  return rest === 11 ? 0 : rest;
}

/** The nth of a long row of valid numbers. */
export function* nationalIds() {
  for (let n = 0; ; n++) {
    const day = 1 + (n % 28);
    const month = 81 + (Math.floor(n / 28) % 12);
    const year = 40 + (Math.floor(n / 336) % 60);
    const individual = Math.floor(n / 20_160) % 1000;
    const two = (number) => String(number).padStart(2, '0');
    const digits = [...`${two(day)}${two(month)}${two(year)}${String(individual).padStart(3, '0')}`].map(Number);
    const first = checkDigit(K1, digits);
    const second = checkDigit(K2, [...digits, first]);
    if (first < 10 && second < 10) yield `${digits.join('')}${first}${second}`;
  }
}

export const HOSPITAL = {
  identifier: { system: 'urn:oid:2.16.578.1.12.4.1.4.101', value: '983975240' },
  name: 'Bench hospital',
};

export function patientOf(number) {
  return {
    identifier: [{ system: 'urn:oid:2.16.578.1.12.4.1.4.1', value: number }],
    name: { family: 'Bench', given: ['Test'] },
    birthDate: '1957-05-17',
    gender: 'female',
  };
}

/** One canonical event about a patient. */
export function eventOf(kind, id, patient, data) {
  return {
    specversion: '1.0',
    id: `${kind}-${id}`,
    source: 'urn:bench',
    type: `no.pakkeforlop.${kind}.v1`,
    data: { id: `${kind}-${id}`, version: 1, patient, organization: HOSPITAL, ...data },
  };
}
