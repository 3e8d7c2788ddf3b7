import { whenLoading, type PlantedFault } from './fault.js';

/** A ConceptMap that is wrong. */
const CONCEPT_MAPS: readonly PlantedFault[] = [
  ...whenLoading('visits', 'concept-maps/form.json', [
    ['a ConceptMap that is no JSON', '"id": "form",', '"id": "form"', /is no JSON/, '  "group": ['],
    ['a ConceptMap that is none', '"ConceptMap"', '"CodeSystem"', /\/resourceType/],
    ['a ConceptMap without groups', '"group": [', '"groups": [', /\/groups is not known/],
    [
      'a group without a source',
      '"source": "urn:hospital:form",',
      '',
      /\/group\/0\/source is required/,
      '    {\n      \n',
    ],
    [
      'a group without a target',
      '"target": "urn:form",',
      '',
      /\/group\/0\/target is required/,
      '    {\n      "source": "urn:hospital:form",',
    ],
    ['a group with an empty source', '"source": "urn:hospital:form"', '"source": ""', /\/group\/0\/source must NOT/],
    ['a group without codes', '"element": [{ "code": "U"', '"elements": [{ "code": "U"', /\/group\/1\/elements? is/],
    [
      'a line without a code',
      '{ "code": "D", "target"',
      '{ "display": "D", "target"',
      /\/group\/0\/element\/1\/code is required/,
    ],
    [
      'a line whose code is a number',
      '{ "code": "D", "target"',
      '{ "code": 4, "target"',
      /\/group\/0\/element\/1\/code must be string/,
    ],
    [
      'a line without a target',
      '{ "code": "D", "target": [{ "code": "admission" }] }',
      '{ "code": "D" }',
      /\/group\/0\/element\/1\/target is required/,
    ],
    [
      'a line whose targets are none',
      '{ "code": "D", "target": [{ "code": "admission" }] }',
      '{ "code": "D", "target": [] }',
      /element\/1\/target expected one target/,
    ],
    [
      'a line with two targets',
      '[{ "code": "admission" }]',
      '[{ "code": "admission" }, { "code": "outpatient" }]',
      /element\/1\/target expected one target/,
    ],
    [
      'a target that is no list',
      '[{ "code": "admission" }]',
      '{ "code": "admission" }',
      /element\/1\/target expected one target|must be array/,
    ],
    [
      'a target without a code',
      '[{ "code": "admission" }]',
      '[{ "display": "admission" }]',
      /a code, or the equivalence unmatched/,
    ],
    [
      'a target whose code is misspelt',
      '[{ "code": "admission" }]',
      '[{ "cod": "admission" }]',
      /cod is not known|a code, or/,
    ],
    [
      'a target of FHIR R5',
      '[{ "code": "admission" }]',
      '[{ "code": "admission", "relationship": "equivalent" }]',
      /relationship is not known/,
    ],
    [
      'an equivalence that there is not',
      '[{ "code": "admission" }]',
      '[{ "code": "admission", "equivalence": "same" }]',
      /equivalence expected one of/,
    ],
    [
      'a line that is repeated',
      '{ "code": "D", "target"',
      '{ "code": "P", "target"',
      /\/group\/0\/element\/1\/code expected each code once/,
    ],
    [
      'a line that is repeated in another group',
      '"source": "urn:hospital:purpose",\n      "target": "urn:purpose",\n      "element": [{ "code": "U"',
      '"source": "urn:hospital:form", "target": "urn:form",\n      "element": [{ "code": "P"',
      /\/group\/1\/element\/0\/code expected each code once/,
      '"element": [{ "code": "P"',
    ],
    [
      'a rest for which nothing is said',
      '{ "mode": "fixed", "code": "other" }',
      '{ "mode": "fixed" }',
      /a code, where the mode is fixed/,
    ],
    [
      'a rest that is passed on, and fixed',
      '{ "mode": "fixed", "code": "other" }',
      '{ "mode": "provided", "code": "other" }',
      /a code, where the mode is fixed/,
    ],
    ['a rest that another map knows', '{ "mode": "fixed", "code": "other" }', '{ "mode": "other-map" }', /unmapped/],
  ]),
  ...whenLoading('contacts', 'concept-maps/type.json', [
    [
      'a ConceptMap whose source nobody asks for',
      '"source": "urn:hospital:type"',
      '"source": "urn:hospital:types"',
      /no ConceptMap of the pack has a group from urn:hospital:type/,
    ],
  ]).map((fault) => ({
    ...fault,
    file: 'contact.jsonata',
    plantedIn: 'concept-maps/type.json',
    line: '"form": $translate(',
  })),
  {
    name: 'a ConceptMap that is not there',
    folder: 'contacts',
    file: 'contact.jsonata',
    plantedIn: 'concept-maps/type.json',
    edit: 'is missing',
    line: '"form": $translate(',
    says: /no ConceptMap of the pack has a group/,
    seenBy: 'loading',
  },
];

const ORGANIZATIONS = whenLoading('.', 'organizations.json', [
  ['a table of organisations without hospitals', '"hospitals"', '"hospital"', /\/hospitals? is/],
  [
    'a hospital whose number is of no series',
    '"system": "urn:oid:2.16.578.1.12.4.1.4.101"',
    '"system": "ORGNR"',
    /\/hospitals\/0\/identifier\/system must match/,
  ],
  ['a hospital without its number', '"value": "983975240"', '"number": "983975240"', /identifier\/(number|value) is/],
  ['a number with a blank', '"value": "983975240"', '"value": " 983975240"', /identifier\/value must match/],
  [
    'a unit whose aliases are no list',
    '"aliases": [\n            {\n              "system": "urn:oid:1.3.6.1.4.1.9038.70.5",\n              "value": "204"\n            }\n          ]',
    '"aliases": {}',
    /aliases must be array/,
  ],
  [
    'a unit with the number of another',
    '"value": "4204087"',
    '"value": "4204086"',
    /\/hospitals\/0\/units\/1\/identifier\/value expected each number once/,
  ],
  [
    'a unit with a field that is misspelt',
    '"name": "Medisinsk poliklinikk"',
    '"navn": "Medisinsk poliklinikk"',
    /navn is not known/,
  ],
  [
    'a number above that is a hospital too',
    '"hospitals": [',
    '"above": [{ "system": "urn:oid:2.16.578.1.12.4.1.4.101", "value": "983975240" }],\n  "hospitals": [',
    /\/above\/0\/value expected each number once/,
  ],
]);

export const CODE_AND_PLACE_FAULTS: readonly PlantedFault[] = [...CONCEPT_MAPS, ...ORGANIZATIONS];
