import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { mapMessage } from '../../src/map/map-message.js';
import { openPack } from '../../src/map/open-pack.js';
import { KnownPlaces } from '../../src/map/organization-table.js';
import type { Fact } from '../../src/model/facts.js';
import type { InboundResource, ResourceName } from '../../src/model/fhir-content.js';
import type { OrganizationTable } from '../../src/model/organization-table.js';
import { readBundle } from '../../src/receive/read-bundle.js';
import { resolveReferences } from '../../src/resolve/resolve-references.js';
import { NOW } from '../receive/canonical-events.js';
import { asResources, BASE, concept, extension, list, OID, type Said } from './as-resources.js';
import { checkData, factsOf, mapPosted, readJson, readPackSource, type PostedOptions } from './posted.js';
import { SAID } from './said-by-events.js';

const pack = openPack(readPackSource('mappings/fhir-r4'));
const canonical = openPack(readPackSource('mappings/canonical'));
const regions = readJson('mappings/organizations.json') as OrganizationTable;

const post = (posted: object, options: Partial<PostedOptions> = {}) =>
  mapPosted(posted as InboundResource, { pack, organizations: regions, ...options });

const number = (value: string) => ({ system: `${OID}.4.101`, value });
const resh = (value: string) => ({ system: `${OID}.4.102`, value });
const fnr = { system: `${OID}.4.1`, value: '17915710069' };
const HF = number('983975240');
const REGION = number('883658752');

const subject = { identifier: fnr };
const meta = { versionId: '1', lastUpdated: '2026-03-20T08:00:00Z' };
const referral = (more: object = {}) => ({
  resourceType: 'ServiceRequest',
  id: 'r1',
  meta,
  status: 'active',
  intent: 'order',
  code: concept(list(9173), 'C01'),
  subject,
  authoredOn: '2026-03-02',
  performer: [{ identifier: HF }],
  ...more,
});
const encounter = (more: object = {}) => ({
  resourceType: 'Encounter',
  id: 'e1',
  meta,
  status: 'finished',
  class: { system: 'http://terminology.hl7.org/CodeSystem/v3-ActCode', code: 'AMB' },
  subject,
  period: { start: '2026-03-09T08:30:00Z' },
  serviceProvider: { identifier: HF },
  ...more,
});
const organization = (id: string, identifier: object | undefined, partOf?: string | object) => ({
  resourceType: 'Organization',
  id,
  ...(identifier === undefined ? {} : { identifier: [identifier] }),
  ...(partOf === undefined ? {} : { partOf: typeof partOf === 'string' ? { reference: partOf } : partOf }),
});
const patient = (more: object = {}) => ({ resourceType: 'Patient', id: 'p1', meta, identifier: [fnr], ...more });
const bundle = (...resources: readonly object[]) => ({
  resourceType: 'Bundle',
  type: 'collection',
  entry: resources.map((resource) => ({ resource })),
});

/** Where the attendance or referral takes place, hospital and unit, or why nobody knows. */
async function placeOf(posted: object, options: Partial<PostedOptions> = {}) {
  const mapped = await post(posted, options);
  const [fact] = [...factsOf(mapped, 'attendance'), ...factsOf(mapped, 'referral')];
  if (fact === undefined) return mapped.holds.map(({ code, reference }) => `${code} ${reference}`);
  const { organization: hospital, unit } = fact;
  return unit === undefined ? hospital.identifier.value : `${hospital.identifier.value} ${unit.identifier.value}`;
}

describe('events and resources that say the same give the same fact', () => {
  test.each(Object.keys(SAID))('%s', async (kind) => {
    await fc.assert(
      fc.asyncProperty(SAID[kind]!, async (said) => {
        const { facts, reasons, holds } = await post(asResources(kind, said));
        expect({ reasons, holds }).toEqual({ reasons: [], holds: [] });
        const found = facts.filter(({ fact }) => fact.businessId === said.id);
        expect(found.map(({ fact }) => comparable(fact))).toEqual([comparable(await factOfEvent(kind, said))]);
      }),
    );
  });

  async function factOfEvent(kind: string, said: Said): Promise<Fact> {
    const message = { kind: `no.pakkeforlop.${kind}.v1`, content: said, source: 'epr', receivedAt: NOW, seq: 1 };
    const options = { packs: [canonical], places: new KnownPlaces(regions), packNameOf: () => undefined, checkData };
    const { facts, reasons } = await mapMessage(message, options);
    expect(reasons).toEqual([]);
    return facts[0]!.fact;
  }

  /** But for its version, and for what names resources. */
  function comparable(fact: Fact): unknown {
    const { version: _version, resourceType: _type, ...said } = fact as Fact & { resourceType?: string };
    if (!('patient' in said)) return said;
    const { resourceId: _id, ...person } = said.patient;
    return { ...said, patient: person };
  }
});

