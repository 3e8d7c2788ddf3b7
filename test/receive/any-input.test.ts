import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { checks, event, KINDS, type Json, type JsonObject } from './canonical-events.js';
import { openDoor, type DoorUnderTest } from './door.js';

let door: DoorUnderTest;
beforeAll(async () => {
  door = await openDoor();
});
afterAll(() => door.close());

/** Values no answer of ours would hold by chance. */
const SECRET = 'Zyx98765';
const secretText = fc.string({ maxLength: 20 }).map((text) => `${SECRET}${text}`);
const strange = fc.oneof(
  secretText,
  fc.constantFrom<Json>('17915710068', '02013299996', null, true, -1.5, 987654321987, '', [], {}),
  fc.jsonValue({ maxDepth: 3 }).map((value) => [SECRET, value] as Json),
  fc.dictionary(secretText, fc.constant<Json>(SECRET)) as fc.Arbitrary<Json>,
);

type Mutation = {
  readonly at: number;
  readonly how: 'replace' | 'remove' | 'add';
  readonly value: Json;
  readonly name: string;
};
const mutation: fc.Arbitrary<Mutation> = fc.record({
  at: fc.nat(),
  how: fc.constantFrom('replace', 'remove', 'add'),
  value: strange,
  name: secretText,
});

/** Every place of a value, as the way to it. */
function placesOf(value: Json, way: readonly (string | number)[] = []): (readonly (string | number)[])[] {
  if (value === null || typeof value !== 'object') return [way];
  const entries: [string | number, Json][] = Array.isArray(value) ? [...value.entries()] : Object.entries(value);
  return [way, ...entries.flatMap(([key, inner]) => placesOf(inner, [...way, key]))];
}

function mutated(original: JsonObject, { at, how, value, name }: Mutation): JsonObject {
  const copy = structuredClone(original);
  const places = placesOf(copy).filter((way) => way.length > 0);
  const way = places[at % places.length]!;
  let parent: Record<string | number, Json> = copy;
  for (const key of way.slice(0, -1)) parent = parent[key] as Record<string | number, Json>;
  if (how === 'remove' && !Array.isArray(parent)) Reflect.deleteProperty(parent, way.at(-1)!);
  else if (how === 'add' && !Array.isArray(parent)) parent[name] = value;
  else parent[way.at(-1)!] = value;
  return copy;
}

/** Does a path lead to something, or to a field that is missing in an object that is there? */
function leadsSomewhere(root: unknown, path: string): boolean {
  const segments = path.split('/').slice(1);
  let value: unknown = root;
  for (const [index, segment] of segments.entries()) {
    if (value === null || typeof value !== 'object') return false;
    if (!Object.hasOwn(value, segment)) return index === segments.length - 1;
    value = (value as Record<string, unknown>)[segment];
  }
  return true;
}

describe('whatever is sent', () => {
  test('a valid event with anything changed passes, or is refused with paths that exist and nothing of what was sent', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...KINDS),
        fc.array(mutation, { minLength: 1, maxLength: 3 }),
        async (kind, changes) => {
          const value = changes.reduce(mutated, event(kind));
          const answer = await door.post(value);
          expect([202, 400, 409]).toContain(answer.status);
          if (answer.status !== 400) return;
          expect(answer.text).not.toMatch(/Zyx98765|1791571006|0201329999|987654321|Reise|1957/);
          for (const { path } of answer.json.errors!) expect([path, leadsSomewhere(value, path)]).toEqual([path, true]);
          expect(new Set(answer.json.errors!.map(({ path }) => path)).size).toBe(answer.json.errors!.length);
        },
      ),
      { numRuns: 400 },
    );
  });

  test('any JSON is answered 202 or 400', async () => {
    await fc.assert(
      fc.asyncProperty(fc.jsonValue(), async (value) => {
        expect([202, 400]).toContain((await door.post(JSON.stringify(value))).status);
      }),
      { numRuns: 200 },
    );
  });

  test('any JSON as data, of any type, is an event or has faults', () => {
    fc.assert(
      fc.property(fc.constantFrom(...KINDS), fc.jsonValue(), (kind, data) => {
        const result = checks.check({ ...event(kind), data }, '2026-03-21');
        expect('event' in result || result.faults.length > 0).toBe(true);
      }),
      { numRuns: 500 },
    );
  });

  test('any bytes are answered 202 or 400', async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 200 }), async (bytes) => {
        expect([202, 400]).toContain((await door.post(bytes)).status);
      }),
      { numRuns: 200 },
    );
  });

  test('keys that objects have by nature are keys like any other', async () => {
    for (const name of ['__proto__', 'constructor', 'hasOwnProperty', 'toString']) {
      const text = JSON.stringify(event('abort', {}, { id: `nature-${name}` }));
      const inData = text.replace('"decidedAt"', `"${name}":{"status":"withdrawn"},"decidedAt"`);
      expect((await door.post(inData)).status).toBe(400);
      const inEnvelope = text.replace('"specversion"', `"${name}":{"data":1},"specversion"`);
      expect((await door.post(inEnvelope)).status).toBe(400);
    }
  });
});
