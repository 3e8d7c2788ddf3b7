import { eventSchemaComponents, type JsonSchema } from './openapi-events.js';
import { openApiPaths } from './openapi-paths.js';
import { apiSchemas } from './openapi-schemas.js';

/**
 * The OpenAPI 3.1 document of the service. `eventSchemas` are those of `profiles/events`: they become components, so that the
 * document stands alone. `version` is the service's.
 */
export function createOpenApi(eventSchemas: readonly JsonSchema[], version: string): JsonSchema {
  const events = eventSchemaComponents(eventSchemas);
  return {
    openapi: '3.1.0',
    info: {
      title: 'Pakkeforløp FHIR adapter',
      version,
      description:
        'Takes referrals, attendances and decisions from EPRs, derives the cancer pathway from them, and keeps a FHIR R4 server in step. No error answer holds patient data.',
      license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
    },
    security: [{ bearer: [] }],
    paths: openApiPaths(),
    components: {
      securitySchemes: {
        bearer: { type: 'http', scheme: 'bearer', description: 'Needed where API_TOKEN is set.' },
      },
      schemas: { ...apiSchemas(), ...events },
    },
  };
}
