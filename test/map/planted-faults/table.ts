import type { PlantedFault } from './fault.js';
import { EXAMPLE_FAULTS } from './example-faults.js';
import { FHIR_FAULTS } from './fhir-faults.js';
import { FILE_FAULTS } from './file-faults.js';
import { MESSAGE_FAULTS } from './message-faults.js';
import { MORE_EXAMPLE_FAULTS } from './more-example-faults.js';
import { OTHER_FAULTS } from './other-faults.js';
import { SYNTAX_FAULTS } from './syntax-faults.js';

export const FAULTS: readonly PlantedFault[] = [
  ...FILE_FAULTS,
  ...SYNTAX_FAULTS,
  ...FHIR_FAULTS,
  ...OTHER_FAULTS,
  ...MESSAGE_FAULTS,
  ...EXAMPLE_FAULTS,
  ...MORE_EXAMPLE_FAULTS,
];