describe('whom a resource is about', () => {
  const statementOf = async (posted: object, options: Partial<PostedOptions> = {}) => {
    const [attendance] = factsOf(await post(posted, options), 'attendance');
    return attendance?.patient;
  };

  test('a contained Patient is known by the numbers, and by no id', async () => {
    const contained = [patient({ birthDate: '1957-05-17' })];
    expect(await statementOf(encounter({ contained, subject: { reference: '#p1' } }))).toEqual({
      identifier: [fnr],
      birthDate: '1957-05-17',
    });
  });

  test('a contained Patient without number is nobody: what it is called there means somebody else in the next', async () => {
    const contained = [patient({ identifier: undefined })];
    const { holds, facts } = await post(encounter({ contained, subject: { reference: '#p1' } }));
    expect(holds.map(({ code }) => code)).toEqual(['unresolved-reference']);
    expect(facts.map(({ fact }) => fact.kind)).not.toContain('attendance');
  });

  test('a Patient without number is known by the id at the source, in every message of it', async () => {
    const nameless = patient({ identifier: undefined });
    const about = encounter({ subject: { reference: 'Patient/p1' } });
    const known = [{ system: `${BASE}/source/epr/Patient`, value: 'p1' }];
    expect((await statementOf(bundle(nameless, about)))?.identifier).toEqual(known);
    expect((await statementOf(about, { said: [nameless as InboundResource] }))?.identifier).toEqual(known);
    expect(factsOf(await post(nameless), 'patient')[0]?.patient.identifier).toEqual(known);
    expect((await statementOf(bundle(nameless, about), { source: 'other' }))?.identifier).not.toEqual(known);
  });

  test('a Patient on another server has no id here', async () => {
    const elsewhere = { reference: 'https://elsewhere.example/fhir/Patient/p1', identifier: fnr };
    expect(await statementOf(encounter({ subject: elsewhere }))).toEqual({ identifier: [fnr] });
  });

  test.each(['Patient/p1/_history/2', 'https://epr.example/fhir/Patient/p1'])(
    '%s names the Patient of the Bundle',
    async (reference) => {
      const entry = [
        { fullUrl: 'https://epr.example/fhir/Patient/p1', resource: patient() },
        { resource: encounter({ subject: { reference } }) },
      ];
      const statement = await statementOf({ resourceType: 'Bundle', type: 'collection', entry });
      expect(statement).toEqual({ identifier: [fnr], resourceId: 'p1' });
    },
  );

  test('a version of a Patient that was said before is the Patient as it is now', async () => {
    const about = encounter({ subject: { reference: 'Patient/p1/_history/1' } });
    expect((await statementOf(about, { said: [patient() as InboundResource] }))?.identifier).toEqual([fnr]);
  });

  test('a Patient that nobody said waits for it, and goes on when it comes', async () => {
    const about = encounter({ subject: { reference: 'Patient/p1' } });
    const { holds, facts } = await post(about);
    expect(holds).toEqual([{ code: 'unresolved-reference', path: 'Encounter', reference: 'Patient/p1' }]);
    expect(facts.map(({ fact }) => fact.kind)).not.toContain('attendance');
    expect((await statementOf(about, { said: [patient() as InboundResource] }))?.resourceId).toBe('p1');
  });

  test('any version of a Patient will do for what waits for one', async () => {
    const { holds } = await post(encounter({ subject: { reference: 'Patient/p1/_history/3' } }));
    expect(holds.map(({ reference }) => reference)).toEqual(['Patient/p1']);
  });

  test('the copy of a dead Patient says nothing of the death; the Patient in the same Bundle does', async () => {
    const dead = patient({ deceasedDateTime: '2026-03-10' });
    const mapped = await post(bundle(dead, encounter({ subject: { reference: 'Patient/p1' } })));
    expect(factsOf(mapped, 'attendance')[0]?.patient.deceasedOn).toBeUndefined();
    expect(factsOf(mapped, 'patient')[0]?.patient.deceasedOn).toBe('2026-03-10');
  });
});

