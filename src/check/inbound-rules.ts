import type { ClinicalImpression, CodeableConcept, Condition, ServiceRequest } from 'fhir/r4.js';
import { ownExtension } from '../model/canonical.js';
import { codesOf } from './parts.js';
import { SYSTEMS } from './systems.js';

/** The rules of profiles/fsh/inbound.fsh, each by the name it has there. */

const PURPOSES = ['workup', 'onward', 'examination', 'advice'];
/** What is asked for without responsibility. */
const WITHOUT = ['examination', 'advice'];

export function purposeThatIsKnown({ category }: ServiceRequest): boolean {
  return codesOf(category, SYSTEMS.referralPurpose).every((code) => PURPOSES.includes(code));
}

export function hospitalThatReceived(request: ServiceRequest): boolean {
  return request.performer !== undefined || !mattersToAPathway(request);
}

export function hospitalThatSent(request: ServiceRequest): boolean {
  const isSent = purposeOf(request) === 'onward' && !has(request, 'referral-received');
  return request.requester !== undefined || !isSent || asksNothing(request);
}

export function dayOfTheReferral(request: ServiceRequest): boolean {
  return request.authoredOn !== undefined || has(request, 'referral-received') || !mattersToAPathway(request);
}

function mattersToAPathway(request: ServiceRequest): boolean {
  const purpose = purposeOf(request) ?? 'workup';
  if (asksNothing(request) || WITHOUT.includes(purpose)) return false;
  const { code, orderDetail = [], reasonCode = [] } = request;
  const concepts = [...(code === undefined ? [] : [code]), ...orderDetail, ...reasonCode];
  const isMarked = [SYSTEMS.pathway, SYSTEMS.referralMark].some((system) => codesOf(concepts, system).length > 0);
  return purpose !== 'workup' || isMarked || has(request, 'referral-assessment');
}

/** Withdrawn, or nothing that anybody has been asked for. */
function asksNothing(request: ServiceRequest): boolean {
  const { status, doNotPerform } = request;
  if (status === 'entered-in-error' || doNotPerform === true) return true;
  return status === 'draft' && !has(request, 'referral-received');
}

function purposeOf({ category }: ServiceRequest): string | undefined {
  return codesOf(category, SYSTEMS.referralPurpose)[0];
}

function has({ extension = [] }: ServiceRequest, name: string): boolean {
  return extension.some(({ url }) => url === ownExtension(name));
}

export function dayOfTheSuspicion(condition: Condition): boolean {
  return condition.recordedDate !== undefined || !isSuspicion(condition);
}

export function placeOfTheSuspicion(condition: Condition): boolean {
  return condition.recorder !== undefined || condition.encounter !== undefined || !isSuspicion(condition);
}

export function certaintyInCodesOfFhir({ category, verificationStatus }: Condition): boolean {
  if (verificationStatus === undefined || codesOf(category, SYSTEMS.pathway).length === 0) return true;
  return codesOf(verificationStatus, SYSTEMS.verification).length > 0;
}

function isSuspicion({ category, verificationStatus }: Condition): boolean {
  const [status] = codesOf(verificationStatus, SYSTEMS.verification);
  return codesOf(category, SYSTEMS.pathway).length > 0 && status !== 'refuted' && status !== 'entered-in-error';
}

const CLOSING = /^[A-Z][0-9]{2}(C.*|X)$/;
const REASONS = ['patient-wish', 'death', 'other'];

export function dayOfTheDecision(impression: ClinicalImpression): boolean {
  const { effectiveDateTime, date } = impression;
  return effectiveDateTime !== undefined || date !== undefined || closingsOf(impression).length === 0;
}

export function placeOfTheDecision(impression: ClinicalImpression): boolean {
  const { assessor, encounter } = impression;
  return assessor !== undefined || encounter !== undefined || closingsOf(impression).length === 0;
}

export function oneClosingCode(impression: ClinicalImpression): boolean {
  return closingsOf(impression).length <= 1;
}

export function outcomeThatIsKnown(impression: ClinicalImpression): boolean {
  const codes = closingsOf(impression).flatMap((concept) => codesOf(concept, SYSTEMS.registration));
  return codes.filter((code) => /^C01(C.*|X)$/.test(code)).every((code) => /^C01(C[KUAI]|X)$/.test(code));
}

export function reasonThatIsKnown({ status, finding = [] }: ClinicalImpression): boolean {
  const concepts = finding.flatMap(({ itemCodeableConcept }) => itemCodeableConcept ?? []);
  return status !== 'completed' || codesOf(concepts, SYSTEMS.abortReason).every((code) => REASONS.includes(code));
}

/** The findings that close a pathway, where the impression is completed. */
function closingsOf({ status, finding = [] }: ClinicalImpression): CodeableConcept[] {
  if (status !== 'completed') return [];
  return finding
    .flatMap(({ itemCodeableConcept }) => itemCodeableConcept ?? [])
    .filter((concept) => codesOf(concept, SYSTEMS.registration).some((code) => CLOSING.test(code)));
}
