import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv, type ErrorObject, type ValidateFunction } from 'ajv';
import addFormats from 'ajv-formats';
import {
  findNodeAtLocation,
  getNodeValue,
  parseTree,
  printParseErrorCode,
  type Node,
  type ParseError,
} from 'jsonc-parser';
import { stepsOf } from './map/pointers.js';
import { placeIn, textPlace, type TextPlace } from './map/text-place.js';
import { isTimeZone } from './support/dates.js';

/** A file of the mappings that cannot be used: for each fault a line with the file, the line and column, and what was expected. */
export class MappingsError extends Error {
  constructor(readonly faults: readonly string[]) {
    super(faults.join('\n'));
  }
}

const MOST_FAULTS = 20;

/** Reads the JSON files of the mappings, each checked by the schema that it is of (`profiles/mappings`). */
export class CheckedFiles {
  private readonly ajv = new Ajv({ allErrors: true, verbose: true, discriminator: true, allowUnionTypes: true });

  constructor(private readonly schemasDir: string) {
    addFormats.default(this.ajv, ['date']);
    this.ajv.addFormat('time-zone', isTimeZone).addVocabulary(['x-expected']);
  }

  /**
   * The content, checked: its shape is what the schema says, or a part of it (`pack-manifest#/properties/settings`). Throws
   * {@link MappingsError} with every fault.
   */
  read(file: string, schema: string): unknown {
    return this.check(file, readText(file), schema);
  }

  /** The content of a text that is not (yet) in the file of that name. */
  check(file: string, text: string, schema: string): unknown {
    const tree = parsed(file, text);
    const content: unknown = getNodeValue(tree);
    const validate = this.validator(schema);
    if (validate(content)) return content;
    const faults = told(validate.errors ?? []).map((error) => {
      const { path, expected } = faultOf(error);
      return `${file}${placeIn(text, offsetOf(tree, error))}: ${path} ${expected}`;
    });
    throw new MappingsError([...new Set(faults)].slice(0, MOST_FAULTS));
  }

  /** Where a place (JSON Pointer) stands in the text of a file. */
  placeIn(file: string, text: string, pointer: string): TextPlace {
    const tree = parsed(file, text);
    return textPlace(text, (nodeAt(tree, stepsOf(pointer)) ?? tree).offset);
  }

  private validator(schema: string): ValidateFunction {
    const known = this.ajv.getSchema(schema);
    if (known !== undefined) return known;
    const name = schema.replace(/#.*/, '');
    const { $id: _id, ...content } = JSON.parse(readText(join(this.schemasDir, `${name}.schema.json`))) as {
      $id: string;
    };
    this.ajv.addSchema(content, name);
    return this.validator(schema);
  }
}

export function readText(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    throw new MappingsError([`${file}: cannot be read`]);
  }
}

export function jsonFiles(dir: string): string[] {
  return readdirSync(dir)
    .filter((name) => name.endsWith('.json'))
    .sort()
    .map((name) => join(dir, name));
}

function parsed(file: string, text: string): Node {
  const errors: ParseError[] = [];
  const tree = parseTree(text, errors, { disallowComments: true, allowTrailingComma: false });
  const faults = errors.map(
    ({ error, offset }) => `${file}${placeIn(text, offset)}: is no JSON (${printParseErrorCode(error)})`,
  );
  if (faults.length > 0 || tree === undefined)
    throw new MappingsError(faults.length > 0 ? faults.slice(0, MOST_FAULTS) : [`${file}: is empty, expected JSON`]);
  const twice = keysSaidTwice(tree);
  if (twice.length > 0)
    throw new MappingsError(
      twice.map(({ value, offset }) => `${file}${placeIn(text, offset)}: says ${String(value)} twice`),
    );
  return tree;
}

/** JSON takes the last of two silently, and the first is lost. */
function keysSaidTwice(node: Node): Node[] {
  const children = node.children ?? [];
  const keys = node.type === 'object' ? children.flatMap(({ children: [key] = [] }) => key ?? []) : [];
  const own = keys.filter(({ value }, index) => keys.findIndex((each) => each.value === value) !== index);
  return [...own, ...children.flatMap(keysSaidTwice)];
}

/** Where a choice fails and the schema says what was expected, that says more than what is wrong with each alternative. */
function told(errors: readonly ErrorObject[]): readonly ErrorObject[] {
  const choices = errors.filter(
    ({ keyword, parentSchema }) => isChoice(keyword) && expectedBy(parentSchema) !== undefined,
  );
  const below = ({ instancePath }: ErrorObject) =>
    choices.some(
      (choice) => instancePath === choice.instancePath || instancePath.startsWith(`${choice.instancePath}/`),
    );
  // Where what decides is missing, that it is required says it.
  const isUndecided = ({ keyword, params }: ErrorObject) =>
    keyword === 'discriminator' && (params as { tagValue?: unknown }).tagValue === undefined;
  const told = errors.filter((error) => !isUndecided(error));
  return told.filter((error) => choices.includes(error) || !(isChoice(error.keyword) || below(error)));
}

function isChoice(keyword: string): boolean {
  return keyword === 'anyOf' || keyword === 'oneOf' || keyword === 'if';
}

function expectedBy(schema: object | undefined): string | undefined {
  return (schema as { 'x-expected'?: string } | undefined)?.['x-expected'];
}

function faultOf({ instancePath, keyword, message = 'is wrong', params, parentSchema }: ErrorObject): {
  path: string;
  expected: string;
} {
  const path = instancePath === '' ? 'the whole' : instancePath;
  const { missingProperty, additionalProperty, allowedValues } = params as Readonly<Record<string, unknown>>;
  if (keyword === 'discriminator') {
    const { tag, choices } = discriminatedBy(params, parentSchema);
    return { path: `${instancePath}/${tag}`, expected: `expected one of ${choices.join(', ')}` };
  }
  if (keyword === 'required') return { path: `${instancePath}/${String(missingProperty)}`, expected: 'is required' };
  if (keyword === 'additionalProperties')
    return { path: `${instancePath}/${String(additionalProperty)}`, expected: 'is not known' };
  const said = expectedBy(parentSchema);
  if (said !== undefined) return { path, expected: `expected ${said}` };
  if (Array.isArray(allowedValues)) return { path, expected: `expected one of ${allowedValues.join(', ')}` };
  return { path, expected: message };
}

/** What the value of the property that decides may be. */
function discriminatedBy(params: object, schema: object | undefined): { tag: string; choices: readonly string[] } {
  const { tag } = params as { tag: string };
  const { oneOf = [] } = (schema ?? {}) as { oneOf?: readonly { properties: Record<string, { const?: string }> }[] };
  return { tag, choices: oneOf.flatMap(({ properties }) => properties[tag]?.const ?? []) };
}

/** Of what is missing the object that should have it, of what is not known its name. */
function offsetOf(tree: Node, { instancePath, params }: ErrorObject): number {
  const steps = stepsOf(instancePath);
  const { additionalProperty } = params as { additionalProperty?: string };
  const all = additionalProperty === undefined ? steps : [...steps, additionalProperty];
  const node = nodeAt(tree, all);
  const named = additionalProperty === undefined ? node : node?.parent;
  return named?.offset ?? tree.offset;
}

function nodeAt(tree: Node, steps: readonly string[]): Node | undefined {
  return findNodeAtLocation(
    tree,
    steps.map((step) => (/^\d+$/.test(step) ? Number(step) : step)),
  );
}
