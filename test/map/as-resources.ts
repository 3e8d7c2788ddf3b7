import type { Identifier, OrganizationStatement, PatientStatement } from '../../src/model/facts.js';
import type { InboundResource } from '../../src/model/fhir-content.js';

/** The data of a canonical event, as far as resources can say it. */
export interface Said {
  readonly id: string;
  readonly version: number;
  readonly status?: 'active' | 'withdrawn';
  readonly patient: PatientStatement;
  readonly organization: OrganizationStatement;
  readonly unit?: OrganizationStatement;
  readonly pathwayId?: string;
  readonly referralId?: string;
  readonly [field: string]: unknown;
}

type Elements = Readonly<Record<string, unknown>>;

export const BASE = 'https://fhir.pakkeforlop.example';
export const OID = 'urn:oid:2.16.578.1.12.4.1';
export const list = (number: number) => `${OID}.1.${number}`;
export const concept = (system: string, code: unknown) => ({ coding: [{ system, code }] });
export const extension = (name: string, value: Elements) => ({ url: `${BASE}/StructureDefinition/${name}`, ...value });
const SNOMED = 'http://snomed.info/sct';
const ACT = 'http://terminology.hl7.org/CodeSystem/v3-ActCode';

/** A Bundle that says what an event of the kind says, by CONTRACT 3b, with the people and hospitals it refers to. */
export function asResources(kind: string, said: Said): InboundResource {
  const around = new Surroundings(said);
  const resource = RESOURCES[kind]?.(said, around);
  if (resource === undefined) throw new Error(`no resource says ${kind}`);
  const entry = [...around.resources, resource].map((each) => ({ resource: each }));
  return JSON.parse(JSON.stringify({ resourceType: 'Bundle', type: 'collection', entry })) as InboundResource;
}

/** What a resource refers to, each a resource of the same Bundle. */
class Surroundings {
  readonly resources: Elements[] = [];
  readonly subject: object;
  readonly here: object;

  constructor({ patient, organization, unit }: Said) {
    this.subject = this.add('Patient', 'subject-of-the-fact', patientElements(patient));
    const hospital = this.organization(organization);
    this.here = unit === undefined ? hospital : this.organization(unit, hospital);
  }

  add(resourceType: string, id: string, elements: Elements): object {
    this.resources.push({ resourceType, id, ...elements });
    return { reference: `${resourceType}/${id}` };
  }

  organization({ identifier, name }: OrganizationStatement, partOf?: object): object {
    return this.add('Organization', `o-${identifier.value}`, { identifier: [identifier], name, partOf });
  }

  /** Somebody who works here. */
  role(): object {
    return this.add('PractitionerRole', 'role', { organization: this.here });
  }
}

const RESOURCES: Readonly<Record<string, (said: Said, around: Surroundings) => Elements>> = {
  referral,
  transfer,
  suspicion,
  attendance: (said, around) => (said['state'] === 'missed' ? appointment(said, around) : encounter(said, around)),
  decision,
  abort,
  patient: (said) => ({
    ...header('Patient', said),
    ...patientElements(said.patient),
    link: (said['replaces'] as Identifier[] | undefined)?.map((identifier) => ({
      other: { type: 'Patient', identifier },
      type: 'replaces',
    })),
  }),
};

function header(resourceType: string, { id, version }: Said): Elements {
  const lastUpdated = new Date(Date.UTC(2026, 0, 1) + version * 60_000).toISOString();
  return { resourceType, id, meta: { versionId: String(version), lastUpdated } };
}

function patientElements({ identifier, name, birthDate, gender, deceasedOn }: PatientStatement): Elements {
  return { identifier, name: name && [name], birthDate, gender, deceasedDateTime: deceasedOn };
}

function serviceRequest(said: Said, { subject }: Surroundings): Elements {
  return {
    ...header('ServiceRequest', said),
    status: said.status === 'withdrawn' ? 'entered-in-error' : 'active',
    intent: 'order',
    subject,
    identifier: pathwayIds(said),
  };
}

