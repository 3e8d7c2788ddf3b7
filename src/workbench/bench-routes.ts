import type { BenchRoutes } from '../api/options.js';
import type { Config } from '../config.js';
import type { LiveMappings } from '../live-mappings.js';
import type { Pack } from '../map/pack.js';
import { inProject } from '../root.js';
import type { Store } from '../store/store.js';
import type { Clock } from '../support/clock.js';
import { Bench } from './bench.js';

const MESSAGES_AT_ONCE = 200;

/** What the settings switch on (`MAPPING_BENCH`, `MAPPING_BENCH_EDIT`); nothing: no bench. */
export function benchOf(
  { mappingBench, mappingsDir = inProject('mappings') }: Pick<Config, 'mappingBench' | 'mappingsDir'>,
  parts: { readonly mappings: LiveMappings; readonly store: Store; readonly clock: Clock },
): { readonly bench?: BenchRoutes } {
  if (mappingBench === undefined) return {};
  const bench = new Bench({ mappingsDir, clock: parts.clock });
  return { bench: benchRoutes({ ...parts, bench, takesEdits: mappingBench === 'edit' }) };
}

interface Parts {
  readonly bench: Bench;
  readonly mappings: LiveMappings;
  readonly store: Store;
  readonly takesEdits: boolean;
}

function benchRoutes({ bench, mappings, store, takesEdits }: Parts): BenchRoutes {
  return {
    packs: () =>
      mappings.current.packs.map(({ name, version, ...pack }) => ({
        name,
        version,
        takes: takesOf(pack),
        settings: pack.settings,
      })),
    faults: () => mappings.faults,
    takesEdits,
    ask: (pack, asked) => bench.ask(pack, asked),
    messages: async (pack, { since, cursor = '0' }) => {
      if (!mappings.current.packs.some(({ name }) => name === pack)) return undefined;
      const messages = await store.mappedBy(pack, { since, afterSeq: Number(cursor), count: MESSAGES_AT_ONCE });
      const last = messages.at(-1);
      return {
        messages,
        ...(messages.length < MESSAGES_AT_ONCE || last === undefined ? {} : { next: String(last.seq) }),
      };
    },
  };
}

function takesOf(pack: Omit<Pack, 'name' | 'version'>): object {
  const { door, kinds, types, takes } = pack as { door: string; kinds?: unknown; types?: unknown; takes?: object };
  return { door, ...(kinds === undefined ? {} : { kinds }), ...(types === undefined ? {} : { types }), ...takes };
}
