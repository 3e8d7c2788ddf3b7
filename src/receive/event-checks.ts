import { Ajv, type ValidateFunction } from 'ajv';
import addFormats from 'ajv-formats';
import { CANONICAL } from '../model/canonical.js';
import type { Fault } from '../model/message.js';
import { dayOf, isDay, isInstant, isWhen, type Day } from '../support/dates.js';
import { unkeepableText } from './check-text.js';
import { faultsFrom } from './fault-text.js';
import { hasRightCheckDigits, isPlausibleHelpNumber } from './national-id.js';

/** A JSON Schema (draft-07) as plain JSON, with its `$id`. */
export type JsonSchema = Readonly<Record<string, unknown>>;

/** An event that was checked: the envelope is CloudEvents 1.0, the data is what its type says. */
export interface CheckedEvent {
  readonly id: string;
  readonly source: string;
  readonly type: string;
  readonly time?: string;
  readonly data: unknown;
}

/** The outcome for one event: faults with JSON Pointers from the event's own root, or the event under its new name. */
export type EventCheck = { readonly event: CheckedEvent } | { readonly faults: readonly Fault[] };

export interface EventChecks {
  /** The event types that are accepted now. */
  readonly types: readonly string[];
  /** `latestDay`: the last Norwegian calendar day on which something can have happened. */
  check(value: unknown, latestDay: Day): EventCheck;
}

interface Validators {
  readonly envelope: ValidateFunction;
  readonly data: ReadonlyMap<string, ValidateFunction>;
  readonly extraTypes: () => readonly string[];
}

interface DayLimit {
  readonly latestDay: Day;
}

const ENVELOPE = `${CANONICAL}/schemas/events/cloudevent.schema.json`;
/** More than any event has outside `extension`: each value may be a fault, and faults cost memory. */
const MOST_VALUES = 20_000;

/**
 * Compiles the schemas of `profiles/events`. A schema with `x-event-type` is that of a type's `data`; what
 * `extraTypes` gives (those of mapping packs) is accepted with any object as `data`. Throws when a schema is not well-formed or the
 * envelope's is missing.
 */
export function createEventChecks(
  schemas: readonly JsonSchema[],
  extraTypes: () => readonly string[] = () => [],
): EventChecks {
  const validators = compile(schemas, extraTypes);
  return {
    get types() {
      return typesOf(validators);
    },
    check: (value, latestDay) => checkEvent(validators, value, { latestDay }),
  };
}

function compile(schemas: readonly JsonSchema[], extraTypes: Validators['extraTypes']): Validators {
  const ajv = createAjv();
  ajv.addSchema(schemas.map((schema) => ({ ...schema })));
  const compiled = (id: unknown): ValidateFunction => {
    const validate = typeof id === 'string' ? ajv.getSchema(id) : undefined;
    if (validate === undefined) throw new Error(`There is no event schema ${String(id)}`);
    return validate;
  };
  const data = new Map(
    schemas.flatMap((schema): [string, ValidateFunction][] => {
      const type = schema['x-event-type'];
      return typeof type === 'string' ? [[type, compiled(schema['$id'])]] : [];
    }),
  );
  return { envelope: compiled(ENVELOPE), data, extraTypes };
}

function createAjv(): Ajv {
  const ajv = new Ajv({
    allErrors: true,
    verbose: true,
    passContext: true,
    strictTypes: true,
    allowUnionTypes: true,
    allowMatchingProperties: true,
  });
  addFormats.default(ajv, ['uri', 'uri-reference']);
  ajv.addFormat('day', isDay).addFormat('instant', isInstant).addFormat('when', isWhen);
  ajv.addFormat('national-id', hasRightCheckDigits).addFormat('help-number', isPlausibleHelpNumber);
  ajv.addKeyword({
    keyword: 'x-not-ahead',
    type: 'string',
    schemaType: 'boolean',
    validate(this: DayLimit, _wanted: boolean, when: string) {
      return !isWhen(when) || dayOf(when) <= this.latestDay;
    },
  });
  ajv.addVocabulary(['x-event-type', 'x-expected']);
  return ajv;
}

function checkEvent(validators: Validators, value: unknown, limit: DayLimit): EventCheck {
  if (!isObject(value)) return { faults: [{ path: '', message: 'must be a JSON object: one event' }] };
  const event = withoutNulls(value);
  if (hasMoreValuesThan(MOST_VALUES, withoutExtension(event)))
    return { faults: [{ path: '', message: `must not hold more than ${MOST_VALUES} values` }] };
  const faults = [
    ...unkeepableText(value),
    ...validate(validators.envelope, event, limit, ''),
    ...faultsOfType(validators, event, limit),
  ];
  return faults.length > 0 ? { faults: onePerPlace(faults) } : { event: event as unknown as CheckedEvent };
}

function typesOf({ data, extraTypes }: Validators): readonly string[] {
  return [...new Set([...data.keys(), ...extraTypes()])];
}

function faultsOfType(validators: Validators, { type, data }: JsonObject, limit: DayLimit): readonly Fault[] {
  if (typeof type !== 'string') return [];
  const schema = validators.data.get(type);
  if (schema === undefined && !validators.extraTypes().includes(type))
    return [{ path: '/type', message: `must be one of the event types: ${typesOf(validators).join(', ')}` }];
  return schema === undefined || !isObject(data) ? [] : validate(schema, data, limit, '/data');
}

function validate(schema: ValidateFunction, value: unknown, limit: DayLimit, root: string): readonly Fault[] {
  return schema.call(limit, value) ? [] : faultsFrom(schema.errors ?? [], root);
}

function onePerPlace(faults: readonly Fault[]): readonly Fault[] {
  return [...new Map(faults.toReversed().map((fault) => [fault.path, fault])).values()].reverse();
}

interface JsonObject {
  readonly type?: unknown;
  readonly data?: unknown;
  readonly [name: string]: unknown;
}

function isObject(value: unknown): value is JsonObject {
  return value !== null && typeof value === 'object' && !Array.isArray(value);
}

/** CloudEvents' JSON format: an attribute that is null is absent. */
function withoutNulls(event: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(event).filter(([, value]) => value !== null));
}

function withoutExtension(event: JsonObject): JsonObject {
  return isObject(event.data) ? { ...event, data: { ...event.data, extension: undefined } } : event;
}

function hasMoreValuesThan(most: number, value: unknown): boolean {
  let left = most;
  const count = (inner: unknown): void => {
    left--;
    if (left < 0 || inner === null || typeof inner !== 'object') return;
    for (const item of Object.values(inner)) {
      if (left < 0) return;
      count(item);
    }
  };
  count(value);
  return left < 0;
}
