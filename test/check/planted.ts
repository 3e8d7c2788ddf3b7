import { readFileSync } from 'node:fs';
import type { FhirResource } from 'fhir/r4.js';

/**
 * A resource as it is written, spoilt by `edit`: JSON Patch, but that a value `{ "$copy": pointer }` is what stands there. `ownOnly`:
 * the profiles leave room for it, and only the adapter, which never writes it, takes it for a mistake.
 */
export interface PlantedFault {
  readonly name: string;
  /** A file of profiles/examples, without its ending. */
  readonly of: string;
  readonly edit: readonly Edit[];
  readonly expected: { readonly path: string; readonly code: string; readonly rule?: string };
  readonly ownOnly?: true;
}

interface Edit {
  readonly op: 'add' | 'replace' | 'remove';
  readonly path: string;
  readonly value?: unknown;
}

type Node = Record<string, unknown>;

export const planted = JSON.parse(
  readFileSync('test/check/planted-resource-faults.json', 'utf8'),
) as readonly PlantedFault[];

export function example(name: string): FhirResource {
  return JSON.parse(readFileSync(`profiles/examples/${name}.json`, 'utf8')) as FhirResource;
}

export function spoilt({ of, edit }: PlantedFault): FhirResource {
  const resource = example(of);
  for (const each of edit) apply(resource as unknown as Node, each);
  return resource;
}

/** One spoilt resource a line, in the order of the table: for other validators. */
export function asNdjson(faults: readonly PlantedFault[]): string {
  return faults.map((fault) => `${JSON.stringify(spoilt(fault))}\n`).join('');
}

function apply(resource: Node, { op, path, value }: Edit): void {
  const steps = path.slice(1).split('/');
  const last = steps.pop() ?? '';
  const parent = at(resource, steps);
  const given = valueOf(resource, value);
  if (Array.isArray(parent)) {
    const index = last === '-' ? parent.length : Number(last);
    if (op === 'remove') parent.splice(index, 1);
    else parent.splice(index, op === 'replace' ? 1 : 0, given);
  } else if (op === 'remove') Reflect.deleteProperty(parent, last);
  else parent[last] = given;
}

function at(resource: Node, steps: readonly string[]): Node | unknown[] {
  return steps.reduce<unknown>((node, step) => (node as Node)[step], resource) as Node | unknown[];
}

function valueOf(resource: Node, value: unknown): unknown {
  if (Array.isArray(value)) return value.map((each) => valueOf(resource, each));
  const copied = (value as { $copy?: string } | null | undefined)?.$copy;
  return copied === undefined ? value : structuredClone(at(resource, copied.slice(1).split('/')));
}
