import { FHIR_KIND, type FhirContent, type Deletion, type InboundResource } from '../model/fhir-content.js';
import type { SourceMessage } from '../model/message.js';
import type { Instant } from '../support/clock.js';
import { addMs, isInstant, toInstant } from '../support/dates.js';
import { contentHash } from '../support/ids.js';
import { isFhirId } from './inbound-resource.js';

/** A server's clock may be that much ahead of ours; what says to be later still is not believed. */
const AHEAD_MS = 5 * 60 * 1000;

/** The message of one resource, by whatever door: its identity is that of the version, else of the content. */
export function messageOfResource(source: string, resource: InboundResource, receivedAt: Instant): SourceMessage {
  const { resourceType: type, id, meta } = resource;
  const content: FhirContent = { entries: [{ place: type, resource }] };
  const hash = contentHash(content);
  const name = id === undefined ? type : `${type}/${id}`;
  const versioned = id !== undefined && isFhirId(meta?.versionId);
  const messageKey = versioned ? `${name}/_history/${meta.versionId}` : `${name}#${hash}`;
  return { source, messageKey, ...saidBy(resource, receivedAt), content, contentHash: hash };
}

/**
 * The message of a deletion. One that does not say which version it is is a message of its own: the resource may have been there
 * again in between.
 */
export function messageOfDeletion(source: string, deleted: Deletion, receivedAt: Instant): SourceMessage {
  const { type, id, versionId } = deleted;
  const content: FhirContent = { entries: [{ place: type, deleted }] };
  const messageKey = `${type}/${id}${isFhirId(versionId) ? `/_history/${versionId}` : `#deleted@${receivedAt}`}`;
  return { source, messageKey, kind: FHIR_KIND + type, receivedAt, content, contentHash: contentHash(content) };
}

/** The message of a Bundle, with what was taken out of it. */
export function messageOfBundle(
  source: string,
  bundle: InboundResource,
  content: FhirContent,
  receivedAt: Instant,
): SourceMessage {
  const messageKey = `${bundle.resourceType}#${contentHash(bundle)}`;
  return { source, messageKey, ...saidBy(bundle, receivedAt), content, contentHash: contentHash(content) };
}

/** The same message under an identity that no other content has. */
export function underOwnKey(message: SourceMessage): SourceMessage {
  return { ...message, messageKey: `${message.messageKey}#${message.contentHash}` };
}

function saidBy(
  { resourceType, meta }: InboundResource,
  receivedAt: Instant,
): Pick<SourceMessage, 'kind' | 'receivedAt' | 'statedAt'> {
  const kind = FHIR_KIND + resourceType;
  if (meta?.lastUpdated === undefined || !isInstant(meta.lastUpdated)) return { kind, receivedAt };
  const statedAt = toInstant(meta.lastUpdated);
  return statedAt > addMs(receivedAt, AHEAD_MS) ? { kind, receivedAt } : { kind, receivedAt, statedAt };
}
