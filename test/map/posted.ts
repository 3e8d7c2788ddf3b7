import { readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import type { Mapped } from '../../src/map/map-message.js';
import { mapMessage } from '../../src/map/map-message.js';
import { KnownPlaces } from '../../src/map/organization-table.js';
import type { Pack, PackConceptMap, PackSource } from '../../src/map/pack.js';
import type { Fact } from '../../src/model/facts.js';
import type { InboundResource, ResourceName } from '../../src/model/fhir-content.js';
import type { OrganizationTable } from '../../src/model/organization-table.js';
import { readBundle } from '../../src/receive/read-bundle.js';
import { messageOfBundle, messageOfResource } from '../../src/receive/resource-message.js';
import { resolveReferences } from '../../src/resolve/resolve-references.js';
import { addDays, osloDayOf } from '../../src/support/dates.js';
import { checks, NOW } from '../receive/canonical-events.js';

export interface PostedOptions {
  readonly pack: Pack;
  readonly organizations?: OrganizationTable;
  readonly source?: string;
  /** What the source said in earlier messages. */
  readonly said?: readonly InboundResource[];
}

/** What comes of a resource or Bundle posted to `/inbox/fhir/{source}`: by the code of the door and the pipeline, with no server to read from. */
export async function mapPosted(posted: InboundResource, options: PostedOptions): Promise<Mapped> {
  const { pack, organizations = { hospitals: [] }, source = 'epr', said = [] } = options;
  const message =
    posted.resourceType === 'Bundle'
      ? messageOfBundle(source, posted, readBundle(posted).content, NOW)
      : messageOfResource(source, posted, NOW);
  const content = message.content as Parameters<typeof resolveReferences>[0];
  const saidBefore = ({ type, id }: ResourceName) =>
    Promise.resolve(said.find((each) => each.resourceType === type && each.id === id));
  const { references } = await resolveReferences(content, {}, { said: saidBefore });
  return mapMessage(
    { ...message, seq: 1, references },
    { packs: [pack], places: new KnownPlaces(organizations), packNameOf: () => pack.name, checkData },
  );
}

/** As the pipeline checks what an expression returns. */
export function checkData(type: string, data: unknown) {
  const event = { specversion: '1.0', id: 'mapped', source: 'mapped', type, data };
  const checked = checks.check(event, addDays(osloDayOf(NOW), 1));
  if (!('faults' in checked)) return [];
  return checked.faults.map(({ path, message }) => ({ path: path.replace(/^\/data/, ''), message }));
}

/** The facts of one kind. */
export function factsOf<K extends Fact['kind']>({ facts }: Mapped, kind: K): Extract<Fact, { kind: K }>[] {
  return facts.flatMap(({ fact }) => (fact.kind === kind ? [fact as Extract<Fact, { kind: K }>] : []));
}

/** A pack's folder as `loadMappings` reads it, so that a test can change something in it. */
export function readPackSource(folder: string): PackSource {
  const manifest = readJson(join(folder, 'manifest.json')) as PackSource['manifest'];
  const texts = readdirSync(folder).filter((name) => name.endsWith('.jsonata'));
  const maps = readdirSync(folder).includes('concept-maps') ? readdirSync(join(folder, 'concept-maps')) : [];
  return {
    folder: basename(folder),
    manifest,
    conceptMaps: maps.map((name) => readJson(join(folder, 'concept-maps', name)) as PackConceptMap),
    expressions: new Map(texts.map((name) => [name, readFileSync(join(folder, name), 'utf8')])),
  };
}

export function readJson(file: string): unknown {
  return JSON.parse(readFileSync(file, 'utf8')) as unknown;
}
