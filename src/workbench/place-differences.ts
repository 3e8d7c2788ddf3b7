import { readFileSync } from 'node:fs';
import { leavesIn, stepsOf } from '../map/pointers.js';
import type { ExampleResult } from './check-examples.js';
import type { Evaluated } from './pack-bench.js';
import type { Example } from './pack-folder.js';

const MOST_PLACES = 20;

/**
 * Of each field of a fact that is not as expected, the part of the expression that makes it, a line each:
 * `attendance.referralId: made by dips/encounter.jsonata line 65 column 23: $referralId`.
 */
export function placesOfDifferences({ expected }: Example, { outcome, tried }: ExampleResult): readonly string[] {
  const wanted = (JSON.parse(readFileSync(expected, 'utf8')) as { facts?: readonly Said[] }).facts ?? [];
  const found = (outcome.facts ?? []) as readonly Said[];
  const evaluated = tried.flatMap((each) => each.evaluated).filter(({ evaluation }) => saysOne(evaluation));
  const lines = found.flatMap((fact, index) => {
    const like =
      wanted.find(({ kind, businessId }) => kind === fact.kind && businessId === fact.businessId) ?? wanted[index];
    if (like === undefined) return [];
    const by = evaluated.find(({ evaluation }) => saysOne(evaluation, fact.businessId));
    return differing(like, fact).map((pointer) => lineOf(fact.kind, pointer, by));
  });
  return [...new Set(lines)].slice(0, MOST_PLACES);
}

interface Said {
  readonly kind: string;
  readonly businessId: string;
}

function saysOne(evaluation: Evaluated['evaluation'], id?: string): boolean {
  if (!('events' in evaluation)) return false;
  return evaluation.events.some(({ data }) => id === undefined || (Object(data) as { id?: unknown }).id === id);
}

function differing(wanted: object, found: object): readonly string[] {
  const [left, right] = [leavesIn(wanted), leavesIn(found)];
  return [...new Set([...left.keys(), ...right.keys()])].filter((pointer) => left.get(pointer) !== right.get(pointer));
}

/** Where a fact calls a field otherwise than its event: the day it counts from. */
const DAYS: Readonly<Record<string, string>> = {
  receivedOn: 'receivedAt',
  documentedOn: 'documentedAt',
  startedOn: 'startedAt',
  sentOn: 'sentAt',
  decidedOn: 'decidedAt',
  businessId: 'id',
};

function lineOf(kind: string, pointer: string, by: Evaluated | undefined): string {
  const [first = '', ...rest] = stepsOf(pointer);
  const field = [kind, first, ...rest].join('.');
  const path = ['', '0', 'data', DAYS[first] ?? first, ...rest].join('/');
  const made = by?.watched?.observed.madeBy(path);
  if (made === undefined || by?.watched === undefined) return `${field}: made by no expression`;
  const { line, column, text } = made.node;
  const asked = made.inputs.length === 0 ? '' : `, which asks for ${made.inputs.join(', ')}`;
  return `${field}: made by ${by.watched.expression.file} line ${line} column ${column}: ${text.replace(/\s+/g, ' ')}${asked}`;
}
