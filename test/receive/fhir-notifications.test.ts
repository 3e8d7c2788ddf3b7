import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { openFhirDoor, type FhirDoorUnderTest } from './open-fhir-door.js';

let door: FhirDoorUnderTest;
beforeEach(async () => {
  door = await openFhirDoor();
});
afterEach(() => door.close());

const BASE = 'https://epr.example/fhir';
const ENCOUNTER = { resourceType: 'Encounter', id: 'e1', status: 'finished' };
const REQUEST = { method: 'GET', url: `${BASE}/Subscription/s1/$status` };

/** As in the guide «Subscriptions R5 Backport», R4: the status is a Parameters resource. */
function asParameters(type: string, foci: readonly (string | undefined)[]) {
  return {
    resourceType: 'Parameters',
    id: 'status',
    parameter: [
      { name: 'subscription', valueReference: { reference: `${BASE}/Subscription/s1` } },
      { name: 'topic', valueCanonical: 'http://hl7.org/SubscriptionTopic/admission' },
      { name: 'status', valueCode: 'active' },
      { name: 'type', valueCode: type },
      ...foci.map((reference, index) => ({
        name: 'notification-event',
        part: [
          { name: 'event-number', valueString: String(index + 1) },
          ...(reference === undefined ? [] : [{ name: 'focus', valueReference: { reference } }]),
        ],
      })),
    ],
  };
}

/** As in R4B and R5. */
function asStatus(type: string, foci: readonly (string | undefined)[]) {
  return {
    resourceType: 'SubscriptionStatus',
    type,
    subscription: { reference: `${BASE}/Subscription/s1` },
    notificationEvent: foci.map((reference, index) => ({
      eventNumber: String(index + 1),
      ...(reference === undefined ? {} : { focus: { reference } }),
    })),
  };
}

const placeOfFocus = (form: string, index: number) =>
  form === 'history'
    ? `Bundle.entry[0].resource.parameter[${index + 4}].part[1]`
    : `Bundle.entry[0].resource.notificationEvent[${index}].focus`;

