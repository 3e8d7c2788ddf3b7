import { describe, expect, test } from '@jest/globals';
import { bundles } from './bundling.js';
import { DIFFERENCES, type ServerName } from './differences.js';
import { groundOn } from './ground.js';
import { reads } from './reading.js';
import { searches } from './searching.js';
import { writes } from './writing.js';

/** What the service relies on in a FHIR server, whichever it is: called where the server runs. */
export function behavesAsFhirServer(name: ServerName, base: () => string): void {
  describe(`as the ${name} server does it`, () => {
    const ground = groundOn(name, base);
    writes(ground);
    reads(ground);
    bundles(ground);
    describe('searching', () => searches(ground));

    test('every difference that is listed was looked at', () => {
      expect(Object.keys(DIFFERENCES).filter((each) => !ground.asked.has(each))).toEqual([]);
    });
  });
}
