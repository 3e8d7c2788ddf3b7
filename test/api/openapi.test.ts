import { describe, expect, test } from '@jest/globals';
import { Ajv } from 'ajv';
import type { Router } from 'express';
import { createApi } from '../../src/api/create-api.js';
import { createOpenApi } from '../../src/api/openapi.js';
import { createCsvDoor } from '../../src/receive/csv-door.js';
import { createFhirDoor } from '../../src/receive/fhir-door.js';
import { checks, event, KINDS, NOW, schemas } from '../receive/canonical-events.js';
import { doorFor, functions } from './app.js';

interface Operation {
  readonly operationId: string;
  readonly parameters?: readonly { readonly name: string; readonly in: string }[];
  readonly responses: Readonly<Record<string, unknown>>;
}
interface Document {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  readonly components: { readonly schemas: Readonly<Record<string, object>> };
}

const document = JSON.parse(JSON.stringify(createOpenApi(schemas, '1.2.3'))) as Document;
const operations = Object.entries(document.paths).flatMap(([path, methods]) =>
  Object.entries(methods).map(([method, operation]) => ({ path, method, operation })),
);

function routesOf(router: Router): string[] {
  return router.stack.flatMap(({ route }) => {
    if (route === undefined) return [];
    const methods = new Set(route.stack.flatMap(({ method }: { method?: string }) => method ?? []));
    return [...methods].map((method) => `${method} ${route.path.replaceAll(/:(\w+)/g, '{$1}')}`);
  });
}

describe('openapi.json', () => {
  test('describes every route that there is, and no other', () => {
    const described = operations.map(({ path, method }) => `${method} ${path}`);
    const fhirDoor = createFhirDoor({
      accept: () => Promise.resolve([]),
      isSource: () => true,
      poll: () => undefined,
      check: () => [],
      onAccepted: () => undefined,
      clock: { now: () => NOW },
    });
    const csvDoor = createCsvDoor({
      accept: () => Promise.resolve([]),
      newest: { newestRows: () => Promise.resolve(new Map()), keepNewestRows: () => Promise.resolve() },
      packNamed: () => undefined,
      onAccepted: () => undefined,
      clock: { now: () => NOW },
    });
    const routes = [
      ...routesOf(doorFor()),
      ...routesOf(csvDoor),
      ...routesOf(fhirDoor),
      ...routesOf(createApi(functions())),
    ];
    expect(routes.length).toBeGreaterThan(12);
    expect(described.toSorted()).toEqual(routes.toSorted());
  });

  test('names each operation once, and each parameter of its path', () => {
    expect(new Set(operations.map(({ operation }) => operation.operationId)).size).toBe(operations.length);
    for (const { path, operation } of operations) {
      const inPath = (operation.parameters ?? []).filter((one) => one.in === 'path').map(({ name }) => `{${name}}`);
      expect(inPath).toEqual(path.match(/\{\w+\}/g) ?? []);
    }
  });

  test('every reference leads to a component', () => {
    const references = [...JSON.stringify(document).matchAll(/"\$ref":"([^"]+)"/g)].map((match) => match[1]!);
    expect(references.length).toBeGreaterThan(50);
    for (const reference of references) {
      expect(reference).toMatch(/^#\/components\/schemas\//);
      expect(document.components.schemas).toHaveProperty([reference.slice('#/components/schemas/'.length)]);
    }
  });

  test('its schema of an event takes what the door takes, and refuses what it refuses', () => {
    const ajv = new Ajv({ strict: false, validateFormats: false });
    const validate = ajv.compile({ $ref: '#/components/schemas/event', components: document.components });
    for (const kind of KINDS) {
      expect([kind, validate(event(kind)), validate.errors]).toEqual([kind, true, null]);
      expect(validate(event(kind, { id: undefined }))).toBe(false);
      expect(validate(event(kind, { typingError: 1 }))).toBe(false);
    }
    expect(validate(event('abort', {}, { type: 'other' }))).toBe(false);
    expect(checks.types).toHaveLength(KINDS.length);
  });
});
