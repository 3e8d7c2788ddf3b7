import { loadMappings, type Mappings } from '../../src/load-mappings.js';

/** The mappings that are bundled with the project: the tests are about these files, not about copies. */
export function inject(): Mappings {
  return loadMappings('mappings', 'profiles/mappings');
}
