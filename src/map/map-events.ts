import { factKeyOf, type Fact, type KeyedFact } from '../model/facts.js';
import type { Reason } from '../model/message.js';
import { missingIn } from './concept-map.js';
import { factKindOf, factOf } from './fact-of.js';
import { atHospital } from './hospital-of.js';
import type { DataCheck, Mapped } from './map-message.js';
import type { KnownPlaces } from './organization-table.js';
import type { CanonicalEvent, Evaluation, Settings } from './pack.js';
import { withPathwayOfUnit } from './unit-pathway.js';

export interface EventsOptions {
  /** The source that the facts are said by. */
  readonly source: string;
  readonly settings: Settings;
  readonly places: KnownPlaces;
  readonly checkData: DataCheck;
  /** A version that says only in which order things arrived; absent: every fact has its own. */
  readonly arrival?: string;
}

/** The facts of what an expression returned, all or none. */
export function mapEvents(
  evaluation: Evaluation,
  { source, settings, places, checkData, arrival }: EventsOptions,
): Partial<Pick<Mapped, 'facts' | 'reasons' | 'missing'>> {
  if ('faults' in evaluation) {
    const reasons = evaluation.faults.map(({ code, path, message }) => ({ code, path, message }));
    return { reasons, missing: missingIn(evaluation.faults) };
  }
  const { events } = evaluation;
  const reasons = events.flatMap((event, index) => faultsIn(event, index, checkData));
  if (reasons.length > 0) return { reasons };
  const facts = events.map((event) => withPathwayOfUnit(atHospital(factFrom(event), places), settings));
  return { facts: facts.map((fact) => keyed(fact, source, arrival)) };
}

function keyed(fact: Fact, source: string, arrival: string | undefined): KeyedFact {
  const { kind, businessId, version } = fact;
  const key = factKeyOf({ source, kind, businessId });
  return version === arrival ? { key, fact, byArrival: true } : { key, fact };
}

function factFrom({ type, data, notes = [] }: CanonicalEvent): Fact {
  const kind = factKindOf(type);
  if (kind === undefined) throw new Error('An event type that was checked names a fact');
  const fact = factOf(kind, data as Readonly<Record<string, unknown>>);
  return notes.length === 0 ? fact : ({ ...fact, notes } as Fact);
}

function faultsIn({ type, data }: CanonicalEvent, index: number, checkData: DataCheck): Reason[] {
  if (factKindOf(type) === undefined) {
    return [
      { code: 'mapping', path: `/${index}/type`, message: 'is not the type of a canonical event that holds a fact' },
    ];
  }
  return checkData(type, data).map(({ path, message }) => ({ code: 'mapping', path: `/${index}${path}`, message }));
}
