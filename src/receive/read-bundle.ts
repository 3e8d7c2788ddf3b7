import { isInstant } from '../support/dates.js';
import type { Deletion, FhirContent, FhirEntry, InboundResource, ResourceName } from '../model/fhir-content.js';
import { R4_TYPES } from './fhir-types.js';
import { isObject, nameInUrl, resourceIn, type JsonObject } from './inbound-resource.js';
import { notificationIn, tellsOfChange, type Focus, type Notification } from './notification.js';
import { issue, type Issue } from './operation-outcome.js';

export interface ReadBundle {
  readonly content: FhirContent;
  /** What is no part of the content, and why, each with its place. */
  readonly leftOut: readonly Issue[];
  /** Something changed, and the Bundle does not say what. */
  readonly changedUnsaid: boolean;
}

const NOTIFICATIONS = ['history', 'subscription-notification'];
const DELETING = ['transaction', 'batch', ...NOTIFICATIONS];
const TYPES = [
  ...DELETING,
  ...['message', 'collection', 'searchset', 'document', 'transaction-response', 'batch-response'],
];

const MOST_LISTED = 1000;
const NOTHING: ReadBundle = { content: { entries: [] }, leftOut: [], changedUnsaid: false };

/** Is it a Bundle type of R4, or that of R5 for notifications? */
export function isBundleType(type: unknown): boolean {
  return TYPES.some((each) => each === type);
}

/** Takes the resources, deletions and names out of a Bundle. What is broken is left out, and takes nothing else down. */
export function readBundle({ type, entry = [] }: InboundResource): ReadBundle {
  if (!Array.isArray(entry)) return { ...NOTHING, leftOut: [leftOut('structure', 'Bundle.entry', 'is no list')] };
  const isOfNotifications = NOTIFICATIONS.some((each) => each === type);
  const notification = isOfNotifications ? notificationIn(entry[0]) : undefined;
  const deletes = DELETING.some((each) => each === type);
  const { found, issues } = sorted(readAll(entry, deletes, notification));
  const entries = withoutUndone(eachOnce(found), type === 'history' && notification === undefined);
  const changedUnsaid = notification !== undefined && tellsOfChange(notification) && entries.length === 0;
  return { content: { entries }, leftOut: issues, changedUnsaid };
}

type Read = FhirEntry | Issue | undefined;

function* readAll(list: readonly unknown[], deletes: boolean, notification: Notification | undefined): Generator<Read> {
  const form = { deletes, names: notification !== undefined };
  for (const [index, each] of list.entries())
    if (index > 0 || notification === undefined) yield readEntry(each, `Bundle.entry[${index}]`, form);
  for (const each of notification?.foci ?? []) yield readFocus(each);
}

/** What is good, and as much of what is not as an answer can well hold. */
function sorted(read: Iterable<Read>): { readonly found: readonly FhirEntry[]; readonly issues: readonly Issue[] } {
  const found: FhirEntry[] = [];
  const issues: Issue[] = [];
  let more = 0;
  for (const each of read) {
    if (each === undefined) continue;
    if ('place' in each) found.push(each);
    else if (issues.length < MOST_LISTED) issues.push(each);
    else more++;
  }
  if (more > 0) issues.push(issue('warning', 'incomplete', `${more} more were left out`, 'Bundle'));
  return { found, issues };
}

interface EntryForm {
  /** `request.method` DELETE is a deletion. */
  readonly deletes: boolean;
  /** An entry without a resource names one that changed. */
  readonly names: boolean;
}

