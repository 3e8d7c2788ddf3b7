import { isUtf8 } from 'node:buffer';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { readDefinitions } from '../../src/fhir-server/definitions.js';
import { createValidator } from '../../src/fhir-server/validator.js';
import type { Mapped } from '../../src/map/map-message.js';
import { conceptRowsOf } from '../../src/map/concept-rows.js';
import type { ExpressionNode } from '../../src/map/expression-nodes.js';
import { openPack, type Watch } from '../../src/map/open-pack.js';
import type { Pack, PackSource } from '../../src/map/pack.js';
import type { CsvTakes } from '../../src/model/csv-content.js';
import type { InboundResource } from '../../src/model/fhir-content.js';
import type { OrganizationTable } from '../../src/model/organization-table.js';
import { mapFile, mapPosted, readJson, readPackSource } from './posted.js';

const MAPPINGS = 'mappings';
/** What is posted to each door that has packs of examples. */
const INPUTS = { fhir: '.input.json', csv: '.input.csv' } as const;
const EXPECTED = '.expected.json';

/** What an example gives: facts without the name of their key and type; lists that are empty are left out. */
interface Outcome {
  readonly facts?: readonly object[];
  readonly reasons?: readonly object[];
  readonly holds?: readonly object[];
}

/** A pack whose examples are pairs of what is posted and what comes of it. */
interface Examples {
  readonly source: PackSource;
  readonly folder: string;
  readonly input: string;
  readonly names: readonly string[];
}

const packs = readdirSync(MAPPINGS, { withFileTypes: true }).flatMap((entry): Examples[] => {
  const folder = join(MAPPINGS, entry.name, 'examples');
  if (!existsSync(folder)) return [];
  const source = readPackSource(join(MAPPINGS, entry.name));
  const { door } = source.manifest.takes;
  if (door === 'events') return [];
  const input = INPUTS[door];
  const names = readdirSync(folder).flatMap((name) => (name.endsWith(input) ? name.slice(0, -input.length) : []));
  return names.length === 0 ? [] : [{ source, folder, input, names }];
});

/** Settings and the table of organisations are a hospital's: the examples may have their own beside them. */
function openForExamples(
  { source, folder }: Examples,
  watch?: Watch,
): {
  readonly pack: Pack;
  readonly organizations: OrganizationTable;
} {
  const [settings, table] = [join(folder, 'settings.json'), join(folder, 'organizations.json')];
  const manifest = existsSync(settings)
    ? { ...source.manifest, settings: readJson(settings) as Readonly<Record<string, unknown>> }
    : source.manifest;
  const organizations = readJson(existsSync(table) ? table : join(MAPPINGS, 'organizations.json')) as OrganizationTable;
  return { pack: openPack({ ...source, manifest }, watch), organizations };
}

function resourceOf({ folder, input }: Examples, name: string): InboundResource {
  return readJson(join(folder, name + input)) as InboundResource;
}

function bytesOf({ folder, input }: Examples, name: string): Uint8Array {
  return readFileSync(join(folder, name + input));
}

/** What comes of an example, posted to the door of its pack. */
function mapExample(examples: Examples, name: string, opened: ReturnType<typeof openForExamples>): Promise<Mapped> {
  const { takes, name: source } = examples.source.manifest;
  const options = { ...opened, source };
  return takes.door === 'csv'
    ? mapFile(bytesOf(examples, name), { ...options, takes })
    : mapPosted(resourceOf(examples, name), options);
}

function outcomeOf({ facts, reasons, holds }: Mapped): Outcome {
  const said = facts.flatMap(({ fact }) => (fact.kind === 'held' ? [] : [withoutType(fact)]));
  const waiting = holds.map(({ code, path, reference }) => ({
    code,
    path,
    ...(reference === '' ? {} : { reference }),
  }));
  return {
    ...(said.length === 0 ? {} : { facts: said }),
    ...(reasons.length === 0 ? {} : { reasons }),
    ...(waiting.length === 0 ? {} : { holds: waiting }),
  };
}

function withoutType(fact: object): object {
  const { resourceType: _type, ...said } = fact as { resourceType?: string };
  return said;
}

const validate = createValidator(readDefinitions('profiles/r4'));

function resourcesIn({ entry, ...resource }: InboundResource): readonly InboundResource[] {
  if (resource.resourceType !== 'Bundle') return [resource];
  return (entry as { resource: InboundResource }[]).map((each) => each.resource);
}

describe.each(packs.map((each) => [each.source.manifest.name, each] as const))('pack %s', (_name, examples) => {
  const opened = openForExamples(examples);
  const { takes } = examples.source.manifest;

  test.each(examples.names)('%s', async (example) => {
    const mapped = await mapExample(examples, example, opened);
    expect(outcomeOf(mapped)).toEqual(readJson(join(examples.folder, example + EXPECTED)));
  });

  test('every expectation has its example', () => {
    const expected = readdirSync(examples.folder).filter((file) => file.endsWith(EXPECTED));
    expect(expected).toEqual(examples.names.map((each) => each + EXPECTED));
  });

  if (takes.door === 'fhir')
    test('the examples are well-formed by FHIR R4', () => {
      const issues = examples.names.flatMap((each) =>
        resourcesIn(resourceOf(examples, each)).flatMap((resource) =>
          validate(resource).map(({ diagnostics, expression }) => `${each}: ${String(expression)} ${diagnostics}`),
        ),
      );
      expect(issues).toEqual([]);
    });
  else
    test('the examples are written in the encoding of the pack, with the line ends of Excel', () => {
      const { encoding = 'utf-8' } = takes as CsvTakes;
      const wrong = examples.names.filter((each) => {
        const bytes = bytesOf(examples, each);
        const text = new TextDecoder(encoding, { fatal: true }).decode(bytes);
        return isUtf8(bytes) !== (encoding === 'utf-8') || /(?<!\r)\n/.test(text);
      });
      expect(wrong).toEqual([]);
    });

  test('some example uses each line of each ConceptMap', async () => {
    const { conceptRows } = await observedIn(examples);
    expect([...conceptRows].sort()).toEqual([...conceptRowsOf(examples.source.conceptMaps)].sort());
  });

  test('some example reaches each part of each expression', async () => {
    const { evaluated, nodes } = await observedIn(examples);
    const unreached = [...nodes].filter((node) => !evaluated.has(node));
    expect(unreached.map(({ line, column, text }) => `line ${line} column ${column}: ${text}`)).toEqual([]);
  });
});

async function observedIn(examples: Examples) {
  const conceptRows = new Set<string>();
  const evaluated = new Set<ExpressionNode>();
  const nodes = new Set<ExpressionNode>();
  const opened = openForExamples(examples, (expression, observed) => {
    for (const row of observed.conceptRows) conceptRows.add(row);
    for (const node of observed.evaluated) evaluated.add(node);
    for (const node of expression.nodes) nodes.add(node);
  });
  for (const each of examples.names) await mapExample(examples, each, opened);
  return { conceptRows, evaluated, nodes };
}
