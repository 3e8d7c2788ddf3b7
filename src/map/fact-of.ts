import { dayOf, type When } from '../support/dates.js';
import { FACT_KINDS, type Fact, type FactKind } from '../model/facts.js';

/** The instant or day each kind of fact counts from, and what it is called as a day. */
const COUNTS_FROM = {
  referral: ['receivedAt', 'receivedOn'],
  suspicion: ['documentedAt', 'documentedOn'],
  attendance: ['startedAt', 'startedOn'],
  transfer: ['sentAt', 'sentOn'],
  decision: ['decidedAt', 'decidedOn'],
  abort: ['decidedAt', 'decidedOn'],
} as const satisfies Record<FactKind, readonly [string, string]>;

/** What a field of a fact is called in the event that says it. */
export function eventFieldOf(field: string): string {
  if (field === 'businessId') return 'id';
  return Object.values(COUNTS_FROM).find(([, on]) => on === field)?.[0] ?? field;
}

/** What a source need not say. CONTRACT 3. */
const DEFAULTS: Partial<Record<FactKind, Readonly<Record<string, unknown>>>> = {
  referral: { purpose: 'workup' },
  suspicion: { pathway: 'C01' },
  attendance: { place: 'hospital' },
};

const EVENT_TYPE = /^no\.pakkeforlop\.([a-z]+)\.v1$/;

/** The types of canonical events that hold a fact. */
export const FACT_TYPES = [...FACT_KINDS, 'patient'].map((kind) => `no.pakkeforlop.${kind}.v1`);

/** The kind of fact a canonical event type names; undefined: it is none. */
export function factKindOf(type: string): FactKind | 'patient' | undefined {
  const name = EVENT_TYPE.exec(type)?.[1];
  return name === 'patient' ? name : FACT_KINDS.find((kind) => kind === name);
}

/**
 * The fact that checked canonical data says: defaults filled in, the instant it counts from turned into a Norwegian calendar day,
 * `extension` left behind. `data` must have passed the schema of its type.
 */
export function factOf(kind: FactKind | 'patient', data: Readonly<Record<string, unknown>>): Fact {
  const { id, status = 'active', extension: _extension, ...said } = data;
  const { version, patient, organization } = said;
  if (kind === 'patient') return { kind, status, businessId: id, version, patient: withFormer(said) } as Fact;
  if (status === 'withdrawn') return { kind, status, businessId: id, version, patient, organization } as Fact;
  const [at, on] = COUNTS_FROM[kind];
  const day = dayOf(said[at] as When);
  return { ...DEFAULTS[kind], ...said, kind, status: 'active', businessId: id, [on]: day } as unknown as Fact;
}

/** Numbers the patient had before are this patient's too. CONTRACT 3, `replaces`. */
function withFormer({ patient, replaces = [] }: Readonly<Record<string, unknown>>): object {
  const { identifier, ...rest } = patient as { identifier: readonly unknown[] };
  return { ...rest, identifier: [...identifier, ...(replaces as readonly unknown[])] };
}
