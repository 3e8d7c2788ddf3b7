/** RFC 6901. */
export function pointerTo(parent: string, key: string): string {
  return `${parent}/${key.replaceAll('~', '~0').replaceAll('/', '~1')}`;
}

export function stepsOf(pointer: string): readonly string[] {
  return pointer
    .split('/')
    .slice(1)
    .map((step) => step.replaceAll('~1', '/').replaceAll('~0', '~'));
}

/** Where each object and list of a content is, as a JSON Pointer. */
export function pointersIn(content: unknown): WeakMap<object, string> {
  const found = new WeakMap<object, string>();
  const walk = (value: unknown, at: string): void => {
    if (typeof value !== 'object' || value === null || found.has(value)) return;
    found.set(value, at);
    for (const [key, each] of Object.entries(value)) walk(each, pointerTo(at, key));
  };
  walk(content, '');
  return found;
}

/** The texts, numbers and truth values of a content, by JSON Pointer. */
export function leavesIn(content: unknown): ReadonlyMap<string, unknown> {
  const found = new Map<string, unknown>();
  const walk = (value: unknown, at: string): void => {
    if (typeof value !== 'object' || value === null) {
      if (value !== undefined && value !== null) found.set(at, value);
      return;
    }
    for (const [key, each] of Object.entries(value)) walk(each, pointerTo(at, key));
  };
  walk(content, '');
  return found;
}

/** Without what was only walked through. */
export function deepest(places: readonly string[]): readonly string[] {
  return places.filter((place) => !places.some((other) => other.startsWith(`${place}/`)));
}
