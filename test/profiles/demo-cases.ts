import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { FhirResource } from 'fhir/r4.js';
import { factKindOf, factOf } from '../../src/map/fact-of.js';
import { factKeyOf, type FactKind, type OrganizationStatement, type PatientFact } from '../../src/model/facts.js';
import type { PathwayFact, PatientStatement, StandingFact } from '../../src/model/facts.js';
import { refresh } from '../../src/refresh.js';
import { addDays } from '../../src/support/dates.js';
import { NOW, recordOf } from '../compose/patient-told.js';
import { mappings } from '../derive/history.js';

const EXAMPLES = 'mappings/canonical/examples';
const TODAY = '2026-03-20';

interface DemoEvent {
  readonly source: string;
  readonly id: string;
  readonly type: string;
  readonly data: Readonly<Record<string, unknown>> & {
    readonly id: string;
    readonly version: number;
    readonly patient: PatientStatement;
    readonly organization: OrganizationStatement;
  };
}

/** What stands on the FHIR server after the messages of `npm run demo`, sent on a day that does not move. */
export interface DemoCase {
  /** As its file is called. */
  readonly name: string;
  readonly resources: readonly FhirResource[];
}

export function demoCases(): DemoCase[] {
  return readdirSync(EXAMPLES)
    .filter((file) => file.endsWith('.json'))
    .sort()
    .map((file) => ({ name: file.replace(/\.json$/, ''), resources: composedOf(file) }));
}

function composedOf(file: string): FhirResource[] {
  const name = file.replace(/^\d+-|\.json$/g, '');
  const events = eventsIn(file);
  const [patient] = events.map(({ data }) => data.patient);
  if (patient === undefined) return [];
  const standing = newestOf(events);
  const record = {
    ...recordOf(standing),
    resourceId: `${name}-patient`,
    identifiers: patient.identifier,
    demographics: [{ patient, source: events[0]?.source ?? '', statedAt: NOW, acceptedSeq: 1 }],
    organizations: organizationsIn(events),
  };
  let given = 0;
  const { wanted } = refresh(record, mappings, {
    at: NOW,
    scan: true,
    newId: () => `${name}-${++given}`,
    registersFor: () => true,
    livesOnTarget: () => false,
  });
  return wanted.map(({ content }) => content);
}

function eventsIn(file: string): DemoEvent[] {
  const dated = readFileSync(join(EXAMPLES, file), 'utf8').replace(
    /"T([+-]\d+)?(T[^"]*)?"/g,
    (_all, days: string | undefined, time: string | undefined) =>
      JSON.stringify(addDays(TODAY, Number(days ?? 0)) + (time ?? '')),
  );
  return (JSON.parse(dated) as { events: DemoEvent[] }).events;
}

/** Of each business object the highest version. */
function newestOf(events: readonly DemoEvent[]): StandingFact[] {
  const found = new Map<string, StandingFact>();
  for (const [index, { source, type, data }] of events.entries()) {
    const kind = factKindOf(type) as FactKind;
    const key = factKeyOf({ source, kind, businessId: data.id });
    const fact = factOf(kind, data) as Exclude<PathwayFact, PatientFact>;
    const known = found.get(key);
    if (known !== undefined && known.fact.version >= fact.version) continue;
    found.set(key, { key, source, messageId: `message of ${data.id}`, acceptedSeq: index + 1, fact });
  }
  return [...found.values()];
}

function organizationsIn(events: readonly DemoEvent[]) {
  const organizations = events.flatMap(({ data }) => [
    data.organization,
    ...(data['to'] === undefined ? [] : [data['to'] as OrganizationStatement]),
  ]);
  return new Map(
    organizations.map(({ identifier, name }) => [
      `${identifier.system}|${identifier.value}`,
      {
        identifier,
        resourceId: `organization-${identifier.value}`,
        onTarget: 'ours' as const,
        ...(name === undefined ? {} : { name }),
      },
    ]),
  );
}
