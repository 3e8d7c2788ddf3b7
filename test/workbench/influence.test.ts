import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { influences, type Results } from '../../src/workbench/influence.js';

type Content = Readonly<Record<string, string | number | boolean>>;

const NAMES = ['a', 'b', 'c', 'd', 'e'];
const content = fc.record(
  Object.fromEntries(NAMES.map((name) => [name, fc.oneof(fc.string({ minLength: 1 }), fc.integer(), fc.boolean())])),
) as fc.Arbitrary<Content>;
/** Of each field of the event, the inputs that it is made of. */
const made = fc.dictionary(fc.constantFrom('x', 'y', 'z'), fc.subarray(NAMES), { minKeys: 1 });

function eventOf(said: Content, fields: Readonly<Record<string, readonly string[]>>): Results {
  const data = Object.fromEntries(
    Object.entries(fields).map(([field, from]) => [field, JSON.stringify(from.map((name) => said[name] ?? null))]),
  );
  return new Map([['', [{ type: 'said', data }]]]);
}

const isInput = () => true;

describe('what decides a field', () => {
  test('is what it was made of, and nothing else', async () => {
    await fc.assert(
      fc.asyncProperty(content, made, async (said, fields) => {
        const map = (other: unknown) => Promise.resolve(eventOf(other as Content, fields));
        const found = await influences(said, { map, conceptMaps: [], isInput });
        for (const name of NAMES) {
          const wanted = Object.entries(fields).flatMap(([field, from]) =>
            from.includes(name) ? [`/0/data/${field}`] : [],
          );
          expect([...(found.get(`/${name}`)?.fields ?? [])].sort()).toEqual(wanted.sort());
        }
      }),
    );
  });

  test('is found among the codes that the pack knows, where any other would be refused', async () => {
    const element = ['P', 'D'].map((code) => ({ code, target: [{ code }] }));
    const conceptMaps = [{ id: 'form', group: [{ source: 's', target: 't', element }] }];
    const map = (other: unknown): Promise<Results> => {
      const { form } = other as { form?: string };
      const isKnown = form === 'P' || form === 'D';
      return Promise.resolve(new Map([['', isKnown ? [{ type: 'said', data: { form } }] : undefined]]));
    };
    const found = await influences({ form: 'P' }, { map, conceptMaps, isInput });
    expect([...(found.get('/form')?.fields ?? [])]).toEqual(['/0/data/form']);
    expect([...(found.get('/form')?.whether ?? [])]).toEqual(['']);
  });

  test('is not looked for where nothing came, nor in what nobody sent', async () => {
    let times = 0;
    const failing = () => {
      times++;
      return Promise.resolve(new Map([['', undefined]]));
    };
    expect((await influences({ a: 1, b: 2 }, { map: failing, conceptMaps: [], isInput })).size).toBe(0);
    expect(times).toBe(1);
    const map = (other: unknown) => Promise.resolve(eventOf(other as Content, { x: ['a', 'b'] }));
    const found = await influences({ a: 1, b: 2 }, { map, conceptMaps: [], isInput: (pointer) => pointer === '/a' });
    expect([...found.keys()]).toEqual(['/a']);
  });
});