describe('where it took place', () => {
  const at = (...organizations: readonly object[]) =>
    bundle(encounter({ serviceProvider: { reference: 'Organization/unit' } }), ...organizations);

  test('the hospital is the highest with an organisation number below the region', async () => {
    const chain = at(
      organization('unit', resh('4204086'), 'Organization/clinic'),
      organization('clinic', number('974589095'), 'Organization/hf'),
      organization('hf', HF, 'Organization/rhf'),
      organization('rhf', REGION),
    );
    expect(await placeOf(chain)).toBe('983975240 4204086');
  });

  test.each([
    ['by number', { identifier: REGION }],
    ['by number, where it cannot be read', { reference: 'Organization/rhf', identifier: REGION }],
  ])('a region above that is named %s is no hospital', async (_how, above) => {
    expect(await placeOf(at(organization('unit', HF, above)))).toBe('983975240');
  });

  test('a unit with a number of its own waits for what it is part of', async () => {
    const chain = at(organization('unit', number('974589095'), 'Organization/hf'));
    expect(await placeOf(chain)).toEqual(['unresolved-reference Organization/hf']);
    expect(await placeOf(chain, { said: [organization('hf', HF) as InboundResource] })).toBe('983975240 974589095');
  });

  test('a unit with a number of its own is no hospital, where what it is part of has only a name', async () => {
    const chain = at(organization('unit', number('974589095'), { display: 'Sykehuset Nord HF' }));
    expect(await placeOf(chain)).toEqual(['unknown-organization Organization/unit']);
  });

  test('a table of organisations knows more than a chain that breaks off', async () => {
    const units = [{ identifier: resh('4204086'), name: 'Diagnostisk senter', aliases: [number('974589095')] }];
    const organizations = { hospitals: [{ identifier: HF, units }] };
    const chain = at(organization('unit', number('974589095'), 'Organization/hf'));
    expect(await placeOf(chain, { organizations })).toBe('983975240 4204086');
  });

  test('a number in the reference counts, where the Organization has another', async () => {
    const organizations = { hospitals: [{ identifier: HF, aliases: [resh('102030')] }] };
    const named = encounter({ serviceProvider: { reference: 'Organization/unit', identifier: resh('102030') } });
    const chain = bundle(named, organization('unit', { system: 'https://epr.example/unit', value: '7' }));
    expect(await placeOf(chain, { organizations })).toBe('983975240');
  });

  test('organisations that are part of one another end', async () => {
    const circle = [organization('a', undefined, 'Organization/unit'), organization('unit', HF, 'Organization/a')];
    expect(await placeOf(at(...circle))).toBe('983975240');
    const nameless = [
      organization('a', undefined, 'Organization/unit'),
      organization('unit', undefined, 'Organization/a'),
    ];
    expect(await placeOf(at(...nameless))).toEqual(['unknown-organization Organization/a']);
  });

  test('referrals that refer to one another lead nowhere, and end', async () => {
    const circle = { resourceType: 'Appointment', id: 'a1', meta, status: 'booked', start: '2026-03-27T08:00:00Z' };
    const participant = [{ actor: { type: 'Patient', ...subject }, status: 'accepted' }];
    const performer = Array.from({ length: 50 }, () => ({ reference: 'ServiceRequest/r1' }));
    const posted = bundle(
      { ...circle, participant, basedOn: [{ reference: 'ServiceRequest/r1' }] },
      referral({ performer, status: 'draft' }),
    );
    expect(await placeOf(posted)).toEqual(['unknown-organization ServiceRequest/r1']);
  });

  test('an organisation that is put right counts for what waits for it, a Patient stays who it was', async () => {
    const later = { ...meta, lastUpdated: '2026-03-20T09:00:00Z' };
    const before = { 'Organization/unit': { ...organization('unit', undefined), meta }, 'Patient/p1': patient() };
    const now = [{ ...organization('unit', HF), meta: later }, patient({ identifier: [], meta: later })];
    const said = ({ type, id }: ResourceName) =>
      Promise.resolve(now.find((each) => each.resourceType === type && each.id === id) as InboundResource | undefined);
    const waiting = encounter({
      subject: { reference: 'Patient/p1' },
      serviceProvider: { reference: 'Organization/unit' },
    }) as InboundResource;
    const content = { entries: [{ place: 'Encounter', resource: waiting }] };
    const { references } = await resolveReferences(content, before, { said });
    expect(references).toEqual({ 'Organization/unit': now[0], 'Patient/p1': before['Patient/p1'] });
  });

  test('a contained role leads through what it contains to what is read', async () => {
    const contained = [
      { resourceType: 'PractitionerRole', id: 'role', organization: { reference: '#unit' } },
      organization('unit', resh('4204086'), 'Organization/hf'),
    ];
    const performer = [{ reference: '#role' }];
    expect(await placeOf(bundle(referral({ contained, performer }), organization('hf', HF)))).toBe('983975240 4204086');
  });

  test('what a role of another resource contains is looked for there', async () => {
    const role = {
      resourceType: 'PractitionerRole',
      id: 'role',
      contained: [organization('o', HF)],
      organization: { reference: '#o' },
    };
    const performer = [{ reference: 'PractitionerRole/role' }];
    const contained = [organization('o', number('993467049'))];
    expect(await placeOf(bundle(referral({ contained, performer }), role))).toBe('983975240');
  });

  test('of several performers the first that leads to a hospital counts; a person never does', async () => {
    const person = { reference: 'Practitioner/x' };
    const unseen = { reference: 'Organization/unseen' };
    expect(await placeOf(referral({ performer: [person, unseen, { identifier: HF }] }))).toBe('983975240');
    expect(await placeOf(referral({ performer: [person, unseen] }))).toEqual([
      'unresolved-reference Organization/unseen',
    ]);
    expect(await placeOf(referral({ performer: [person] }))).toEqual(['unknown-organization Practitioner/x']);
  });

  test('an earlier registration stands at the hospital that the table says', async () => {
    const organizations = { hospitals: [{ identifier: HF, aliases: [resh('102030')] }] };
    const code = { url: 'code', valueCodeableConcept: concept(list(8480), 'C01A') };
    const registeredAt = (reference: object) => ({
      ...extension('pathway-registration', { extension: [code, { url: 'organization', valueReference: reference }] }),
    });
    const posted = bundle(
      referral({
        category: [concept(`${BASE}/CodeSystem/referral-purpose`, 'onward')],
        performer: [{ identifier: number('993467049') }],
        extension: [
          extension('referral-received', { valueDateTime: '2026-03-02' }),
          registeredAt({ identifier: resh('102030') }),
          registeredAt({ reference: 'Organization/unit' }),
        ],
      }),
      organization('unit', resh('4204086'), { identifier: HF }),
    );
    const [fact] = factsOf(await post(posted, { organizations }), 'referral');
    expect(fact?.earlier?.map(({ organization: each }) => each?.identifier)).toEqual([HF, HF]);
  });
});

