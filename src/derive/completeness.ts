import { ageOn, type Day } from '../support/dates.js';
import type { CompletenessItem, PathwayDefinition } from '../model/definition.js';
import type { ReferralFact } from '../model/facts.js';
import type { CompletenessReport } from '../model/pathway.js';
import type { Start } from './starts.js';

export interface Person {
  readonly birthDate?: Day;
  readonly gender?: string;
}

const POSITIVE = new Set(['positive', 'positiv', 'pos', 'true', '+', '1+', '2+', '3+']);

/** What a good referral holds, present or missing: never a refusal. DOMAIN, «What a good referral holds». */
export function completenessOf(start: Start, person: Person, definition: PathwayDefinition): CompletenessReport[] {
  const { fact } = start;
  if (fact.kind !== 'referral') return [];
  const items = definition.completeness
    .filter(({ onlyFor }) => onlyFor === undefined || isFor(onlyFor, person, fact.receivedOn))
    .map((item) => reported(item, fact, definition));
  return [{ factKey: start.key, items }];
}

/** Where sex or age is not known, the item is asked for. */
function isFor(only: NonNullable<CompletenessItem['onlyFor']>, { birthDate, gender }: Person, on: Day): boolean {
  if (gender !== undefined && gender !== only.gender) return false;
  return birthDate === undefined || ageOn(birthDate, on) > only.olderThan;
}

function reported(item: CompletenessItem, referral: ReferralFact, definition: PathwayDefinition) {
  const test = item.from === 'test' ? testNamed(referral, item.name ?? item.item) : undefined;
  const advised = test !== undefined && item.adviceWhenPositive !== undefined && isPositive(test.value);
  return {
    item: item.item,
    present: test !== undefined || isPresent(item, referral, definition),
    text: item.text,
    ...(advised ? { advice: item.adviceWhenPositive } : {}),
  };
}

function testNamed({ content }: ReferralFact, name: string) {
  return content?.tests?.find(({ code }) => code.toLowerCase() === name.toLowerCase());
}

function isPresent(
  { from, name }: CompletenessItem,
  { mark, content }: ReferralFact,
  definition: PathwayDefinition,
): boolean {
  if (from === 'mark') return mark === definition.code;
  if (from === 'test' || name === undefined) return false;
  const value = (content as Readonly<Record<string, unknown>> | undefined)?.[name];
  return Array.isArray(value) ? value.length > 0 : typeof value === 'string' && value.trim() !== '';
}

function isPositive(value: string | number | boolean | undefined): boolean {
  return value === true || (typeof value === 'string' && POSITIVE.has(value.trim().toLowerCase()));
}
