import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { openPack } from '../../src/map/open-pack.js';
import type { InboundResource } from '../../src/model/fhir-content.js';
import { OID } from './as-resources.js';
import { factsOf, mapPosted, readJson, readPackSource } from './posted.js';

/** Published by DIPS; it stands beside the project, where it is checked out. */
const SAMPLE = resolve('../shared/standards/dips/Encounter-agy1002135.json');
const here = existsSync(SAMPLE);
if (!here) console.warn('skipped: the omsorgsepisode of DIPS (no ../shared/standards/dips here)');

const pack = openPack(readPackSource('mappings/dips'));
const sample = () => readJson(SAMPLE) as InboundResource;
const hospital = { identifier: { system: `${OID}.4.101`, value: '983975240' }, name: 'Sykehuset Nord HF' };
const unit = { identifier: { system: `${OID}.4.102`, value: '10013' }, name: 'Kirurgisk avdeling' };

(here ? describe : describe.skip)('an omsorgsepisode as DIPS writes it', () => {
  test('waits, while nobody says which hospital the RESH id of its unit belongs to', async () => {
    const { facts, holds } = await mapPosted(sample(), { pack });
    expect(holds).toMatchObject([{ code: 'unknown-organization', path: 'Encounter' }]);
    expect(facts.map(({ fact }) => fact.kind)).not.toContain('attendance');
  });

  test('is an admission at the hospital that the table of organisations says', async () => {
    const organizations = { hospitals: [{ ...hospital, units: [unit] }] };
    const mapped = await mapPosted(sample(), { pack, organizations });
    expect(mapped).toMatchObject({ reasons: [], holds: [] });
    expect(factsOf(mapped, 'attendance')).toMatchObject([
      {
        businessId: 'agy1002135',
        patient: { identifier: [{ system: 'http://dips.no/fhir/namingsystem/dips-patientid', value: '2008844' }] },
        organization: hospital,
        unit,
        referralId: '1002251',
        startedOn: '2009-11-26',
        state: 'arrived',
        form: 'admission',
      },
    ]);
  });

  test('is of the person and the hospital that its server says, where it can be asked', async () => {
    const fnr = { system: `${OID}.4.1`, value: '17915710069' };
    const said: InboundResource[] = [
      { resourceType: 'Patient', id: 'cdp2008844', identifier: [fnr] },
      {
        resourceType: 'Organization',
        id: 'afa22',
        identifier: [unit.identifier],
        partOf: { reference: 'Organization/h' },
      },
      { resourceType: 'Organization', id: 'h', identifier: [hospital.identifier], name: hospital.name },
    ];
    const [attendance] = factsOf(await mapPosted(sample(), { pack, said }), 'attendance');
    expect(attendance).toMatchObject({
      patient: { identifier: [fnr], resourceId: 'cdp2008844' },
      organization: hospital,
    });
    expect(attendance?.unit?.identifier).toEqual(unit.identifier);
  });
});
