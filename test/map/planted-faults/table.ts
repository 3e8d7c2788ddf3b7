import type { PlantedFault } from './fault.js';
import { CODE_AND_PLACE_FAULTS } from './code-and-place-faults.js';
import { COLUMN_FAULTS } from './column-faults.js';
import { CONTACT_FAULTS } from './contact-faults.js';
import { DIPS_FAULTS } from './dips-faults.js';
import { ENCOUNTER_EXAMPLE_FAULTS } from './encounter-example-faults.js';
import { ENCOUNTER_FIELD_FAULTS } from './encounter-field-faults.js';
import { ENCOUNTER_RESULT_FAULTS } from './encounter-result-faults.js';
import { FHIR_EXAMPLE_FAULTS } from './fhir-example-faults.js';
import { FHIR_RESOURCE_FAULTS } from './fhir-resource-faults.js';
import { MANIFEST_FAULTS } from './manifest-faults.js';
import { MESSAGE_FAULTS } from './message-faults.js';
import { OTHER_EXAMPLE_FAULTS } from './other-example-faults.js';
import { REFERRAL_EXAMPLE_FAULTS } from './referral-example-faults.js';
import { REFERRAL_FAULTS } from './referral-faults.js';
import { RESOURCE_MESSAGE_FAULTS } from './resource-message-faults.js';
import { SYNTAX_FAULTS } from './syntax-faults.js';
import { VISIT_FAULTS } from './visit-faults.js';

export const FAULTS: readonly PlantedFault[] = [
  ...MANIFEST_FAULTS,
  ...CODE_AND_PLACE_FAULTS,
  ...SYNTAX_FAULTS,
  ...COLUMN_FAULTS,
  ...ENCOUNTER_FIELD_FAULTS,
  ...ENCOUNTER_RESULT_FAULTS,
  ...FHIR_RESOURCE_FAULTS,
  ...REFERRAL_FAULTS,
  ...DIPS_FAULTS,
  ...VISIT_FAULTS,
  ...CONTACT_FAULTS,
  ...RESOURCE_MESSAGE_FAULTS,
  ...MESSAGE_FAULTS,
  ...ENCOUNTER_EXAMPLE_FAULTS,
  ...FHIR_EXAMPLE_FAULTS,
  ...REFERRAL_EXAMPLE_FAULTS,
  ...OTHER_EXAMPLE_FAULTS,
];
