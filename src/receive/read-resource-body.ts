import type { InboundResource } from '../model/fhir-content.js';
import { unkeepableText } from './check-text.js';
import { resourceIn } from './inbound-resource.js';
import { issue, type Issue } from './operation-outcome.js';
import { readJson, utf8MediaType } from './read-json.js';

/** A body that is refused; `accept`: the content types that would have been taken. */
export interface RefusedResource {
  readonly status: number;
  readonly issues: readonly Issue[];
  readonly accept?: string;
}

const TYPES = ['application/fhir+json', 'application/json'];

/** Bytes → the one resource in them, checked as far as {@link InboundResource} says, all its text such as a store keeps. */
export function readResourceBody(
  bytes: Uint8Array,
  contentType: string | undefined,
): { readonly resource: InboundResource } | RefusedResource {
  if (!TYPES.includes(utf8MediaType(contentType) ?? '')) {
    const accept = TYPES.join(', ');
    const diagnostics = `The content type must be one of ${accept}, in UTF-8.`;
    return { status: 415, issues: [issue('error', 'not-supported', diagnostics)], accept };
  }
  const read = readJson(bytes);
  if ('fault' in read) return refused([issue('error', 'structure', read.fault)]);
  const unkeepable = unkeepableText(read.json);
  if (unkeepable.length > 0) return refused(unkeepable.map(({ path, message }) => textIssue(path, message)));
  const found = resourceIn(read.json);
  if ('resource' in found) return found;
  const { code, diagnostics, element } = found.fault;
  return refused([issue('error', code, diagnostics, element)]);
}

/** Elements are told no closer than by entry: their names are the sender's. */
function textIssue(path: string, message: string): Issue {
  const [, index] = /^\/entry\/(\d+)(?:\/|$)/.exec(path) ?? [];
  const place = index === undefined ? undefined : `Bundle.entry[${index}]`;
  return issue('error', 'value', `A value ${message}.`, place);
}

function refused(issues: readonly Issue[]): RefusedResource {
  return { status: 400, issues };
}
