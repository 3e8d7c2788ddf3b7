import type { Fault } from '../model/message.js';
import { fieldPath } from './pointer.js';

const MOST_FAULTS = 20;
const LONE_SURROGATE = /\p{Surrogate}/u;

/**
 * Text that no store keeps as it is: U+0000 is refused by PostgreSQL and cuts text in SQLite, lone surrogates are changed.
 * Keys are text too. So are numbers beyond a double, which would come back as null. The value is nested no deeper than the
 * body's limit.
 */
export function unkeepableText(value: unknown, path = ''): readonly Fault[] {
  const faults: Fault[] = [];
  collect(value, path, faults);
  return faults;
}

function collect(value: unknown, path: string, faults: Fault[]): void {
  if (faults.length >= MOST_FAULTS) return;
  if (typeof value === 'string') {
    if (!isKeepable(value)) faults.push({ path, message: 'must not hold U+0000 or a lone surrogate' });
  } else if (typeof value === 'number') {
    if (!Number.isFinite(value)) faults.push({ path, message: 'must be a number within the range of a double' });
  } else if (Array.isArray(value)) {
    value.forEach((item, index) => collect(item, `${path}/${index}`, faults));
  } else if (value !== null && typeof value === 'object') {
    for (const [name, inner] of Object.entries(value)) {
      if (!isKeepable(name))
        faults.push({ path, message: 'must not have a field whose name holds U+0000 or a lone surrogate' });
      collect(inner, fieldPath(path, name), faults);
    }
  }
}

function isKeepable(text: string): boolean {
  return !text.includes('\0') && !LONE_SURROGATE.test(text);
}
