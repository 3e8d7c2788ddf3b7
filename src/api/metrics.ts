import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client';
import type { HandledRequest } from './access-log.js';
import type { MetricsText } from './options.js';

/** How much of what there is now, as the store counts it. */
export interface Counts {
  readonly messages: Readonly<Record<string, number>>;
  readonly outbox: Readonly<Record<string, number>>;
  readonly openDeadlines: number;
}

/** What the service tells. Labels are patterns and codes of ours: nothing of a patient, and only so many of each. */
export interface Metrics {
  /** Messages that a door answered, by outcome. */
  messagesAnswered(outcome: 'received' | 'duplicate' | 'conflict', count: number): void;
  requestHandled(request: HandledRequest): void;
  /** Resources that the sender settled, by outcome (`written`, `unchanged`, `dead`) or put off (`retried`). */
  delivered(outcome: 'written' | 'unchanged' | 'dead' | 'retried', count: number): void;
  /** A poll of one source: new messages, and what stood in its way. */
  polled(received: number, failures: number): void;
  scanned(durationMs: number): void;
  warningsPosted(count: number): void;
  /** All metrics as text, with what the store counts at this moment. */
  render(counts: Counts): Promise<MetricsText>;
}

const PREFIX = 'pakkeforlop_';
const REQUEST_SECONDS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];
const SCAN_SECONDS = [0.01, 0.05, 0.1, 0.5, 1, 5, 15, 60, 300];

/** A registry of its own, so that two services in one process (tests) do not count together. */
export function createMetrics(options: { readonly processMetrics: boolean }): Metrics {
  const registry = new Registry();
  if (options.processMetrics) collectDefaultMetrics({ register: registry });
  const counters = createCounters(registry);
  const gauges = createGauges(registry);
  const { requests, scans } = createHistograms(registry);
  return {
    messagesAnswered: (outcome, count) => counters.messages.inc({ outcome }, count),
    requestHandled: ({ route, method, status, durationMs }) =>
      requests.observe({ route, method, status: String(status) }, durationMs / 1000),
    delivered: (outcome, count) => counters.deliveries.inc({ outcome }, count),
    polled: (received, failures) => {
      counters.polls.inc({ outcome: failures > 0 ? 'failed' : 'done' });
      counters.polledMessages.inc(received);
    },
    scanned: (durationMs) => scans.observe(durationMs / 1000),
    warningsPosted: (count) => counters.warnings.inc(count),
    render: async (counts) => {
      gauges.set(counts);
      return { contentType: registry.contentType, body: await registry.metrics() };
    },
  };
}

function createCounters(registry: Registry) {
  const counter = <L extends string>(name: string, help: string, labelNames: readonly L[]) =>
    new Counter<L>({ name: `${PREFIX}${name}`, help, labelNames, registers: [registry] });
  return {
    messages: counter('messages_answered_total', 'Messages answered at the doors, by outcome', ['outcome']),
    deliveries: counter('deliveries_total', 'Resources settled on the FHIR server, by outcome', ['outcome']),
    polls: counter('polls_total', 'Polls of a source, by outcome', ['outcome']),
    polledMessages: counter('polled_messages_total', 'New messages that polls brought', []),
    warnings: counter('warnings_posted_total', 'Deadline warnings posted', []),
  };
}

function createGauges(registry: Registry): { set(counts: Counts): void } {
  const gauge = <L extends string>(name: string, help: string, labelNames: readonly L[]) =>
    new Gauge<L>({ name: `${PREFIX}${name}`, help, labelNames, registers: [registry] });
  const messages = gauge('messages', 'Messages in the journal, by state', ['state']);
  const outbox = gauge('outbox_resources', 'Resources not yet as wanted on the FHIR server, by state', ['state']);
  const deadlines = gauge('open_deadlines', 'Deadlines neither met nor ended', []);
  return {
    set: (counts) => {
      for (const [state, count] of Object.entries(counts.messages)) messages.set({ state }, count);
      for (const [state, count] of Object.entries(counts.outbox)) outbox.set({ state }, count);
      deadlines.set(counts.openDeadlines);
    },
  };
}

function createHistograms(registry: Registry) {
  return {
    requests: new Histogram({
      name: `${PREFIX}http_request_seconds`,
      help: 'Duration of HTTP requests, by route pattern',
      labelNames: ['route', 'method', 'status'],
      buckets: REQUEST_SECONDS,
      registers: [registry],
    }),
    scans: new Histogram({
      name: `${PREFIX}scan_seconds`,
      help: 'Duration of deadline scans',
      buckets: SCAN_SECONDS,
      registers: [registry],
    }),
  };
}
