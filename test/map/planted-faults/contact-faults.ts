import { whenMapping, type PlantedFault } from './fault.js';

const A_DAY_OR_INSTANT = /must be a day YYYY-MM-DD or an instant with an offset/;

/** Faults in a pack for the door of files. */
export const CONTACT_FAULTS: readonly PlantedFault[] = [
  ...whenMapping('contacts', 'contact.jsonata', 'contact', [
    [
      'a format with the day and the month swapped',
      '"DD.MM.YYYY HH:mm"',
      '"MM.DD.YYYY HH:mm"',
      /startedAt must not lie more than a day ahead/,
      '/row/start',
    ],
    [
      'a format with the month first',
      '"DD.MM.YYYY HH:mm"',
      '"MM.DD.YYYY HH:mm:ss"',
      /expected a point in time in the format MM.DD.YYYY HH:mm:ss/,
      '/row/start',
    ],
    [
      'a format with a year of two digits',
      '"DD.MM.YYYY HH:mm"',
      '"DD.MM.YY HH:mm"',
      /expected a point in time in the format DD.MM.YY HH:mm/,
      '/row/start',
    ],
    [
      'a format without the time',
      '"DD.MM.YYYY HH:mm"',
      '"DD.MM.YYYY"',
      /expected a point in time in the format DD.MM.YYYY/,
      '/row/start',
    ],
    [
      'a format with other signs',
      '"DD.MM.YYYY HH:mm"',
      '"DD/MM/YYYY HH:mm"',
      /expected a point in time in the format/,
      '/row/start',
    ],
    [
      'a day where there is an instant',
      '$instant(row.start, "DD.MM.YYYY HH:mm")',
      '$day(row.start, "DD.MM.YYYY")',
      /expected a day in the format/,
      '/row/start',
    ],
    [
      'a format and a start that are swapped',
      '$instant(row.start, "DD.MM.YYYY HH:mm")',
      '$instant("DD.MM.YYYY HH:mm", row.start)',
      /expected a point in time in a format of dayjs, which this is not/,
      '/row/start',
    ],
    [
      'a start that is not read',
      '$instant(row.start, "DD.MM.YYYY HH:mm")',
      'row.start',
      A_DAY_OR_INSTANT,
      '/row/start',
    ],
    [
      'a number of a person that is the key',
      '$required(row.fnr',
      '$required(row.kontakt',
      /must be a national identity number/,
      '/row/kontakt',
    ],
    [
      'a type of a row that is not translated',
      '$translate("urn:hospital:type", row.type)',
      'row.type',
      /form must be one of/,
      '/row/type',
    ],
    [
      'a number for a version',
      '"version": version',
      '"version": $number(row.kontakt)',
      /a value cannot be turned into/,
      '/row/kontakt',
    ],
    ['a column for the row', '"id": row.kontakt', '"id": kontakt', /id is required/, ''],
    [
      'a line with a vowel wrong',
      '"code": "Åpen"',
      '"code": "Apen"',
      /no ConceptMap has a target/,
      '/row/type',
      { plantedIn: 'concept-maps/type.json', line: '"form": $translate(' },
    ],
  ]),
  ...whenMapping('contacts', 'death.jsonata', 'death', [
    [
      'a format of deaths with the day and the month swapped',
      '"DD.MM.YYYY"',
      '"MM.DD.YYYY"',
      /deceasedOn must not lie more than a day ahead/,
      '/row/dato',
    ],
    [
      'a day of death that is not read',
      '$day(row.dato, "DD.MM.YYYY")',
      'row.dato',
      /deceasedOn must be a day/,
      '/row/dato',
    ],
    [
      'a day of death in another order',
      '"DD.MM.YYYY"',
      '"YYYY.MM.DD"',
      /expected a day in the format YYYY.MM.DD/,
      '/row/dato',
    ],
    [
      'a day of death with its hour',
      '$day(row.dato, "DD.MM.YYYY")',
      '$instant(row.dato, "DD.MM.YYYY")',
      /deceasedOn must be a day/,
      '/row/dato',
    ],
  ]),
];
