import type { FhirResource } from 'fhir/r4.js';
import { attendance, decision, referral, transfer, type StoryEvent } from '../derive/history.js';

/** What happens on one day: messages of two people, each in a version, and what else the day brings. */
export interface Step {
  readonly at: string;
  readonly messages: readonly (readonly ['anna' | 'bo', StoryEvent])[];
  readonly scan?: true;
  readonly takeOver?: true;
  readonly restart?: true;
}

const organ = { outcome: 'organ-cancer', organPathway: 'A26' };

/** Anna is new to the server, Bo stands there already. Both are seen at one hospital, Anna is handed over to another. */
export const STEPS: readonly Step[] = [
  {
    at: '2026-03-02T12:00:00.000Z',
    messages: [
      ['anna', referral({ id: 'r1', receivedAt: '2026-03-02', mark: 'C01' })],
      ['bo', referral({ id: 'r2', receivedAt: '2026-03-02', mark: 'C01' })],
    ],
  },
  {
    at: '2026-03-05T12:00:00.000Z',
    messages: [
      ['anna', attendance({ id: 'a1', startedAt: '2026-03-05', referralId: 'r1' })],
      ['bo', attendance({ id: 'a2', startedAt: '2026-03-09', state: 'planned', referralId: 'r2' })],
    ],
    restart: true,
    takeOver: true,
  },
  {
    at: '2026-03-10T12:00:00.000Z',
    messages: [
      ['anna', attendance({ id: 'a1', version: 2, startedAt: '2026-03-04', referralId: 'r1' })],
      ['bo', attendance({ id: 'a2', version: 2, startedAt: '2026-03-09', state: 'missed', referralId: 'r2' })],
    ],
    scan: true,
  },
  {
    at: '2026-03-13T12:00:00.000Z',
    messages: [
      ['anna', transfer({ id: 't1', sentAt: '2026-03-12', scope: 'responsibility', to: 'hf2', referralId: 'r1' })],
      ['anna', referral({ id: 'r3', at: 'hf2', receivedAt: '2026-03-13', mark: 'C01', purpose: 'onward' })],
      ['bo', attendance({ id: 'a3', startedAt: '2026-03-13', referralId: 'r2' })],
    ],
    restart: true,
  },
  {
    at: '2026-03-20T12:00:00.000Z',
    messages: [
      ['anna', decision({ id: 'd1', at: 'hf2', decidedAt: '2026-03-20', referralId: 'r3', ...organ })],
      ['bo', decision({ id: 'd2', decidedAt: '2026-03-19', outcome: 'no-disease', referralId: 'r2' })],
    ],
    scan: true,
  },
  {
    at: '2026-03-23T12:00:00.000Z',
    messages: [
      ['anna', attendance({ id: 'a1', version: 3, status: 'withdrawn' })],
      ['bo', decision({ id: 'd2', version: 2, decidedAt: '2026-03-18', outcome: 'other-disease', referralId: 'r2' })],
    ],
  },
];

export const BO: FhirResource = {
  resourceType: 'Patient',
  id: 'there',
  identifier: [{ system: 'urn:test', value: 'bo' }],
};
