import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { IDENTIFIERS } from '../../src/model/canonical.js';
import { answerOn } from '../../src/map/task-answer.js';
import { SYSTEMS } from '../../src/compose/terms.js';
import { codesIn, extensionsIn, isBound } from './codings.js';
import {
  BASE,
  codeSystems,
  conceptMaps,
  concepts,
  elementsOf,
  expansionOf,
  extensions,
  namingSystems,
  profileOf,
  structures,
  valueSets,
} from './definitions.js';
import { written } from './written.js';

const resources = written().flatMap((each) => each.resources);
const codes = resources.flatMap((resource) => codesIn(resource, profileOf(resource)));
const writtenKeys = new Set(codes.map(({ key }) => key));

/** Others define these: FHIR itself, and SNOMED CT, of which a package may not hold a copy. */
const OF_OTHERS = [SYSTEMS.encounterClass, SYSTEMS.snomed];
const isOfOthers = (key: string) => OF_OTHERS.some((system) => key.startsWith(`${system}|`));

describe('what is written', () => {
  test('has no extension that is not defined, and no part of one', () => {
    const defined = new Set(
      extensions.flatMap(({ url, ...each }) => [
        url,
        ...elementsOf({ url, ...each }).flatMap(({ sliceName }) =>
          sliceName === undefined ? [] : [`${url}#${sliceName}`],
        ),
      ]),
    );
    expect(resources.flatMap(extensionsIn).filter((url) => !defined.has(url))).toEqual([]);
  });

  test('stands on the elements that the profiles give its extensions', () => {
    const missing = resources.flatMap((resource) => {
      const allowed = elementsOf(profileOf(resource)).flatMap(({ type = [] }) =>
        type.flatMap(({ profile = [] }) => profile),
      );
      return extensionsIn(resource).filter((url) => !url.includes('#') && !allowed.includes(url));
    });
    expect(missing).toEqual([]);
  });

  test('has no code that is not defined', () => {
    const unknown = [...writtenKeys].filter((key) => !key.startsWith('|') && !concepts.has(key) && !isOfOthers(key));
    expect(unknown).toEqual([]);
  });

  test('has no code in an element that is not bound to it', () => {
    const unbound = codes.filter((each) => !isBound(each)).map(({ key, path }) => `${path} ${key}`);
    expect([...new Set(unbound)]).toEqual([]);
  });

  test('names codes as they are defined', () => {
    const other = codes.filter(({ key, display }) => display !== undefined && display !== concepts.get(key)?.nb);
    expect(other).toEqual([]);
  });

  test('names no profile: which one a resource follows is known by what it is', () => {
    expect(resources.filter(({ meta }) => meta?.profile !== undefined)).toEqual([]);
  });
});

const schema = (name: string) =>
  JSON.parse(readFileSync(`profiles/events/${name}.schema.json`, 'utf8')) as { properties: Record<string, Schema> };
interface Schema {
  readonly enum?: readonly string[];
  readonly properties?: Record<string, Schema>;
}
const codesOf = (name: string) =>
  codeSystems.find(({ url }) => url === `${BASE}/CodeSystem/${name}`)?.concept?.map(({ code }) => code);

describe('what is read', () => {
  test.each([
    ['referral-purpose', schema('referral').properties['purpose']],
    ['referral-sender-kind', schema('referral').properties['sender']?.properties?.['kind']],
    ['abort-reason', schema('abort').properties['reason']],
    ['attendance-place', schema('attendance').properties['place']],
    ['attendance-form', schema('attendance').properties['form']],
    ['attendance-purpose', schema('attendance').properties['purpose']],
    ['attendance-state', schema('attendance').properties['state']],
    ['decision-outcome', schema('decision').properties['outcome']],
    ['suspicion-basis', schema('suspicion').properties['basis']],
    ['transfer-scope', schema('transfer').properties['scope']],
  ])('%s has the codes that the events have', (name, property) => {
    expect(codesOf(name)).toEqual(property?.enum);
  });

  test('on a Task is every output that is defined', () => {
    const type = (code: string) => ({ coding: [{ system: SYSTEMS.taskOutput, code }] });
    const unread = (codesOf('pathway-task-output') ?? []).filter((code) => {
      const output = [{ type: type(code), valueString: 'said' }];
      return answerOn({ resourceType: 'Task', id: 't', status: 'completed', output }) === undefined;
    });
    expect(unread).toEqual([]);
  });

  test('by ConceptMaps is said in codes that are defined', () => {
    const targets = packMaps().flatMap(({ group = [] }) =>
      group.flatMap(({ target = '', element, unmapped }) =>
        [...element.flatMap((each) => each.target ?? []), ...(unmapped === undefined ? [] : [unmapped])].map(
          ({ code }) => `${target}|${code ?? ''}`,
        ),
      ),
    );
    expect(targets.filter((key) => !concepts.has(key))).toEqual([]);
  });

  test('by ConceptMaps is called what it is called here, in one of the two languages', () => {
    const other = packMaps().flatMap(({ group = [] }) =>
      group.flatMap(({ source = '', element }) =>
        element.flatMap(({ code = '', display }) => {
          const concept = source.startsWith(BASE) ? concepts.get(`${source}|${code}`) : undefined;
          return concept === undefined || display === concept.nb || display === concept.en
            ? []
            : [`${code} ${display ?? ''}`];
        }),
      ),
    );
    expect(other).toEqual([]);
  });

  test('by extensions are those that are defined', () => {
    const named = readdirSync('mappings/fhir-r4')
      .filter((name) => name.endsWith('.jsonata'))
      .flatMap((name) => [
        ...readFileSync(join('mappings/fhir-r4', name), 'utf8').matchAll(
          /\$extension\("([a-z-]+)"\)|StructureDefinition\/([a-z-]+)"/g,
        ),
      ])
      .map(([, called, written]) => called ?? written ?? '');
    expect(named.length).toBeGreaterThan(4);
    expect(
      named.filter((name) => !extensions.some(({ url }) => url === `${BASE}/StructureDefinition/${name}`)),
    ).toEqual([]);
  });
});

