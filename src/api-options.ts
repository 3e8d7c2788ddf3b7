import { explanationOf, explanationText } from './api/explanation.js';
import type { Metrics } from './api/metrics.js';
import type { ApiOptions, BenchRoutes } from './api/options.js';
import type { Pack } from './map/pack.js';
import type { LiveMappings } from './live-mappings.js';
import type { Store } from './store/store.js';
import type { Bench } from './workbench/bench.js';

export interface ApiParts {
  readonly store: Store;
  readonly onReplayed: () => void;
  readonly scan: ApiOptions['scan'];
  readonly readiness: ApiOptions['readiness'];
  readonly metrics: Metrics;
  readonly openApi: unknown;
  /** Absent: it is switched off. */
  readonly bench?: { readonly bench: Bench; readonly mappings: LiveMappings; readonly takesEdits: boolean };
}

/** What the routes that read and operate are handed, on the store and the running service. */
export function apiOptions({ store, onReplayed, scan, readiness, metrics, openApi, bench }: ApiParts): ApiOptions {
  return {
    listMessages: (query) => store.listMessages(query),
    message: (id) => store.message(id),
    replay: async (id) => {
      const found = await store.replay(id);
      onReplayed();
      return found;
    },
    replayPack: async (pack, since) => {
      const count = await store.replayPack(pack, since);
      onReplayed();
      return count;
    },
    unmappedCodes: () => store.unmappedCodes(),
    ...(bench === undefined ? {} : { bench: benchRoutes(store, bench) }),
    pathwaysOf: async (patient) => (await store.pathwaysOf(patient)).map(({ pathway }) => pathway),
    pathway: async (id) => (await store.pathway(id))?.pathway,
    explanation: async (id) => {
      const stored = await store.pathway(id);
      if (stored === undefined) return undefined;
      const json = explanationOf(stored.pathway);
      return { json, text: explanationText(json) };
    },
    scan,
    readiness,
    metrics: async () => metrics.render(await store.counts()),
    openApi,
  };
}

const MESSAGES_AT_ONCE = 200;

function benchRoutes(store: Store, { bench, mappings, takesEdits }: Required<ApiParts>['bench']): BenchRoutes {
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
