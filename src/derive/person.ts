import type { PatientStatement } from '../model/facts.js';
import type { Demographics } from '../model/record.js';

/** What is known of the person: of each field the newest message's word. CONTRACT 3, `version`. */
export type KnownPerson = Pick<PatientStatement, 'name' | 'birthDate' | 'gender' | 'deceasedOn'>;

/** `deceasedOn` counts in standing facts only: its days come from there, the earliest first. */
export function personOf(demographics: readonly Demographics[], deathDays: readonly string[]): KnownPerson {
  const newestFirst = [...demographics].sort((a, b) =>
    a.statedAt === b.statedAt ? b.acceptedSeq - a.acceptedSeq : a.statedAt < b.statedAt ? 1 : -1,
  );
  const newest = <K extends 'name' | 'birthDate' | 'gender'>(field: K) =>
    newestFirst.find(({ patient }) => patient[field] !== undefined)?.patient[field];
  const [name, birthDate, gender] = [newest('name'), newest('birthDate'), newest('gender')];
  const deceasedOn = [...deathDays].sort()[0];
  return {
    ...(name === undefined ? {} : { name }),
    ...(birthDate === undefined ? {} : { birthDate }),
    ...(gender === undefined ? {} : { gender }),
    ...(deceasedOn === undefined ? {} : { deceasedOn }),
  };
}
