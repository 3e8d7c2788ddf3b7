import type { Failure } from '../model/failure.js';
import type { FhirContent, InboundResource, References, ResourceName } from '../model/fhir-content.js';
import { isInstant, nanosecondsOf } from '../support/dates.js';
import { isAskedFor, nameOnServer, referencesToFollow } from './followed.js';

export interface ResolveOptions {
  /** The address of the source's own server, without a trailing slash, where it has one. */
  readonly base?: string;
  /** What the source itself said of a resource before, by whatever door. */
  readonly said: (name: ResourceName) => Promise<InboundResource | undefined>;
  /** Reads from the source's own server; absent: there is none. */
  readonly read?: (name: ResourceName) => Promise<{ resource: InboundResource | undefined } | { failure: Failure }>;
}

export interface Resolved {
  /** What was found, with what was there before: by the reference as it is written. */
  readonly references: References;
  /** Something could not be read now: try again. What was found is kept. */
  readonly failure?: Failure;
}

/** Who belongs to what may be put right while a message waits for it; who a person is stays as it was read. */
const MAY_MOVE = ['Organization', 'PractitionerRole'];

/** More than this is no message but an attack, or a circle that never repeats. */
const MOST_READ = 5_000;

/**
 * Follows the references of a message's resources as far as people and hospitals, each once: in the message itself, then in what
 * the source said before, then on its server. What is to be read because a notification named it is read too.
 */
export async function resolveReferences(
  content: FhirContent,
  before: References,
  options: ResolveOptions,
): Promise<Resolved> {
  const references: Record<string, InboundResource> = { ...before };
  const own = ownResources(content);
  const waiting = content.entries.flatMap(({ resource, toRead }) =>
    toRead === undefined ? referencesOf(resource) : [`${toRead.type}/${toRead.id}`],
  );
  for (const found of Object.values(before)) waiting.push(...referencesToFollow(found));
  const seen = new Set<string>();
  let failure: Failure | undefined;
  for (let reference = waiting.shift(); reference !== undefined; reference = waiting.shift()) {
    if (seen.has(reference) || seen.size === MOST_READ) continue;
    seen.add(reference);
    const kept = Object.hasOwn(before, reference) ? before[reference] : undefined;
    const result = await find(reference, kept ?? ownNamed(reference, own, options), options, kept !== undefined);
    if ('failure' in result) failure = result.failure;
    else if (result.resource !== undefined) {
      references[reference] = result.resource;
      waiting.push(...referencesToFollow(result.resource));
    }
  }
  return { references, ...(failure === undefined ? {} : { failure }) };
}

function referencesOf(resource: InboundResource | undefined): string[] {
  return resource === undefined ? [] : referencesToFollow(resource);
}

/** The message's own resources, by each name that another may call them. */
function ownResources({ entries }: FhirContent): Map<string, InboundResource> {
  const own = new Map<string, InboundResource>();
  for (const { resource, fullUrl } of entries) {
    if (resource === undefined) continue;
    if (resource.id !== undefined) own.set(`${resource.resourceType}/${resource.id}`, resource);
    if (fullUrl !== undefined) own.set(fullUrl, resource);
  }
  return own;
}

function ownNamed(
  reference: string,
  own: ReadonlyMap<string, InboundResource>,
  { base }: ResolveOptions,
): InboundResource | undefined {
  const name = nameOnServer(reference, base);
  return own.get(reference) ?? (name === undefined ? undefined : own.get(`${name.type}/${name.id}`));
}

async function find(
  reference: string,
  known: InboundResource | undefined,
  { base, said, read }: ResolveOptions,
  again: boolean,
): Promise<{ resource: InboundResource | undefined } | { failure: Failure }> {
  const name = nameOnServer(reference, base);
  if (known !== undefined) {
    const asked = again && name !== undefined && MAY_MOVE.includes(known.resourceType);
    return { resource: asked ? newerOf(known, await said(name)) : known };
  }
  if (name === undefined || !isAskedFor(name)) return { resource: undefined };
  const resource = await said(name);
  return resource !== undefined || read === undefined ? { resource } : read(name);
}

function newerOf(known: InboundResource, said: InboundResource | undefined): InboundResource {
  const [before, now] = [known.meta?.lastUpdated, said?.meta?.lastUpdated];
  if (said === undefined || before === undefined || now === undefined) return known;
  return isInstant(before) && isInstant(now) && nanosecondsOf(now) > nanosecondsOf(before) ? said : known;
}