describe('which version of what it is', () => {
  test('a resource without lastUpdated, or of a clock far ahead, is as new as its arrival', async () => {
    for (const lastUpdated of [undefined, '2026-03-20T12:05:01Z', 'yesterday']) {
      const { facts } = await post(encounter({ meta: { versionId: '7', lastUpdated } }));
      expect(facts).toMatchObject([{ byArrival: true, fact: { version: NOW.replace('Z', '000001Z') } }]);
    }
    const { facts } = await post(encounter({ meta: { versionId: '7', lastUpdated: '2026-03-20T12:04:59Z' } }));
    expect(facts).toMatchObject([{ byArrival: false, fact: { version: '2026-03-20T12:04:59.000000007Z' } }]);
  });

  test('a version replaces the one before, of whatever kind its fact is', async () => {
    const sent = {
      category: [concept(`${BASE}/CodeSystem/referral-purpose`, 'onward')],
      requester: { identifier: HF },
    };
    const versions = [
      referral(),
      referral(sent),
      referral({ status: 'draft' }),
      referral({ status: 'entered-in-error' }),
    ];
    const mapped = await Promise.all(versions.map((each) => post(each)));
    const facts = mapped.flatMap((each) => each.facts);
    expect(facts.map(({ fact }) => fact.kind)).toEqual(['referral', 'transfer', 'nothing', 'referral']);
    expect(new Set(facts.map(({ key }) => key)).size).toBe(1);
  });

  test('resources of a transaction that have no id yet belong together by their addresses', async () => {
    const [referralUrl, patientUrl] = ['urn:uuid:1c2b', 'urn:uuid:9f8e'];
    const about = { subject: { reference: patientUrl }, id: undefined };
    const entry = [
      { fullUrl: patientUrl, resource: patient({ id: undefined }), request: { method: 'POST', url: 'Patient' } },
      { fullUrl: referralUrl, resource: referral(about), request: { method: 'POST', url: 'ServiceRequest' } },
      { fullUrl: 'urn:uuid:77', resource: encounter({ ...about, basedOn: [{ reference: referralUrl }] }) },
    ];
    const mapped = await post({ resourceType: 'Bundle', type: 'transaction', entry });
    expect(mapped.reasons).toEqual([]);
    expect(factsOf(mapped, 'referral')[0]?.businessId).toBe(referralUrl);
    expect(factsOf(mapped, 'attendance')).toMatchObject([{ referralId: referralUrl, patient: { identifier: [fnr] } }]);
  });

  test('a reference to a referral is enough, seen or not, versioned or absolute; a contained one is nobody’s', async () => {
    const referralOf = async (reference: string) => {
      const contained = [{ resourceType: 'ServiceRequest', id: 'r1' }];
      return factsOf(await post(encounter({ contained, basedOn: [{ reference }] })), 'attendance')[0]?.referralId;
    };
    expect(await referralOf('ServiceRequest/r1')).toBe('r1');
    expect(await referralOf('ServiceRequest/r1/_history/4')).toBe('r1');
    expect(await referralOf('https://epr.example/fhir/ServiceRequest/r1')).toBe('r1');
    expect(await referralOf('#r1')).toBeUndefined();
  });

  test('a deletion takes the place of what was said, and names what it deletes', async () => {
    const request = { method: 'DELETE', url: 'Encounter/e1' };
    const { facts } = await post({ resourceType: 'Bundle', type: 'transaction', entry: [{ request }] });
    const [before] = (await post(encounter())).facts;
    expect(facts).toMatchObject([{ key: before?.key, fact: { kind: 'nothing', status: 'withdrawn' } }]);
  });
});

