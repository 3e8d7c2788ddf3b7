import { isObject, type JsonObject } from './resource.js';

/** Takes a resource apart: the values a search parameter is about. */
export type Path = (resource: JsonObject) => readonly unknown[];
type Step = (values: readonly unknown[]) => readonly unknown[];

const STEPS =
  /^(?:\.?where\(resolve\(\) is (?<resolved>\w+)\)|\.?where\((?<field>\w+)='(?<value>[^']*)'\)|\.?extension\('(?<url>[^']*)'\)|(?:\.as\(|\.ofType\(|\s+as\s+)(?<type>\w+)\)?|\.?(?<name>\w+))/;
const REFERRED_TYPE = /(?:^|\/)([A-Z][A-Za-z]+)\/[A-Za-z0-9\-.]{1,64}(?:\/_history\/[A-Za-z0-9\-.]{1,64})?$/;

/**
 * Compiles what the search parameters of R4 use of FHIRPath: names, unions, `as`, `where(resolve() is X)`,
 * `where(field='value')`, `extension(url)` and the one `exists() and … != false`. Anything else throws: a definition that is
 * read wrongly would be a search that finds nothing.
 */
export function compilePath(expression: string): Path {
  const paths = expression.split('|').map((part) => compilePart(part.trim()));
  const [only] = paths;
  if (paths.length === 1 && only !== undefined) return only;
  return (resource) => paths.flatMap((path) => path(resource));
}

function compilePart(part: string): Path {
  const existing = /^(.+)\.exists\(\) and \1 != false$/.exec(part)?.[1];
  if (existing !== undefined) {
    const path = compilePart(existing);
    return (resource) => [path(resource).some((value) => value !== false)];
  }
  const bare = part.startsWith('(') && part.endsWith(')') ? part.slice(1, -1) : part;
  const steps = stepsOf(bare);
  return (resource) => {
    let values: readonly unknown[] = [resource];
    for (const step of steps) {
      if (values.length === 0) break;
      values = step(values);
    }
    return values;
  };
}

function stepsOf(expression: string): readonly Step[] {
  const steps: Step[] = [];
  let name = '';
  let rest = expression.replace(/^[A-Z]\w*/, '');
  while (rest !== '') {
    const match = STEPS.exec(rest);
    const groups = match?.groups;
    if (match === null || groups === undefined) throw new Error(`search expression not understood: ${expression}`);
    rest = rest.slice(match[0].length);
    if (groups['type'] !== undefined) {
      steps.pop();
      steps.push(named(name + capital(groups['type'])));
    } else steps.push(stepOf(groups));
    name = groups['name'] ?? '';
  }
  return steps;
}

function stepOf({ resolved, field, value, url, name }: Record<string, string | undefined>): Step {
  if (resolved !== undefined) return (values) => values.filter((each) => mayBe(each, resolved));
  if (field !== undefined) return (values) => values.filter((each) => isObject(each) && each[field] === value);
  if (url !== undefined)
    return (values) => named('extension')(values).flatMap((each) => (hasUrl(each, url) ? choiceOf(each, 'value') : []));
  return navigate(name ?? '');
}

const capital = (text: string) => text.charAt(0).toUpperCase() + text.slice(1);
const listed = (value: unknown): readonly unknown[] =>
  value === undefined || value === null ? [] : Array.isArray(value) ? value : [value];

function named(name: string): Step {
  return (values) => values.flatMap((value) => (isObject(value) ? listed(value[name]) : []));
}

/** A name alone may be that of a choice: `deceased` is `deceasedBoolean` or `deceasedDateTime`. */
function navigate(name: string): Step {
  return (values) =>
    values.flatMap((value) => {
      if (!isObject(value)) return [];
      return Object.hasOwn(value, name) ? listed(value[name]) : choiceOf(value, name);
    });
}

function choiceOf(value: unknown, stem: string): readonly unknown[] {
  if (!isObject(value)) return [];
  const found = Object.keys(value).find((key) => key.startsWith(stem) && /^[A-Z]/.test(key.slice(stem.length)));
  return found === undefined ? [] : listed(value[found]);
}

function hasUrl(value: unknown, url: string): boolean {
  return isObject(value) && value['url'] === url;
}

/** Is a reference one to this type? One that is logical only, and does not say its type, may be to any. */
function mayBe(value: unknown, wanted: string): boolean {
  if (!isObject(value)) return false;
  const { reference, type, identifier } = value;
  if (typeof reference === 'string') return REFERRED_TYPE.exec(reference)?.[1] === wanted;
  return typeof type === 'string' ? type === wanted : isObject(identifier);
}
