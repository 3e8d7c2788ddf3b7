import type { Config, SourceSettings } from './config.js';
import type { Pack } from './map/pack.js';

/** A source of resources: a FHIR server, or a name in `/inbox/fhir/{name}` that has a pack. */
export interface Source {
  readonly name: string;
  readonly pack: string;
  /** Its server's address, without a trailing slash; absent: it only sends. */
  readonly base?: () => string;
  readonly token?: string;
  readonly types: readonly string[];
  /** It is the server that this service writes to. */
  readonly isTarget: boolean;
  /** It is the server in this process: what is committed there comes by itself, and nothing is polled. */
  readonly isEmbedded: boolean;
}

/** The pack of a source that names none. */
const PACK = 'fhir-r4';
/** The embedded server as a source. CONTRACT 2, `/fhir`. */
export const EMBEDDED = 'embedded';
/** The FHIR server that is written to, where no sources are named. CONTRACT 1, `SOURCES_FILE`. */
const TARGET = 'fhir';

/** Which sources there are, by the settings and the packs. */
export class Sources {
  readonly all: readonly Source[];
  /** Packs that the settings name and that are not there. */
  readonly missingPacks: readonly string[];

  /** `fhirUrl`: the server that is written to; known only once the service listens, where it is the embedded one. */
  constructor(
    config: Pick<Config, 'sources' | 'fhirBaseUrl' | 'fhirToken' | 'apiToken'>,
    private readonly packs: readonly Pack[],
    fhirUrl: () => string,
  ) {
    const named = (config.sources ?? []).map((source) => sourceOf(source, config.fhirBaseUrl));
    const byPack = packs.flatMap(({ door, name }) =>
      door === 'fhir' && !named.some((each) => each.name === name) ? [sendingSource(name)] : [],
    );
    const target = targetSource(config, fhirUrl).filter(({ pack }) => this.hasPack(pack));
    this.all = [...named, ...target, ...byPack];
    this.missingPacks = [...new Set(named.map(({ pack }) => pack).filter((pack) => !this.hasPack(pack)))];
  }

  private hasPack(pack: string): boolean {
    return this.packs.some(({ door, name }) => door === 'fhir' && name === pack);
  }

  named(name: string): Source | undefined {
    return this.all.find((each) => each.name === name);
  }

  get polled(): readonly Source[] {
    return this.all.filter(({ base, isEmbedded }) => base !== undefined && !isEmbedded);
  }

  /** The source that facts are said by: the one in the address, or the one that its pack puts in its place. */
  sayingAs(source: Source): string {
    return this.packs.find(({ name, door }) => door === 'fhir' && name === source.pack)?.source ?? source.name;
  }

  /** Whether what is said by a name is on the server that is written to. */
  isOnTarget(name: string): boolean {
    return this.all.some((each) => each.isTarget && (each.name === name || this.sayingAs(each) === name));
  }
}

function sourceOf({ name, base, token, types, pack }: SourceSettings, target: string | undefined): Source {
  return {
    name,
    pack: pack ?? PACK,
    base: () => base,
    ...(token === undefined ? {} : { token }),
    types: types ?? [],
    isTarget: base === target,
    isEmbedded: false,
  };
}

function sendingSource(name: string): Source {
  return { name, pack: name, types: [], isTarget: false, isEmbedded: false };
}

function targetSource(
  { sources, fhirBaseUrl, fhirToken, apiToken }: Pick<Config, 'sources' | 'fhirBaseUrl' | 'fhirToken' | 'apiToken'>,
  fhirUrl: () => string,
): Source[] {
  const isEmbedded = fhirBaseUrl === undefined;
  if (!isEmbedded && sources !== undefined) return [];
  const token = isEmbedded ? apiToken : fhirToken;
  return [
    {
      name: isEmbedded ? EMBEDDED : TARGET,
      pack: PACK,
      base: fhirUrl,
      ...(token === undefined ? {} : { token }),
      types: [],
      isTarget: true,
      isEmbedded,
    },
  ];
}
