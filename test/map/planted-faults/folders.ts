import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { JsonObject } from '../../receive/canonical-events.js';

/** The files of a pack, by their names below its folder. */
export type Folder = Readonly<Record<string, string>>;

function read(folder: string): Folder {
  const names = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter(
    (name) => /\.(json|jsonata)$/.test(name) && !name.startsWith('examples'),
  );
  return Object.fromEntries(names.map((name) => [name, readFileSync(join(folder, name), 'utf8')]));
}

/** A pack for the door of events. */
const VISITS: Folder = {
  'manifest.json': `{
  "name": "visits",
  "version": "1",
  "takes": { "door": "events", "kinds": ["com.hospital.visit.v1"] },
  "settings": { "hospital": "983975240" },
  "required": { "com.hospital.visit.v1": ["/visit/number"] },
  "facts": { "expression": "visit.jsonata" }
}
`,
  'visit.jsonata': `/* A visit → attendance. */
(
  $national := "urn:oid:2.16.578.1.12.4.1.4";
  $form := $translate("urn:hospital:form", visit.form, "urn:form");
  $isOut := $form = "outpatient";
  $numberOf := function($who) { $who.numbers[kind = "N"].value };

  {
    "type": "no.pakkeforlop.attendance.v1",
    "data": {
      "id": visit.number,
      "version": visit.changes,
      "patient": { "identifier": [{ "system": $national & ".1", "value": $numberOf(patient) }] },
      "organization": { "identifier": { "system": $national & ".101", "value": $settings.hospital } },
      "startedAt": visit.started,
      "state": visit.held = true ? "finished" : "planned",
      "form": $form,
      "place": $isOut and visit.outside ? "contract-specialist" : "hospital",
      "purpose": $mapped("urn:hospital:purpose", visit.reason),
      "referralId": visit.referral.number,
      "pathwayId": $string(visit.course)
    }
  }
)
`,
  'concept-maps/form.json': `{
  "resourceType": "ConceptMap",
  "id": "form",
  "group": [
    {
      "source": "urn:hospital:form",
      "target": "urn:form",
      "element": [
        { "code": "P", "target": [{ "code": "outpatient" }] },
        { "code": "D", "target": [{ "code": "admission" }] }
      ]
    },
    {
      "source": "urn:hospital:purpose",
      "target": "urn:purpose",
      "element": [{ "code": "U", "target": [{ "code": "workup" }] }],
      "unmapped": { "mode": "fixed", "code": "other" }
    }
  ]
}
`,
};

/** A pack for the door of files, with the dates that Norwegians write. */
const CONTACTS: Folder = {
  'manifest.json': `{
  "name": "contacts",
  "version": "1",
  "takes": {
    "door": "csv",
    "encoding": "windows-1252",
    "tables": [
      {
        "name": "contacts",
        "columns": ["kontakt", "fnr", "start", "type"],
        "optional": ["hensikt", "henvisning"],
        "key": ["kontakt"]
      },
      { "name": "deaths", "columns": ["fnr", "dato"], "key": ["fnr"] }
    ]
  },
  "timeZone": "Europe/Oslo",
  "required": { "contacts": ["/start"], "deaths": ["/dato"] },
  "facts": { "expressions": { "contacts": "contact.jsonata", "deaths": "death.jsonata" } }
}
`,
  'contact.jsonata': `/* A contact → attendance. */
{
  "type": "no.pakkeforlop.attendance.v1",
  "data": {
    "id": row.kontakt,
    "version": version,
    "patient": {
      "identifier": [
        { "system": "urn:oid:2.16.578.1.12.4.1.4.1", "value": $required(row.fnr, "a fødselsnummer") }
      ]
    },
    "organization": { "identifier": { "system": "urn:oid:2.16.578.1.12.4.1.4.101", "value": "983975240" } },
    "startedAt": $instant(row.start, "DD.MM.YYYY HH:mm"),
    "state": $contains(row.start, /^[0-9]{2}\\./) ? "finished" : "planned",
    "form": $translate("urn:hospital:type", row.type),
    "purpose": row.hensikt = "U" ? "workup",
    "referralId": row.henvisning
  }
}
`,
  'death.jsonata': `/* A death → what is known of the person. */
{
  "type": "no.pakkeforlop.patient.v1",
  "data": {
    "id": row.fnr,
    "version": version,
    "patient": {
      "identifier": [{ "system": "urn:oid:2.16.578.1.12.4.1.4.1", "value": row.fnr }],
      "deceasedOn": $day(row.dato, "DD.MM.YYYY")
    }
  }
}
`,
  'concept-maps/type.json': `{
  "resourceType": "ConceptMap",
  "id": "type",
  "group": [
    {
      "source": "urn:hospital:type",
      "target": "urn:form",
      "element": [
        { "code": "Åpen", "target": [{ "code": "outpatient" }] },
        { "code": "Døgn", "target": [{ "code": "admission" }] }
      ]
    }
  ]
}
`,
};

export const FOLDERS = {
  'fhir-r4': read('mappings/fhir-r4'),
  'fhir-orders': read('mappings/fhir-orders'),
  dips: read('mappings/dips'),
  visits: VISITS,
  contacts: CONTACTS,
  /** What lies beside the packs. */
  '.': { 'organizations.json': readFileSync('mappings/dips/examples/organizations.json', 'utf8') },
} as const satisfies Record<string, Folder>;

export type FolderName = keyof typeof FOLDERS;

const NUMBER = '17915710069';

/** The messages of the packs that have no examples of their own. */
const MESSAGES: Readonly<Record<string, JsonObject>> = {
  visit: {
    visit: {
      number: 'v1',
      changes: 3,
      started: '2026-03-04',
      held: true,
      form: 'P',
      outside: true,
      reason: 'U',
      course: 77,
      referral: { number: 'r1' },
    },
    patient: { numbers: [{ kind: 'N', value: NUMBER }] },
    settings: { hospital: '983975240' },
  },
  contact: { kontakt: 'k1', fnr: NUMBER, start: '04.03.2026 10:15', type: 'Åpen', hensikt: 'U', henvisning: 'r1' },
  death: { fnr: NUMBER, dato: '05.03.2026' },
};

/** What a message says: of that name above, or an example of the pack. */
export function messageNamed(folder: FolderName, name: string): JsonObject {
  const own = MESSAGES[name];
  if (own !== undefined) return structuredClone(own);
  return JSON.parse(readFileSync(join('mappings', folder, 'examples', `${name}.input.json`), 'utf8')) as JsonObject;
}

/** Where an example of the pack, or its settings and organisations, lie. */
export function exampleFile(folder: FolderName, name: string): string | undefined {
  const file = join('mappings', folder, 'examples', name);
  return existsSync(file) ? file : undefined;
}
