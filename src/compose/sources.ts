import type { CodeableConcept, Encounter, Extension, Reference, ServiceRequest } from 'fhir/r4.js';
import { ownExtension } from '../model/canonical.js';
import type { AttendanceFact, ReferralFact, StandingFact } from '../model/facts.js';
import { sourceKeyOf, type Composition } from './composition.js';
import { concept, dateTime, sourceIdentifier, SYSTEMS } from './terms.js';

/** The referrals and attendances that something refers to, and those that were written before. CONTRACT 5. */
export function composeSources(composition: Composition): void {
  for (const standing of composition.facts.values()) {
    const key = sourceKeyOf(standing);
    if (key === undefined || composition.isOnTarget(standing)) continue;
    if (!composition.sourcesUsed.has(standing.key) && composition.known(key.key) === undefined) continue;
    const content = contentOf(composition, standing, key.key);
    if (content !== undefined) {
      composition.add(key.key, key.type, composition.idOf(key.key), content, [standing.messageId], standing.key);
    }
  }
}

/** Copies of sources that say nothing of a pathway any more, or that live on the server now, stay as mistakes. */
export function composeFormerSources(composition: Composition): void {
  const wanted = new Set(composition.wanted.map(({ key }) => key));
  for (const { key, type, id, wanted: content } of composition.input.record.resources.values()) {
    if ((type !== 'ServiceRequest' && type !== 'Encounter') || wanted.has(key)) continue;
    const former = { ...(content as ServiceRequest | Encounter), status: 'entered-in-error' } as const;
    composition.add(key, type, id, former, []);
  }
}

function contentOf(
  composition: Composition,
  standing: StandingFact,
  key: string,
): ServiceRequest | Encounter | undefined {
  const { fact } = standing;
  if (fact.status === 'withdrawn') {
    const known = composition.known(key)?.wanted as ServiceRequest | Encounter | undefined;
    return known === undefined ? undefined : { ...known, status: 'entered-in-error' };
  }
  if (fact.kind === 'referral') return serviceRequest(composition, standing.source, fact);
  return fact.kind === 'attendance' ? encounter(composition, standing.key, standing.source, fact) : undefined;
}

function serviceRequest(composition: Composition, source: string, referral: ReferralFact): ServiceRequest {
  const { sender, mark } = referral;
  const requester = requesterOf(sender);
  return {
    resourceType: 'ServiceRequest',
    extension: referralExtensions(referral),
    identifier: [sourceIdentifier(source, referral.businessId)],
    status: 'active',
    intent: 'order',
    category: [concept(SYSTEMS.referralPurpose, referral.purpose)],
    ...(mark === undefined
      ? {}
      : { code: mark === 'unspecified' ? concept(SYSTEMS.referralMark, mark) : concept(SYSTEMS.pathway, mark) }),
    subject: composition.patientReference(),
    ...(requester === undefined ? {} : { requester }),
    performer: [composition.organizationReference(referral.organization)],
  };
}

/** By number and name; a sender of whom only the kind is said is none to refer to. */
function requesterOf(sender: ReferralFact['sender']): Reference | undefined {
  const { identifier, name } = sender?.organization ?? sender?.practitioner ?? {};
  if (identifier === undefined && name === undefined) return undefined;
  return {
    ...(identifier === undefined ? {} : { identifier: { ...identifier } }),
    ...(name === undefined ? {} : { display: name }),
  };
}

function referralExtensions(referral: ReferralFact): Extension[] {
  const { assessment, workedUpAtContractSpecialist: specialist } = referral;
  return [
    { url: ownExtension('referral-received'), valueDateTime: dateTime(referral.receivedAt) },
    ...(assessment === undefined
      ? []
      : [
          {
            url: ownExtension('referral-assessment'),
            extension: [
              { url: 'pathway', valueCode: assessment.pathway },
              { url: 'on', valueDate: assessment.on },
            ],
          },
        ]),
    ...(specialist === true ? [{ url: ownExtension('worked-up-at-contract-specialist'), valueBoolean: true }] : []),
  ];
}

const ENCOUNTER_STATUS = {
  planned: 'planned',
  arrived: 'arrived',
  finished: 'finished',
  cancelled: 'cancelled',
  missed: 'cancelled',
} as const;
const ENCOUNTER_CLASS = { outpatient: 'AMB', admission: 'IMP', imaging: 'AMB', telephone: 'VR', video: 'VR' } as const;
const SNOMED_FORM = { imaging: '363679005', telephone: '185317003' } as const;

function encounter(composition: Composition, factKey: string, source: string, attendance: AttendanceFact): Encounter {
  const episode = composition.input.pathways
    .flatMap(({ episodes }) => episodes)
    .find(
      ({ attendances, organization }) =>
        composition.input.registersFor(organization.identifier.value) &&
        attendances.some((each) => each.factKey === factKey),
    );
  const types = encounterTypes(attendance);
  const referral =
    attendance.referralId === undefined ? undefined : referralOf(composition, source, attendance.referralId);
  return {
    resourceType: 'Encounter',
    ...(attendance.place === 'contract-specialist'
      ? { extension: [{ url: ownExtension('worked-up-at-contract-specialist'), valueBoolean: true }] }
      : {}),
    identifier: [sourceIdentifier(source, attendance.businessId)],
    status: ENCOUNTER_STATUS[attendance.state],
    class: { system: SYSTEMS.encounterClass, code: ENCOUNTER_CLASS[attendance.form] },
    ...(types.length === 0 ? {} : { type: types }),
    subject: composition.patientReference(),
    ...(episode === undefined ? {} : { episodeOfCare: [{ reference: `EpisodeOfCare/${episode.id}` }] }),
    ...(referral === undefined ? {} : { basedOn: [referral] }),
    period: { start: dateTime(attendance.startedAt) },
    serviceProvider: composition.organizationReference(attendance.organization),
  };
}

function encounterTypes({ form, purpose }: AttendanceFact): CodeableConcept[] {
  const snomed = form === 'imaging' || form === 'telephone' ? [concept(SYSTEMS.snomed, SNOMED_FORM[form])] : [];
  return purpose === 'workup' ? [...snomed, concept(SYSTEMS.contactPurpose, '1')] : snomed;
}

/** The referral's resource where it is written anyway, else the id that the source gave. */
function referralOf(composition: Composition, source: string, referralId: string) {
  const standing = [...composition.facts.values()].find(
    (each) => each.source === source && each.fact.kind === 'referral' && each.fact.businessId === referralId,
  );
  if (standing !== undefined && isWritten(composition, standing.key)) return composition.sourceReference(standing.key);
  return { type: 'ServiceRequest', identifier: sourceIdentifier(source, referralId) };
}

function isWritten(composition: Composition, key: string): boolean {
  return composition.sourcesUsed.has(key) || composition.known(`ServiceRequest|${key}`) !== undefined;
}
