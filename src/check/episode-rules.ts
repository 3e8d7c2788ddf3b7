import type { EpisodeOfCare } from 'fhir/r4.js';
import { SYSTEMS } from './systems.js';
import { codesIn, codesOf, deadlinesOf, findingsOf, partsOf, registrationsOf } from './parts.js';

/** The rules of profiles/fsh/episode.fsh, each by the name it has there. */

export function registrationsOfThePathway(episode: EpisodeOfCare): boolean {
  const [pathway] = codesOf(episode.type, SYSTEMS.pathway);
  const codes = codesIn(registrationsOf(episode), SYSTEMS.registration);
  return codes.every((code) => pathway !== undefined && code.startsWith(pathway));
}

const ORDERS = ['A', 'AS', 'AO', 'AC', 'AX', 'ASO', 'ASC', 'ASX'];

export function registrationOrder(episode: EpisodeOfCare): boolean {
  const codes = codesIn(registrationsOf(episode), SYSTEMS.registration);
  return ORDERS.includes(codes.map((code) => code.slice(3, 4)).join(''));
}

export function registrationDaysInOrder(episode: EpisodeOfCare): boolean {
  const days = daysOf(episode);
  return days.every((day, index) => index === 0 || day >= (days[index - 1] ?? ''));
}

export function registrationsOfTheOrganization(episode: EpisodeOfCare): boolean {
  const own = episode.managingOrganization?.identifier?.value;
  return registrationsOf(episode)
    .flatMap((each) => partsOf(each, 'organization'))
    .flatMap(({ valueReference }) => valueReference?.identifier?.value ?? [])
    .every((number) => number === own);
}

export function statusByRegistrations(episode: EpisodeOfCare): boolean {
  const { status } = episode;
  return status === 'entered-in-error' || status === statusOf(codesIn(registrationsOf(episode)));
}

function statusOf(codes: readonly string[]): EpisodeOfCare['status'] {
  if (codes.some((code) => /^C01(C.|O)$/.test(code))) return 'finished';
  if (codes.includes('C01X')) return 'cancelled';
  return codes.includes('C01S') ? 'active' : 'waitlist';
}

export function statusHistoryNow({ status, statusHistory = [] }: EpisodeOfCare): boolean {
  const open = statusHistory.filter(({ period }) => period.end === undefined);
  const last = statusHistory.at(-1);
  if (open.length !== 1 || last?.period.end !== undefined) return false;
  return status === 'entered-in-error' || last?.status === status;
}

export function periodByRegistrations(episode: EpisodeOfCare): boolean {
  const { start, end } = episode.period ?? {};
  const days = daysOf(episode);
  const hasEnded = codesIn(registrationsOf(episode)).some((code) => /^C01(C.|O|X)$/.test(code));
  return start !== undefined && start === days[0] && end === (hasEnded ? days.at(-1) : undefined);
}

export function oneDeadlineOfAKind(episode: EpisodeOfCare): boolean {
  return areDistinct(kindsOf(episode));
}

export function workupFromAttendance(episode: EpisodeOfCare): boolean {
  if (!codesIn(registrationsOf(episode)).includes('C01S') || kindsOf(episode).includes('workup')) return true;
  return deadlinesOf(episode).some((each) => partsOf(each, 'ended').length > 0);
}

export function noDeadlineOpenAfterTheEnd(episode: EpisodeOfCare): boolean {
  const isOver = episode.period?.end !== undefined;
  return !isOver || deadlinesOf(episode).every((each) => partsOf(each, 'met', 'ended').length > 0);
}

export function oneFindingOfACode(episode: EpisodeOfCare): boolean {
  return areDistinct(codesIn(findingsOf(episode)));
}

function daysOf(episode: EpisodeOfCare): string[] {
  return registrationsOf(episode)
    .flatMap((each) => partsOf(each, 'date'))
    .flatMap(({ valueDate }) => valueDate ?? []);
}

function kindsOf(episode: EpisodeOfCare): string[] {
  return deadlinesOf(episode)
    .flatMap((each) => partsOf(each, 'kind'))
    .flatMap(({ valueCode }) => valueCode ?? []);
}

function areDistinct(values: readonly string[]): boolean {
  return new Set(values).size === values.length;
}