describe.each([
  ['history', asParameters],
  ['subscription-notification', asStatus],
])('a notification as Bundle of type %s', (bundleType, status) => {
  const notify = (type: string, foci: readonly (string | undefined)[], ...entries: unknown[]) =>
    door.post({
      resourceType: 'Bundle',
      type: bundleType,
      entry: [{ fullUrl: 'urn:uuid:1', resource: status(type, foci), request: REQUEST }, ...entries],
    });

  test('with full resources is a message of them, without its status', async () => {
    const put = { method: 'PUT', url: 'Encounter/e1' };
    const answer = await notify('event-notification', [`${BASE}/Encounter/e1`], {
      fullUrl: `${BASE}/Encounter/e1`,
      resource: ENCOUNTER,
      request: put,
    });
    expect([answer.status, answer.messageId, answer.issues.length]).toEqual([202, 'm0', 1]);
    expect(door.kept[0]!.kind).toBe('fhir/Bundle');
    expect(door.entries()).toEqual([
      { place: 'Bundle.entry[1].resource', fullUrl: `${BASE}/Encounter/e1`, resource: ENCOUNTER },
    ]);
    expect(door.polled).toEqual([]);
  });

  test('with ids only names what is to be read, each once', async () => {
    const answer = await notify(
      'event-notification',
      ['Encounter/e1', `${BASE}/Encounter/e1`, `${BASE}/Patient/p1/_history/2`, undefined],
      { fullUrl: `${BASE}/Encounter/e2`, request: { method: 'POST', url: 'Encounter' } },
      { fullUrl: 'urn:uuid:2', request: { method: 'GET', url: 'Encounter/e3' } },
      { request: { method: 'GET', url: `${BASE}/Encounter/e2` } },
    );
    expect(answer.issues).toHaveLength(1);
    expect(door.entries()).toEqual([
      { place: 'Bundle.entry[1]', fullUrl: `${BASE}/Encounter/e2`, toRead: { type: 'Encounter', id: 'e2' } },
      { place: 'Bundle.entry[2]', fullUrl: 'urn:uuid:2', toRead: { type: 'Encounter', id: 'e3' } },
      { place: placeOfFocus(bundleType, 0), toRead: { type: 'Encounter', id: 'e1' } },
      { place: placeOfFocus(bundleType, 2), toRead: { type: 'Patient', id: 'p1' } },
    ]);
    expect([door.polled, door.wakeUps()]).toEqual([[], 1]);
  });

  test('of a deletion deletes, and reads nothing', async () => {
    await notify('event-notification', ['Encounter/e1'], {
      fullUrl: `${BASE}/Encounter/e1`,
      request: { method: 'DELETE', url: 'Encounter/e1' },
    });
    expect(door.entries()).toEqual([
      { place: 'Bundle.entry[1]', fullUrl: `${BASE}/Encounter/e1`, deleted: { type: 'Encounter', id: 'e1' } },
    ]);
  });

  test('tells of events in their order: what was there again after its deletion is there', async () => {
    const remove = { request: { method: 'DELETE', url: 'Encounter/e1' } };
    await notify('event-notification', [], remove, { resource: ENCOUNTER });
    expect(door.entries().map(({ place }) => place)).toEqual(['Bundle.entry[2].resource']);
  });

  test('that says nothing but that something changed is kept, and the source is polled each time', async () => {
    for (const foci of [[], [undefined]]) {
      const answer = await notify('event-notification', foci);
      expect([answer.status, answer.issues.length]).toEqual([202, 1]);
      expect(door.entries()).toEqual([]);
    }
    expect([door.kept.length, door.polled]).toEqual([2, ['epr', 'epr']]);
    expect((await notify('event-notification', [])).messageId).toBe('m0');
    expect(door.polled).toHaveLength(3);
  });

  test('whose names cannot be read is told so by place, and the source is polled', async () => {
    const answer = await notify('event-notification', ['Patient?identifier=17915710069', 'Reise/p1'], {
      fullUrl: 'urn:uuid:3',
    });
    expect(answer.status).toBe(202);
    expect(answer.issues.slice(1).map(({ expression }) => expression?.[0])).toEqual([
      'Bundle.entry[1]',
      placeOfFocus(bundleType, 0),
      placeOfFocus(bundleType, 1),
    ]);
    expect(answer.text).not.toMatch(/1791|Reise/);
    expect(door.polled).toEqual(['epr']);
  });

  test('is not polled for when it could not be kept: it comes again', async () => {
    door.fail(Object.assign(new Error('locked'), { name: 'StoreUnavailable' }));
    expect((await notify('event-notification', [])).status).toBe(503);
    expect(door.polled).toEqual([]);
  });

  test.each(['handshake', 'heartbeat', 'query-status'])('of type %s is kept without entries', async (type) => {
    const answer = await notify(type, []);
    expect([answer.status, answer.messageId]).toEqual([202, 'm0']);
    expect(door.entries()).toEqual([]);
    expect(door.polled).toEqual([]);
  });

  test('that was asked for names what changed like any other', async () => {
    await notify('query-status', ['Encounter/e1']);
    expect(door.entries()).toEqual([{ place: placeOfFocus(bundleType, 0), toRead: { type: 'Encounter', id: 'e1' } }]);
  });
});

test('Parameters that are no status, and a status in another Bundle, are no notification', async () => {
  const plain = { resourceType: 'Parameters', parameter: [{ name: 'type', valueCode: 'event-notification' }] };
  await door.post({ resourceType: 'Bundle', type: 'history', entry: [{ resource: plain }] });
  expect(door.entries()).toHaveLength(1);
  const status = asParameters('event-notification', []);
  await door.post({ resourceType: 'Bundle', type: 'collection', entry: [{ resource: status }] });
  expect(door.entries()).toHaveLength(1);
  expect(door.polled).toEqual([]);
});

test('in a Bundle that is no notification an entry without a resource is broken', async () => {
  const entry = [{ fullUrl: `${BASE}/Encounter/e1`, request: { method: 'GET', url: 'Encounter/e1' } }];
  const answer = await door.post({ resourceType: 'Bundle', type: 'history', entry });
  expect(answer.issues.map(({ severity }) => severity)).toEqual(['information', 'warning']);
  expect(door.entries()).toEqual([]);
});
