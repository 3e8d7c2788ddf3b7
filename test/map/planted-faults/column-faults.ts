import { whenLoading, type PlantedFault } from './fault.js';

const NO_COLUMN = /is no column of the table/;
const NO_FORMAT = /a format of dayjs has D or DD/;

/** Columns that no table has, and formats of other languages: known to be wrong before any message comes. */
export const COLUMN_FAULTS: readonly PlantedFault[] = [
  ...whenLoading('contacts', 'contact.jsonata', [
    ['a column that is misspelt', '$instant(row.start', '$instant(row.starts', NO_COLUMN],
    ['a number of a person that is misspelt', '$required(row.fnr', '$required(row.fodselsnr', NO_COLUMN],
    ['a key of a row that is misspelt', '"id": row.kontakt', '"id": row.kontakt_id', NO_COLUMN],
    ['a type of a row that is misspelt', ':type", row.type)', ':type", row.typ)', NO_COLUMN],
    ['a column for an intention that is misspelt', 'row.hensikt = "U"', 'row.hensykt = "U"', NO_COLUMN],
    ['a column for a referral that is misspelt', 'row.henvisning', 'row.henvisninger', NO_COLUMN],
    ['a column of the other table', 'row.henvisning', 'row.dato', NO_COLUMN],
    ['a day as Java has it', '"DD.MM.YYYY HH:mm"', '"dd.MM.YYYY HH:mm"', NO_FORMAT],
    ['a year as Java has it', '"DD.MM.YYYY HH:mm"', '"DD.MM.yyyy HH:mm"', NO_FORMAT],
  ]),
  ...whenLoading('contacts', 'death.jsonata', [
    [
      'a day of death that is misspelt',
      '$day(row.dato, "DD.MM.YYYY")',
      '$required(row.dod, "a day of death")',
      NO_COLUMN,
    ],
    ['a column for a death that is misspelt', 'row.dato', 'row.datum', NO_COLUMN],
  ]),
  ...whenLoading('fhir-r4', 'encounter.jsonata', [
    [
      'a start in a format of another library',
      '"startedAt": resource.period.start',
      '"startedAt": $day(resource.period.start, "yyyy-mm-dd")',
      NO_FORMAT,
    ],
  ]),
];
