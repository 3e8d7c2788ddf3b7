import { readFileSync } from 'node:fs';
import { Ajv, type ErrorObject } from 'ajv';
import { isPlainHttpUrl, type SourceSettings } from './config.js';

/** What `SOURCES_FILE` says, or every fault, one line each. No value is repeated: some are secrets. CONTRACT 1. */
export function loadSources(
  file: string,
  schemaFile: string,
): { readonly sources: readonly SourceSettings[] } | { readonly faults: readonly string[] } {
  const content = readJson(file);
  if (content === undefined) return { faults: ['must be a JSON file that can be read'] };
  const ajv = new Ajv({ allErrors: true, verbose: true, strict: true, allowUnionTypes: true });
  ajv.addFormat('http-url', isPlainHttpUrl).addVocabulary(['x-expected']);
  const { $id: _id, ...schema } = readJson(schemaFile) as { $id: string };
  if (!ajv.validate(schema, content)) return { faults: (ajv.errors ?? []).map(faultText) };
  const sources = (content as readonly SourceSettings[]).map((source) => ({
    ...source,
    base: source.base.replace(/\/+$/, ''),
  }));
  const twice = sources.filter(({ name }, index) => sources.findIndex((each) => each.name === name) !== index);
  return twice.length > 0
    ? {
        faults: twice.map(
          ({ name }) => `/${sources.findLastIndex((each) => each.name === name)}/name is another source's`,
        ),
      }
    : { sources };
}

function faultText({ instancePath, keyword, params, parentSchema, message = 'is wrong' }: ErrorObject): string {
  const place = instancePath === '' ? 'the whole' : instancePath;
  if (keyword === 'required') return `${instancePath}/${String(params['missingProperty'])} is required`;
  if (keyword === 'additionalProperties') return `${place} has a field that is not known`;
  const { 'x-expected': expected } = (parentSchema ?? {}) as { 'x-expected'?: string };
  return `${place} ${expected ?? message}`;
}

function readJson(file: string): unknown {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as unknown;
  } catch {
    return undefined;
  }
}
