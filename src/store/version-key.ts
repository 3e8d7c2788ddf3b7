import { nanosecondsOf } from '../support/dates.js';
import type { Fact, Version } from '../model/facts.js';
import { contentHash } from '../support/ids.js';

const OFFSET = 10n ** 20n;
const WIDTH = 21;

/** A version as text that sorts as the version does: integers as they are, instants by their nanoseconds since 1970. */
export function versionKeyOf(version: Version): string {
  const number = typeof version === 'number' ? BigInt(version) : nanosecondsOf(version);
  return (number + OFFSET).toString().padStart(WIDTH, '0');
}

/**
 * Hash of what a version says. Demographics and names are left out: of those the newest message counts, and two messages that
 * differ in them alone say the same.
 */
export function factHashOf(fact: Fact): string {
  const version = versionKeyOf(fact.version);
  if (!('patient' in fact)) return contentHash({ ...fact, version });
  const { name: _name, birthDate: _birthDate, gender: _gender, resourceId: _id, ...patient } = fact.patient;
  return contentHash(withoutNames({ ...fact, version, patient }));
}

/** The key itself, or the next after the highest of others. */
export function keyAfter(key: string, highest: string): string {
  return key > highest ? key : (BigInt(highest) + 1n).toString().padStart(WIDTH, '0');
}

function withoutNames(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutNames);
  if (value === null || typeof value !== 'object') return value;
  const entries = Object.entries(value).filter(([key]) => key !== 'name');
  return Object.fromEntries(entries.map(([key, inner]) => [key, withoutNames(inner)]));
}
