import type { FhirResource, Meta, Task } from 'fhir/r4.js';
import { canonicalJson } from '../support/ids.js';
import { addedSince, differs, put, sideOf, type Bases, type Elements } from './elements.js';
import { mergeTask } from './merge-task.js';

/**
 * What to write, and what to remember as written: of an element that is somebody else's, the value we last gave it, so that their
 * change still shows as theirs the next time.
 */
export interface Merged {
  readonly content: FhirResource;
  readonly remembered: FhirResource;
}

/** Stands in a remembered resource's `meta.versionId` where more stands on the server than what is remembered. */
const SHARED = 'shared';
const NOT_COMPARED = new Set(['resourceType', 'id', 'meta']);

/**
 * Joins what is wanted with what stands on the server, by what we may have left there (`bases`: as last written, then as sent since
 * without an answer; none: it is not known). On a Task what a person set stays (CONTRACT 5); on everything else an element that
 * only somebody else changed is kept.
 */
export function merge(wanted: FhirResource, current: FhirResource, bases: readonly FhirResource[]): Merged {
  const meta = metaOf(wanted.meta, current.meta, bases);
  if (wanted.resourceType === 'Task') {
    const { content, remembered } = mergeTask(wanted, current as Task, bases as readonly Task[]);
    return { content: { ...content, meta }, remembered };
  }
  const joined = { ...mergeElements(wanted, current, bases as readonly unknown[] as Bases), meta };
  if (isSame(joined, wanted)) return { content: joined, remembered: wanted };
  return { content: joined, remembered: { ...wanted, meta: { ...wanted.meta, versionId: SHARED } } };
}

/** Others' elements stand beside ours there: a write that has not read would wipe them out, though the version be right. */
export function isShared(written: FhirResource | undefined): boolean {
  return written?.meta?.versionId === SHARED;
}

/** Does the server hold this already? What it adds of its own (version, time, the part of `source` after `#`) says nothing. */
export function isSame(content: FhirResource, current: FhirResource): boolean {
  const comparable = ({ meta, ...rest }: FhirResource) => {
    const { versionId: _version, lastUpdated: _updated, source, ...other } = meta ?? {};
    const [from = ''] = (source ?? '').split('#');
    return canonicalJson({ ...rest, meta: { ...other, ...(from === '' ? {} : { source: from }) } });
  };
  return comparable(content) === comparable(current);
}

function mergeElements(wanted: FhirResource, current: FhirResource, bases: Bases): FhirResource {
  const ours: Elements = { ...wanted };
  const theirs: Elements = { ...current };
  const content: Record<string, unknown> = { ...ours };
  for (const element of new Set([theirs, ...bases].flatMap((each) => Object.keys(each)))) {
    if (NOT_COMPARED.has(element)) continue;
    const { isTheirs, before } = sideOf(element, theirs, bases);
    if (isTheirs && !differs(ours[element], before)) put(content, element, theirs[element]);
  }
  return content as unknown as FhirResource;
}

/** The source is ours; profiles, tags and labels that others put there stay beside ours, and so does what else a server adds. */
function metaOf(ours: Meta | undefined, theirs: Meta | undefined, bases: readonly FhirResource[]): Meta {
  const { versionId: _version, lastUpdated: _updated, source: _source, ...kept } = theirs ?? {};
  const { versionId: _marker, ...given } = ours ?? {};
  const joined: Meta = { ...kept, ...given };
  for (const list of ['profile', 'tag', 'security'] as const) {
    const own: readonly unknown[] = ours?.[list] ?? [];
    const before = bases.flatMap(({ meta }): readonly unknown[] => meta?.[list] ?? []);
    const all = [...own, ...addedSince<unknown>(theirs?.[list], [...before, ...own])];
    put(joined as Record<string, unknown>, list, all.length > 0 ? all : undefined);
  }
  return joined;
}
