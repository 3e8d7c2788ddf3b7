const PLAIN_NAME = /^[A-Za-z][A-Za-z0-9_-]{0,40}$/;

/**
 * A field's name as far as an answer may repeat it: a plain identifier with few digits, since a name that a sender made up
 * may hold a number or a person. Undefined: say where the object is, and no more.
 */
export function sayableName(name: string): string | undefined {
  return PLAIN_NAME.test(name) && name.replace(/\D/g, '').length <= 3 ? name : undefined;
}

/** The JSON Pointer of a field of the object at `parent`; the object's own when the name cannot be said. */
export function fieldPath(parent: string, name: string): string {
  const sayable = sayableName(name);
  return sayable === undefined ? parent : `${parent}/${sayable}`;
}