function referral(said: Said, around: Surroundings): Elements {
  return {
    ...serviceRequest(said, around),
    category: said['purpose'] === undefined ? undefined : [purpose(said['purpose'])],
    code: { text: 'Henvisning', ...markOf(said['mark']) },
    // When it was authored says nothing where the receipt is said.
    authoredOn: '2026-01-01',
    performer: [around.here],
    requester: requester(said['sender'] as Sender | undefined, around),
    extension: referralExtensions(said),
  };
}

function transfer(said: Said, around: Surroundings): Elements {
  const to = said['to'] as OrganizationStatement | undefined;
  return {
    ...serviceRequest(said, around),
    category: [purpose(said['scope'] === 'responsibility' ? 'onward' : (said['scope'] ?? 'onward'))],
    code: markOf(said['pathway']),
    authoredOn: said['sentAt'],
    requester: around.here,
    performer: to && [around.organization(to)],
    basedOn: referrals(said),
  };
}

function suspicion(said: Said, around: Surroundings): Elements {
  const status =
    said.status === 'withdrawn' ? 'refuted' : said['basis'] === 'cancer-found' ? 'confirmed' : 'provisional';
  return {
    ...header('Condition', said),
    category: [concept(list(9173), said['pathway'] ?? 'C01')],
    verificationStatus: concept('http://terminology.hl7.org/CodeSystem/condition-ver-status', status),
    subject: around.subject,
    recordedDate: said['documentedAt'],
    recorder: around.role(),
    identifier: pathwayIds(said),
  };
}

function encounter(said: Said, { subject, here }: Surroundings): Elements {
  const classes: Readonly<Record<string, string>> = { admission: 'IMP', video: 'VR' };
  return {
    ...header('Encounter', said),
    status: said.status === 'withdrawn' ? 'entered-in-error' : said['state'],
    class: { system: ACT, code: classes[String(said['form'])] ?? 'AMB' },
    type: contactTypes(said),
    subject,
    period: { start: said['startedAt'] },
    serviceProvider: here,
    basedOn: referrals(said),
    episodeOfCare: episodes(said),
    extension:
      said['place'] === 'contract-specialist'
        ? [extension('worked-up-at-contract-specialist', { valueBoolean: true })]
        : undefined,
  };
}

function appointment(said: Said, around: Surroundings): Elements {
  const forms: Readonly<Record<string, string>> = { admission: 'IMP', video: 'VR' };
  const form = forms[String(said['form'])];
  return {
    ...header('Appointment', said),
    status: said.status === 'withdrawn' ? 'entered-in-error' : 'noshow',
    start: said['startedAt'],
    end: said['startedAt'],
    participant: [around.subject, around.role()].map((actor) => ({ actor, status: 'accepted' })),
    serviceType: contactTypes(said),
    appointmentType: form === undefined ? undefined : concept(ACT, form),
    basedOn: referrals(said),
  };
}

const OUTCOMES: Readonly<Record<string, string>> = {
  'organ-cancer': 'K',
  'unknown-primary': 'U',
  'other-disease': 'A',
  'no-disease': 'I',
};

function decision(said: Said, around: Surroundings): Elements {
  const { pathway, outcome, organPathway } = said as Readonly<Record<string, string | undefined>>;
  const code = { system: list(8480), code: `${String(pathway)}C${OUTCOMES[String(outcome)] ?? 'K'}` };
  return impression(
    said,
    around,
    organPathway === undefined ? [code] : [code, { system: list(9173), code: organPathway }],
  );
}

function abort(said: Said, around: Surroundings): Elements {
  return impression(said, around, [
    { system: list(8480), code: `${String(said['pathway'])}X` },
    { system: `${BASE}/CodeSystem/abort-reason`, code: said['reason'] },
  ]);
}

