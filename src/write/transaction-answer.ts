import type { Instant } from '../support/clock.js';
import { notFhir, refusalOfAnswer, type Refusal } from './refusal.js';

/** The versions after a write, in the order of what was written; undefined: the server did not say. */
export type Writing = { readonly versions: readonly (string | undefined)[] } | { readonly refusal: Refusal };

interface AnswerEntry {
  readonly resource?: { readonly meta?: { readonly versionId?: unknown } };
  readonly response?: {
    readonly status?: unknown;
    readonly etag?: unknown;
    readonly location?: unknown;
    readonly outcome?: unknown;
  };
}

/** Every entry's own status is read: a server may answer 200 and have refused one. */
export function readTransactionAnswer(body: unknown, sent: number, now: Instant): Writing {
  const { resourceType, type, entry } = Object(body) as { resourceType?: unknown; type?: unknown; entry?: unknown };
  if (resourceType !== 'Bundle' || type !== 'transaction-response') return { refusal: notFhir(200) };
  const entries = (Array.isArray(entry) ? entry : []).map((one) => Object(one) as AnswerEntry);
  const statuses = entries.map(({ response }) => Number(/^[1-5]\d\d\b/.exec(textOf(response?.status) ?? '')?.[0]));
  if (entries.length !== sent || statuses.some(Number.isNaN))
    return { refusal: { sort: 'ambiguous', code: 'malformed', message: 'the answer is not to what was sent' } };
  const refused = statuses.findIndex((status) => status < 200 || status > 299);
  if (refused >= 0) {
    const data = entries[refused]?.response?.outcome ?? { resourceType: 'OperationOutcome' };
    return { refusal: { ...refusalOfAnswer({ status: statuses[refused] ?? 0, data }, now), entry: refused } };
  }
  return { versions: entries.map(versionOfEntry) };
}

/** `W/"3"` or `"3"`: 3. */
export function versionOfEtag(etag: string | null | undefined): string | undefined {
  return /^(?:W\/)?"([^"]+)"$/.exec(etag ?? '')?.[1];
}

function versionOfEntry({ response, resource }: AnswerEntry): string | undefined {
  const inLocation = /_history\/([^/?]+)$/.exec(textOf(response?.location) ?? '')?.[1];
  return versionOfEtag(textOf(response?.etag)) ?? inLocation ?? textOf(resource?.meta?.versionId);
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}
