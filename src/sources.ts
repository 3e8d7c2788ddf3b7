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

/** Which sources there are, by the settings and the packs that are in use now. */
export class Sources {
  private readonly servers: readonly Source[];

  /** `fhirUrl`: the server that is written to; known only once the service listens, where it is the embedded one. */
  constructor(
    private readonly config: Pick<Config, 'sources' | 'fhirBaseUrl' | 'fhirToken' | 'apiToken'>,
    private readonly packs: () => readonly Pack[],
    fhirUrl: () => string,
  ) {
    const named = (config.sources ?? []).map((source) => sourceOf(source, config.fhirBaseUrl));
    const target = targetSource(config, fhirUrl).filter(({ pack }) => hasPack(packs(), pack));
    this.servers = [...named, ...target];
  }

  get all(): readonly Source[] {
    const sending = this.packs().flatMap(({ door, name }) =>
      door === 'fhir' && !(this.config.sources ?? []).some((each) => each.name === name) ? [sendingSource(name)] : [],
    );
    return [...this.servers, ...sending];
  }

  named(name: string): Source | undefined {
    return this.servers.find((each) => each.name === name) ?? this.all.find((each) => each.name === name);
  }

  get polled(): readonly Source[] {
    return this.servers.filter(({ base, isEmbedded }) => base !== undefined && !isEmbedded);
  }

  /** The source that facts are said by: the one in the address, or the one that its pack puts in its place. */
  sayingAs(source: Source): string {
    return this.packs().find(({ name, door }) => door === 'fhir' && name === source.pack)?.source ?? source.name;
  }

  /** Whether what is said by a name is on the server that is written to. */
  isOnTarget(name: string): boolean {
    return this.servers.some((each) => each.isTarget && (each.name === name || this.sayingAs(each) === name));
  }
}

/** Packs that the settings name and that are not among these: neither are their messages mapped. */
export function missingPacks({ sources = [] }: Pick<Config, 'sources'>, packs: readonly Pack[]): readonly string[] {
  return [...new Set(sources.map(({ pack }) => pack ?? PACK).filter((pack) => !hasPack(packs, pack)))];
}

function hasPack(packs: readonly Pack[], pack: string): boolean {
  return packs.some(({ door, name }) => door === 'fhir' && name === pack);
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