function impression(said: Said, around: Surroundings, coding: readonly object[]): Elements {
  return {
    ...header('ClinicalImpression', said),
    status: said.status === 'withdrawn' ? 'entered-in-error' : 'completed',
    subject: around.subject,
    effectiveDateTime: said['decidedAt'],
    assessor: around.role(),
    finding: [{ itemCodeableConcept: { coding } }],
    supportingInfo: [...referrals(said), ...episodes(said)],
  };
}

const pathwayIds = ({ pathwayId: value }: Said) =>
  value === undefined ? [] : [{ system: `${BASE}/pathway-id`, value }];
const episodes = (said: Said) => pathwayIds(said).map((identifier) => ({ type: 'EpisodeOfCare', identifier }));
const referrals = ({ referralId }: Said) =>
  referralId === undefined ? [] : [{ reference: `ServiceRequest/${referralId}` }];
const purpose = (code: unknown) => concept(`${BASE}/CodeSystem/referral-purpose`, code);

function markOf(mark: unknown): Elements | undefined {
  if (mark === undefined) return undefined;
  return mark === 'unspecified' ? concept(`${BASE}/CodeSystem/referral-mark`, mark) : concept(list(9173), mark);
}

function contactTypes({ form, purpose: contactFor }: Said): object[] {
  const forms: Readonly<Record<string, string>> = { imaging: '363679005', telephone: '185317003' };
  const snomed = forms[String(form)];
  return [
    ...(snomed === undefined ? [] : [concept(SNOMED, snomed)]),
    ...(contactFor === undefined ? [] : [concept(list(8432), contactFor === 'workup' ? '1' : '3')]),
  ];
}

interface Sender {
  readonly kind: string;
  readonly practitioner?: { readonly identifier?: Identifier; readonly name?: string };
  readonly organization?: OrganizationStatement;
  readonly copySentToGp?: boolean;
}

function requester(sender: Sender | undefined, around: Surroundings): object | undefined {
  if (sender?.practitioner === undefined && sender?.organization === undefined) return undefined;
  const { practitioner, organization } = sender;
  return around.add('PractitionerRole', 'sender', {
    practitioner: practitioner && { identifier: practitioner.identifier, display: practitioner.name },
    organization: organization && { identifier: organization.identifier, display: organization.name },
  });
}

/** Sub-extensions, those that have a value. */
function parts(values: Readonly<Record<string, readonly [type: string, value: unknown]>>): Elements {
  const said = Object.entries(values).filter(([, [, value]]) => value !== undefined);
  return { extension: said.map(([url, [type, value]]) => ({ url, [`value${type}`]: value })) };
}

interface Earlier {
  readonly code: string;
  readonly on?: string;
  readonly organization?: OrganizationStatement;
}

function referralExtensions(said: Said): object[] {
  const { receivedAt, workedUpAtContractSpecialist: specialist } = said;
  const assessment = said['assessment'] as { pathway: string; on: string } | undefined;
  const sender = said['sender'] as Sender | undefined;
  return [
    ...(receivedAt === undefined ? [] : [extension('referral-received', { valueDateTime: receivedAt })]),
    ...(specialist === undefined ? [] : [extension('worked-up-at-contract-specialist', { valueBoolean: specialist })]),
    ...(assessment === undefined
      ? []
      : [
          extension(
            'referral-assessment',
            parts({ pathway: ['Code', assessment.pathway], on: ['Date', assessment.on] }),
          ),
        ]),
    ...(sender === undefined
      ? []
      : [
          extension(
            'referral-sender',
            parts({ kind: ['Code', sender.kind], copySentToGp: ['Boolean', sender.copySentToGp] }),
          ),
        ]),
    ...((said['earlier'] as Earlier[] | undefined) ?? []).map(({ code, on, organization: at }) =>
      extension(
        'pathway-registration',
        parts({
          code: ['CodeableConcept', concept(list(8480), code)],
          date: ['Date', on],
          organization: ['Reference', at && { identifier: at.identifier, display: at.name }],
        }),
      ),
    ),
  ];
}
