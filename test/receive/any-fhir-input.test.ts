import { afterAll, beforeAll, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { loadInboundCheck } from '../../src/load-checks.js';
import { FHIR_JSON, openFhirDoor, type FhirAnswer, type FhirDoorUnderTest } from './open-fhir-door.js';

let door: FhirDoorUnderTest;
beforeAll(async () => {
  const check = loadInboundCheck({ structure: 'profiles/r4', profiles: 'profiles/inbound-schemas' });
  door = await openFhirDoor(undefined, (resource) => check(resource, true));
});
afterAll(() => door.close());

/** Text no answer of ours would hold by chance. */
const SECRET = 'Zyx98765';
const TYPES = ['transaction', 'batch', 'history', 'searchset', 'subscription-notification', 'document'];
const secret = fc.string({ maxLength: 20, unit: 'binary' }).map((text) => `${SECRET}${text}`);
const anything = fc.oneof(
  secret,
  fc.jsonValue({ maxDepth: 3 }),
  fc.dictionary(secret, secret),
  fc.constantFrom('__proto__', 'constructor', `Patient/${SECRET}`, `${SECRET}/1`, null, '', 'Patient', 'DELETE'),
);
const some = <T>(value: fc.Arbitrary<T>) =>
  fc.oneof({ weight: 3, arbitrary: value }, { weight: 1, arbitrary: anything });
const name = fc.constantFrom('Patient', 'Parameters', 'SubscriptionStatus', 'OperationOutcome', SECRET);
const resource = fc.record(
  {
    resourceType: some(name),
    id: some(fc.constant('p1')),
    meta: some(fc.record({ versionId: anything, lastUpdated: anything, source: anything }, { requiredKeys: [] })),
    parameter: some(
      fc.array(
        some(
          fc.record({
            name: fc.constantFrom('subscription', 'type', 'notification-event'),
            part: some(fc.array(some(fc.record({ name: fc.constant('focus'), valueReference: anything })))),
          }),
        ),
      ),
    ),
    notificationEvent: some(fc.array(some(fc.record({ focus: some(fc.record({ reference: anything })) })))),
    other: anything,
  },
  { requiredKeys: [] },
);
const entry = fc.record(
  {
    fullUrl: anything,
    resource: some(resource),
    request: some(fc.record({ method: some(fc.constant('DELETE')), url: anything })),
    search: some(fc.record({ mode: anything })),
  },
  { requiredKeys: [] },
);
const bundle = fc.record({
  resourceType: fc.constant('Bundle'),
  type: some(fc.constantFrom(...TYPES)),
  entry: some(fc.array(some(entry), { maxLength: 5 })),
});

function check(answer: FhirAnswer): void {
  expect([202, 400, 413, 415]).toContain(answer.status);
  expect(answer.text).not.toContain(SECRET);
  expect(answer.headers.get('content-type')).toBe('application/fhir+json; charset=utf-8');
  expect(answer.issues.length).toBeGreaterThan(0);
  expect(answer.messageId !== null).toBe(answer.status === 202);
}

test('a resource or a Bundle with anything in it is kept or refused, and nothing of it is repeated', async () => {
  await fc.assert(
    fc.asyncProperty(fc.oneof(resource, bundle), async (body) => check(await door.post(body))),
    { numRuns: 600 },
  );
});

test('any JSON is kept or refused', async () => {
  await fc.assert(
    fc.asyncProperty(fc.jsonValue(), async (body) => check(await door.post(body))),
    { numRuns: 200 },
  );
});

test('any bytes of any type are kept or refused, by any method', async () => {
  const headers = fc.constantFrom(FHIR_JSON, { 'content-type': SECRET }, { ...FHIR_JSON, 'content-encoding': 'gzip' });
  const method = fc.constantFrom(['POST', 'epr'] as const, ['PUT', 'epr/Patient/p1'] as const);
  await fc.assert(
    fc.asyncProperty(fc.uint8Array({ minLength: 1, maxLength: 200 }), headers, method, async (bytes, sent, [how, to]) =>
      check(await door.send(how, to, new Uint8Array(bytes), sent)),
    ),
    { numRuns: 300 },
  );
});
