import { factKeyOf, type Fact, type KeyedFact } from '../model/facts.js';
import type { Fault, Reason } from '../model/message.js';
import { missingIn } from './concept-map.js';
import { FACT_TYPES, factKindOf, factOf } from './fact-of.js';
import { faultsOfEvents, reasonOf } from './fault-reason.js';
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
  /** Where in the message a place in what the expression was given is. */
  readonly placeInMessage: (path: string) => string | undefined;
}

/** The facts of what an expression returned, all or none. */
export async function mapEvents(
  evaluation: Evaluation,
  { source, settings, places, checkData, arrival, placeInMessage }: EventsOptions,
): Promise<Partial<Pick<Mapped, 'facts' | 'reasons' | 'missing'>>> {
  const faults =
    'faults' in evaluation
      ? evaluation.faults
      : await faultsOfEvents(evaluation, (event) => faultsIn(event, checkData));
  if (faults.length > 0 || 'faults' in evaluation)
    return { reasons: eachOnce(faults.map((fault) => reasonOf(fault, placeInMessage))), missing: missingIn(faults) };
  const facts = evaluation.events.map((event) => withPathwayOfUnit(atHospital(factFrom(event), places), settings));
  return { facts: facts.map((fact) => keyed(fact, source, arrival)) };
}

/** What is wrong at one place of a message is wrong of each fact that it makes. */
function eachOnce(reasons: readonly Reason[]): readonly Reason[] {
  const ofFact = / of fact \d+/;
  const nameOf = ({ path, message }: Reason) => (path === '' ? message : path + message.replace(ofFact, ''));
  const all = new Map(reasons.toReversed().map((reason) => [nameOf(reason), reason]));
  return [...all.values()].reverse();
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

/** By what it says, from the event's own root. */
export function faultsIn({ type, data }: CanonicalEvent, checkData: DataCheck): readonly Fault[] {
  if (factKindOf(type) === undefined)
    return [{ path: '/type', message: `must be the type of a fact: ${FACT_TYPES.join(', ')}` }];
  return checkData(type, data).map(({ path, message }) => ({ path: `/data${path}`, message }));
}