function packMaps(): typeof conceptMaps {
  return ['fhir-r4', 'dips'].flatMap((pack) => {
    const folder = join('mappings', pack, 'concept-maps');
    return readdirSync(folder).map(
      (name) => JSON.parse(readFileSync(join(folder, name), 'utf8')) as (typeof conceptMaps)[number],
    );
  });
}

/** Defined, and never written: why that is right. A system stands for all its codes. */
const NEVER_WRITTEN: Readonly<Record<string, string>> = {
  [`${SYSTEMS.registration}|C01AA`]: 'read from onward referrals; C01A and premiss A are written apart',
  [`${BASE}/CodeSystem/pathway-finding|missing-in-epr`]:
    'promised by the contract: registrations of the EPR are not compared yet',
  [`${BASE}/CodeSystem/pathway-finding|extra-in-epr`]: 'as missing-in-epr',
  [`${BASE}/CodeSystem/pathway-finding|other-day`]: 'as missing-in-epr',
  [SYSTEMS.pathway]: 'a referral may be marked for any pathway; those that start none are seldom written',
  [SYSTEMS.taskOutput]: 'people and EPRs say these; of all of them only the outcome is ours',
  [SYSTEMS.referralPurpose]: 'read; one for an examination or advice is seldom written',
  'urn:oid:2.16.578.1.12.4.1.1.9175': 'the letters that the ConceptMap of the decision is about',
  ...Object.fromEntries(
    [
      'referral-assessment',
      'referral-sender-kind',
      'abort-reason',
      'attendance-place',
      'attendance-form',
      'attendance-purpose',
    ]
      .concat('attendance-state', 'decision-outcome', 'suspicion-basis', 'transfer-scope')
      .map((name) => [`${BASE}/CodeSystem/${name}`, 'what a source, a person or a mapping says']),
  ),
};

describe('the identifiers of what is written', () => {
  const systemsIn = (value: unknown): string[] => {
    if (typeof value !== 'object' || value === null) return [];
    const { system, value: number } = value as { system?: unknown; value?: unknown };
    const own = typeof system === 'string' && typeof number === 'string' ? [system] : [];
    return [...own, ...Object.values(value).flatMap(systemsIn)];
  };
  const written = new Set(resources.flatMap(systemsIn));
  const named = namingSystems.flatMap(({ uniqueId }) => uniqueId.map(({ value }) => value));

  test('go by systems that are named here, if they are ours', () => {
    const ours = [...written].filter((system) => system.startsWith(BASE) && !system.startsWith(`${BASE}/source/`));
    expect(ours.sort()).toEqual([...named].sort());
    expect([...named].sort()).toEqual(Object.values(IDENTIFIERS).sort());
  });
});

describe('what is defined', () => {
  test('is written, or there is a reason why not', () => {
    const unused = [...concepts.keys()].filter((key) => {
      const [system = '', code = ''] = key.split('|');
      const isCodeOfExtension = writtenKeys.has(`|${code}`) && system === SYSTEMS.deadlineKind;
      return !writtenKeys.has(key) && !isCodeOfExtension && !(key in NEVER_WRITTEN) && !(system in NEVER_WRITTEN);
    });
    expect(unused).toEqual([]);
  });

  test('and never written has a reason that is still needed', () => {
    const excused = Object.keys(NEVER_WRITTEN).filter((key) =>
      key.includes('|') ? writtenKeys.has(key) || !concepts.has(key) : !codeSystems.some(({ url }) => url === key),
    );
    expect(excused).toEqual([]);
  });

  test('as an extension is written in all its parts, but what only sources say', () => {
    const used = new Set(resources.flatMap(extensionsIn));
    const unused = extensions.flatMap((each) => [
      ...(used.has(each.url) ? [] : [each.id]),
      ...elementsOf(each).flatMap(({ sliceName }) =>
        sliceName === undefined || used.has(`${each.url}#${sliceName}`) ? [] : [sliceName],
      ),
    ]);
    expect(unused).toEqual(['referral-sender', 'kind', 'copySentToGp']);
  });

  test('as a value set is bound to an element', () => {
    const bound = new Set(structures.flatMap(elementsOf).map(({ binding }) => binding?.valueSet));
    expect(valueSets.filter(({ url }) => !bound.has(url)).map(({ id }) => id)).toEqual([]);
  });

  test('as a code system is in a value set or a ConceptMap', () => {
    const inSets = valueSets.flatMap(({ url }) => [...expansionOf(url)].map((key) => key.split('|')[0]));
    const inMaps = conceptMaps.flatMap(({ group = [] }) => group.flatMap(({ source, target }) => [source, target]));
    const used = new Set([...inSets, ...inMaps]);
    expect(codeSystems.filter(({ url }) => !used.has(url)).map(({ id }) => id)).toEqual([]);
  });
});
