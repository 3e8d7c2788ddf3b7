import { isObject, type JsonObject } from './inbound-resource.js';

/** What a notification of a topic-based Subscription says about itself, in its first entry. */
export interface Notification {
  /** handshake, heartbeat, event-notification, query-status; or what else the server says. */
  readonly type: unknown;
  readonly foci: readonly Focus[];
}

/** What an event is about: where that stands, and the literal reference. */
export interface Focus {
  readonly place: string;
  readonly reference: unknown;
}

const STATUS = 'Bundle.entry[0].resource';
const SAYS_OF_NO_CHANGE = ['handshake', 'heartbeat', 'query-status'];

/**
 * Reads the status that a notification begins with: R4's Parameters (Subscriptions R5 Backport, «SubscriptionStatus» for R4) or
 * the SubscriptionStatus of R4B and R5. Undefined: the Bundle is no notification.
 */
export function notificationIn(firstEntry: unknown): Notification | undefined {
  const status = isObject(firstEntry) ? firstEntry['resource'] : undefined;
  if (!isObject(status)) return undefined;
  if (status['resourceType'] === 'SubscriptionStatus') return ofSubscriptionStatus(status);
  return status['resourceType'] === 'Parameters' ? ofParameters(status) : undefined;
}

/** Does it say that something changed? A handshake, a heartbeat and an asked-for status do not. */
export function tellsOfChange({ type }: Notification): boolean {
  return !SAYS_OF_NO_CHANGE.some((each) => each === type);
}

function ofSubscriptionStatus(status: JsonObject): Notification {
  const foci = listOf(status['notificationEvent']).flatMap((event, index) =>
    isObject(event) && event['focus'] !== undefined
      ? [focus(`${STATUS}.notificationEvent[${index}].focus`, event['focus'])]
      : [],
  );
  return { type: status['type'], foci };
}

function ofParameters(parameters: JsonObject): Notification | undefined {
  const list = listOf(parameters['parameter']);
  const named = (name: string) => list.find((each) => isNamed(each, name));
  const type = named('type');
  if (!isObject(type) || named('subscription') === undefined) return undefined;
  const foci = list.flatMap((event, index) =>
    isNamed(event, 'notification-event') ? fociOfEvent(event, `${STATUS}.parameter[${index}]`) : [],
  );
  return { type: type['valueCode'], foci };
}

function fociOfEvent(event: JsonObject, place: string): Focus[] {
  return listOf(event['part']).flatMap((part, index) =>
    isNamed(part, 'focus') ? [focus(`${place}.part[${index}]`, part['valueReference'])] : [],
  );
}

function focus(place: string, reference: unknown): Focus {
  return { place, reference: isObject(reference) ? reference['reference'] : undefined };
}

function isNamed(value: unknown, name: string): value is JsonObject {
  return isObject(value) && value['name'] === name;
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}
