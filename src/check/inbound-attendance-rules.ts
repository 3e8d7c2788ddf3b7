import type { Appointment, Encounter, Reference } from 'fhir/r4.js';
import { codesOf } from './parts.js';
import { SYSTEMS } from './systems.js';

/** The rules of profiles/fsh/inbound-attendances.fsh, each by the name it has there. */

export function patientOfTheAttendance(encounter: Encounter): boolean {
  return encounter.subject !== undefined || isNothingToCount(encounter);
}

export function hospitalOfTheAttendance(encounter: Encounter): boolean {
  return encounter.serviceProvider !== undefined || isNothingToCount(encounter);
}

export function dayOfTheAttendance({ status, period }: Encounter): boolean {
  return period?.start !== undefined || ['planned', 'cancelled', 'entered-in-error'].includes(status);
}

export function stateThatIsRead({ status }: Encounter): boolean {
  return status !== 'unknown';
}

/** As the ConceptMap attendance-form of the pack fhir-r4 has them. */
const CLASSES = ['AMB', 'IMP', 'ACUTE', 'NONAC', 'NONACUTE', 'EMER', 'OBSENC', 'SS', 'VR'];
const TYPES = ['363679005', '185317003'];

export function formThatIsRead(encounter: Encounter): boolean {
  const { class: form, type } = encounter;
  if (codesOf(type, SYSTEMS.snomed).some((code) => TYPES.includes(code))) return true;
  const isKnown = form.system === SYSTEMS.encounterClass && CLASSES.includes(form.code ?? '');
  return isKnown || isNothingToCount(encounter);
}

/** Withdrawn, or without a day before it took place. */
function isNothingToCount({ status, period }: Encounter): boolean {
  const hasNoDay = (status === 'planned' || status === 'cancelled') && period?.start === undefined;
  return hasNoDay || status === 'entered-in-error';
}

export function dayOfTheBooking({ start, status }: Appointment): boolean {
  return start !== undefined || !isBooking(status);
}

export function patientOfTheBooking(appointment: Appointment): boolean {
  return hasActor(appointment, 'Patient') || !isBooking(appointment.status);
}

export function hospitalOfTheBooking(appointment: Appointment): boolean {
  const { basedOn, status } = appointment;
  return basedOn !== undefined || hasActor(appointment, 'PractitionerRole') || !isBooking(status);
}

function isBooking(status: Appointment['status']): boolean {
  return status === 'booked' || status === 'noshow';
}

function hasActor({ participant }: Appointment, type: string): boolean {
  return participant.some(({ actor }) => actor !== undefined && mayBe(actor, type));
}

/** What is contained, or stands beside it in a Bundle, does not say of what type it is. */
function mayBe({ type: said, reference = '' }: Reference, type: string): boolean {
  return (
    said === type ||
    /^(#|urn:)/.test(reference) ||
    new RegExp(`^(.*/)?${type}/[^/]+(/_history/[^/]+)?$`).test(reference)
  );
}