describe('what is no input', () => {
  test('what this service wrote itself', async () => {
    const { facts } = await post(encounter({ meta: { ...meta, source: `${BASE}/adapter#1` } }));
    expect(facts).toEqual([]);
  });

  test('types that say no fact', async () => {
    const mapped = await post(bundle({ resourceType: 'Observation', id: 'o1' }, organization('o', HF)));
    expect(mapped).toMatchObject({ facts: [], reasons: [], holds: [] });
  });

  test.each(['constructor', 'toString', '__proto__'])('what is contained as a «%s», which is no type', async (name) => {
    const contained = [{ resourceType: name, id: 'c', subject }, null, name];
    expect(factsOf(await post(encounter({ contained })), 'attendance')).toHaveLength(1);
  });

  test('one resource that is wrong takes no other of its Bundle down', async () => {
    const mapped = await post(
      bundle(encounter({ id: 'e2', period: {} }), encounter(), encounter({ id: 'e3', subject: {} })),
    );
    expect(mapped.facts.filter(({ fact }) => fact.kind === 'attendance').map(({ fact }) => fact.businessId)).toEqual([
      'e1',
    ]);
    expect(mapped.reasons.map(({ path }) => path)).toEqual(['Bundle.entry[0].resource.period.start']);
  });
});

test('an expression gets along with any shape that JSON can have', async () => {
  const types = ['ServiceRequest', 'Condition', 'Encounter', 'Appointment', 'ClinicalImpression', 'Patient'];
  const broken = fc
    .tuple(fc.constantFrom(referral(), encounter(), patient()), fc.constantFrom(...types), fc.string(), fc.jsonValue())
    .chain(([resource, resourceType, name, value]) =>
      fc
        .constantFrom(...Object.keys(resource), name)
        .map((field) => ({ ...resource, [field]: value, resourceType, id: 'x' })),
    );
  await fc.assert(
    fc.asyncProperty(broken, async (resource) => {
      const whole = { resourceType: 'Bundle', type: 'collection', entry: [{ resource }] };
      if (readBundle(whole).content.entries.length === 0) return;
      const { facts, reasons, holds } = await post(whole);
      expect(facts.length + reasons.length + holds.length).toBeGreaterThan(0);
    }),
  );
});
