import { explanationOf, explanationText } from './api/explanation.js';
import type { Metrics } from './api/metrics.js';
import type { ApiOptions, BenchRoutes } from './api/options.js';
import type { Store } from './store/store.js';

export interface ApiParts {
  readonly store: Store;
  readonly onReplayed: () => void;
  readonly scan: ApiOptions['scan'];
  readonly readiness: ApiOptions['readiness'];
  readonly metrics: Metrics;
  readonly openApi: unknown;
  /** Absent: it is switched off. */
  readonly bench?: BenchRoutes;
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
    ...(bench === undefined ? {} : { bench }),
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
