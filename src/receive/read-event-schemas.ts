import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { JsonSchema } from './event-checks.js';

/** The JSON Schemas in a folder (`profiles/events`), by file name. Throws when a file cannot be read or is no JSON object. */
export function readEventSchemas(folder: string): readonly JsonSchema[] {
  return readdirSync(folder)
    .filter((name) => name.endsWith('.schema.json'))
    .sort()
    .map((name) => {
      const schema: unknown = JSON.parse(readFileSync(join(folder, name), 'utf8'));
      if (schema === null || typeof schema !== 'object' || Array.isArray(schema))
        throw new TypeError(`${name} is not a JSON Schema object`);
      return schema as JsonSchema;
    });
}
