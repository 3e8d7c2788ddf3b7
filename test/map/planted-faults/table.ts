import type { PlantedFault } from './fault.js';
import { FILE_FAULTS } from './file-faults.js';
import { SYNTAX_FAULTS } from './syntax-faults.js';

export const FAULTS: readonly PlantedFault[] = [...FILE_FAULTS, ...SYNTAX_FAULTS];