function readEntry(value: unknown, at: string, form: EntryForm): Read {
  if (!isObject(value)) return leftOut('structure', at, 'is no JSON object');
  const fullUrl = typeof value['fullUrl'] === 'string' && value['fullUrl'] !== '' ? { fullUrl: value['fullUrl'] } : {};
  const request = isObject(value['request']) ? value['request'] : {};
  if (form.deletes && request['method'] === 'DELETE') {
    const name = nameInUrl(request['url']) ?? nameInUrl(value['fullUrl']);
    return name === undefined
      ? unnamed(at)
      : { place: at, ...fullUrl, deleted: { ...name, ...versionOfDeletion(value['response']) } };
  }
  if (value['resource'] === undefined && form.names) {
    const toRead = nameInUrl(value['fullUrl']) ?? nameInUrl(request['url']);
    return toRead === undefined ? unnamed(at) : { place: at, ...fullUrl, toRead };
  }
  return saysNothing(value) ? undefined : readResource(value['resource'], at, fullUrl);
}

/** A history says of each of its entries which version it is (FHIR R4, «history»): of a deletion too. */
function versionOfDeletion(response: unknown): Pick<Deletion, 'versionId' | 'lastUpdated'> {
  const { etag, lastModified } = isObject(response) ? response : {};
  if (typeof lastModified !== 'string' || !isInstant(lastModified)) return {};
  const versionId = typeof etag === 'string' ? /^(?:W\/)?"([A-Za-z0-9\-.]{1,64})"$/.exec(etag)?.[1] : undefined;
  return { lastUpdated: lastModified, ...(versionId === undefined ? {} : { versionId }) };
}

function readResource(value: unknown, at: string, fullUrl: { readonly fullUrl?: string }): FhirEntry | Issue {
  const read = resourceIn(value);
  if ('fault' in read) return leftOut(read.fault.code, at, `holds no resource. ${read.fault.diagnostics}`);
  if (!R4_TYPES.has(read.resource.resourceType)) return leftOut('not-supported', at, 'is of no type of FHIR R4');
  return { place: `${at}.resource`, ...fullUrl, resource: read.resource };
}

/** About the search or the request, not about a patient. */
function saysNothing({ search, resource }: JsonObject): boolean {
  return (
    (isObject(search) && search['mode'] === 'outcome') ||
    (isObject(resource) && resource['resourceType'] === 'OperationOutcome')
  );
}

function readFocus({ place, reference }: Focus): FhirEntry | Issue {
  const toRead = nameInUrl(reference);
  return toRead === undefined ? unnamed(place) : { place, toRead };
}

function unnamed(at: string): Issue {
  return leftOut('value', at, 'names no resource of FHIR R4 by type and id');
}

function leftOut(code: string, at: string, why: string): Issue {
  return issue('warning', code, `${at} ${why}`, at);
}

/** What is in the Bundle is not read again, and what is to be read is read once. */
function eachOnce(entries: readonly FhirEntry[]): readonly FhirEntry[] {
  const there = new Set(entries.flatMap((each) => (each.toRead === undefined ? keyOf(each) : [])));
  return entries.filter(({ toRead }) => {
    if (toRead === undefined) return true;
    const key = `${toRead.type}/${toRead.id}`;
    if (there.has(key)) return false;
    there.add(key);
    return true;
  });
}

/**
 * Without deletions of what was there again later: one that has no version is as new as the message, and would win over the resource.
 * A history has its newest first (FHIR R4, «history»), everything else its oldest.
 */
function withoutUndone(entries: readonly FhirEntry[], newestFirst: boolean): readonly FhirEntry[] {
  const newerFirst = newestFirst ? entries : entries.toReversed();
  const living = new Set<string>();
  const undone = new Set<FhirEntry>();
  for (const each of newerFirst) {
    const [key] = keyOf(each);
    if (key === undefined) continue;
    if (each.deleted === undefined) living.add(key);
    else if (living.has(key) && each.deleted.lastUpdated === undefined) undone.add(each);
  }
  return entries.filter((each) => !undone.has(each));
}

function keyOf({ resource, deleted, toRead }: FhirEntry): readonly string[] {
  const name = deleted ?? toRead ?? nameOf(resource);
  return name === undefined ? [] : [`${name.type}/${name.id}`];
}

function nameOf(resource: InboundResource | undefined): ResourceName | undefined {
  return resource?.id === undefined ? undefined : { type: resource.resourceType, id: resource.id };
}
