import { inMessage, whenMapping, type PlantedFault } from './fault.js';

const A_DAY_OR_INSTANT = /startedAt must be a day YYYY-MM-DD or an instant with an offset/;
/** The row of a ConceptMap whose group begins so. */
const WORKUP = `      "target": "https://fhir.pakkeforlop.example/CodeSystem/attendance-purpose",
      "element": [
        {
          "code": "1",
          "display": "Utredning",
          "target": [
            {
              "code": "workup"`;
const START = '"startedAt": ';

/** Faults in the pack for DIPS: in its expression, in its ConceptMaps, and in what it is sent. */
export const DIPS_FAULTS: readonly PlantedFault[] = [
  ...whenMapping('dips', 'encounter.jsonata', 'omsorgsepisode-for-workup', [
    [
      'the start of an omsorgsepisode that is misspelt',
      '"startedAt": resource.period.start',
      '"startedAt": resource.period.from',
      /startedAt is required/,
      'Encounter.period.from',
    ],
    [
      'the subject of an omsorgsepisode that is misspelt',
      '$patientOf(resource.subject',
      '$patientOf(resource.pasient',
      /patient is required/,
      'Encounter.pasient',
      { line: '"patient": $patient' },
    ],
    [
      'the unit of an omsorgsepisode that is misspelt',
      '$placeOf([resource.serviceProvider,',
      '$placeOf([resource.service,',
      /organization is required/,
      'Encounter.service',
      { line: '"organization": $place.organization' },
    ],
    [
      'a status of an omsorgsepisode that is misspelt',
      'encounter-status", resource.status',
      'encounter-status", resource.state',
      /state is required/,
      'Encounter.state',
    ],
    [
      'a status by a tag',
      'encounter-status", resource.status',
      'encounter-status", resource.meta.tag[0].code',
      /no ConceptMap has a target/,
      'Encounter.meta.tag[0].code',
    ],
    [
      'a form that is the level of care',
      '"form": $form',
      '"form": $level',
      /form must be one of/,
      'Encounter.type[0].coding[0].code',
    ],
    [
      'a purpose that is not translated',
      '"purpose": $purpose',
      '"purpose": (resource.type.coding.code)[1]',
      /purpose must be one of/,
      'Encounter.type[1].coding[0].code',
    ],
    [
      'a referral that is a reference',
      '"referralId": $referralId',
      '"referralId": resource.basedOn[0]',
      /referralId must be an id/,
      'Encounter.basedOn',
    ],
    ['a unit that is a number', '"unit": $place.unit', '"unit": 4204087', /unit must be an object/, 'Encounter'],
    [
      'an id with a number of its own',
      '"id": id',
      '"id": $number(resource.identifier[0].value)',
      /id must be an id/,
      'Encounter.identifier[0].value',
    ],
    [
      'a list of patients',
      '"patient": $patient',
      '"patient": [$patient]',
      /patient must be an object/,
      'Encounter.subject',
    ],
  ]),
  ...whenMapping('dips', 'encounter.jsonata', 'omsorgsepisode-for-workup', [
    [
      'a target that no attendance has',
      '"code": "3",\n          "display": "Poliklinisk konsultasjon/kontakt",\n          "target": [\n            {\n              "code": "outpatient"',
      '"code": "3",\n          "display": "Poliklinisk konsultasjon/kontakt",\n          "target": [\n            {\n              "code": "polyclinic"',
      /form must be one of/,
      'Encounter.type[0].coding[0].system',
      { plantedIn: 'concept-maps/attendance-form.json', line: '"form": $form' },
    ],
    [
      'a purpose that no attendance has',
      `8432",\n${WORKUP}`,
      `8432",\n${WORKUP.replace('"workup"', '"utredning"')}`,
      /purpose must be one of/,
      'Encounter.type[1].coding[0].system',
      { plantedIn: 'concept-maps/attendance-purpose.json', line: '"purpose": $purpose' },
    ],
    [
      'a status without a line',
      '"code": "in-progress"',
      '"code": "inprogress"',
      /no ConceptMap has a target/,
      'Encounter.status',
      { plantedIn: 'concept-maps/attendance-state.json', line: '"state": $translate(' },
    ],
    [
      'a status that has no match',
      '"code": "arrived",\n              "equivalence": "wider"\n            }\n          ]\n        },\n        {\n          "code": "onleave"',
      '"code": "arrived",\n              "equivalence": "disjoint"\n            }\n          ]\n        },\n        {\n          "code": "onleave"',
      /no ConceptMap has a target/,
      'Encounter.status',
      { plantedIn: 'concept-maps/attendance-state.json', line: '"state": $translate(' },
    ],
  ]),
  ...inMessage('dips', 'encounter.jsonata', 'omsorgsepisode-for-workup', [
    [
      'an omsorgsepisode of the month 13',
      '/period/start',
      '2026-13-01T08:00:00Z',
      A_DAY_OR_INSTANT,
      'Encounter.period.start',
      START,
    ],
    [
      'an omsorgsepisode without a start',
      '/period/start',
      undefined,
      /startedAt is required/,
      'Encounter.period.start',
      START,
    ],
    [
      'an omsorgsepisode with a status that there is not',
      '/status',
      'ferdig',
      /no ConceptMap has a target/,
      'Encounter.status',
      '"state": $translate(',
    ],
  ]),
];
