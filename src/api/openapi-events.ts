export type JsonSchema = Readonly<Record<string, unknown>>;

const PART = /^parts\.schema\.json#\/definitions\/(.+)$/;

/**
 * The event schemas as components: the shared parts each under its own name, each event's data as `{kind}Data`, and `Event`, a
 * CloudEvent whose data is by its type.
 */
export function eventSchemaComponents(schemas: readonly JsonSchema[]): JsonSchema {
  const components: Record<string, unknown> = {};
  const kinds = new Map<string, string>();
  for (const schema of schemas) {
    const type = schema['x-event-type'];
    const definitions = schema['definitions'];
    if (typeof type === 'string') {
      const name = `${type.split('.').at(-2) ?? type}Data`;
      kinds.set(type, name);
      components[name] = asComponent(schema);
    } else if (isObject(definitions)) {
      for (const [name, part] of Object.entries(definitions)) components[name] = asComponent(part);
    } else {
      components['cloudEvent'] = asComponent(schema);
    }
  }
  return { ...components, event: eventOf(kinds) };
}

function eventOf(kinds: ReadonlyMap<string, string>): JsonSchema {
  return {
    description: 'A CloudEvent; its type says what its data is.',
    allOf: [
      { $ref: '#/components/schemas/cloudEvent' },
      { properties: { type: { enum: [...kinds.keys()] } } },
      ...[...kinds].map(([type, name]) => ({
        if: { properties: { type: { const: type } } },
        then: { properties: { data: { $ref: `#/components/schemas/${name}` } } },
      })),
    ],
  };
}

/** Without what only the door reads, and with references that stay in this document. */
function asComponent(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(asComponent);
  if (!isObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([name]) => !['$schema', '$id'].includes(name) && !name.startsWith('x-'))
      .map(([name, inner]) => [name, name === '$ref' ? localReference(inner) : asComponent(inner)]),
  );
}

function localReference(reference: unknown): unknown {
  const part = typeof reference === 'string' ? PART.exec(reference)?.[1] : undefined;
  return part === undefined ? reference : `#/components/schemas/${part}`;
}

function isObject(value: unknown): value is JsonSchema {
  return value !== null && typeof value === 'object' && !Array.isArray(value);
}
