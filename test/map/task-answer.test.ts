import { expect, test } from '@jest/globals';
import { answerOn } from '../../src/map/task-answer.js';

const TYPES = 'https://fhir.pakkeforlop.example/CodeSystem/pathway-task-output';
const answer = (type: string, coding: readonly object[]) =>
  answerOn({
    resourceType: 'Task',
    status: 'completed',
    output: [{ type: { coding: [{ system: TYPES, code: type }] }, valueCodeableConcept: { coding } }],
  });

test('of several codes of an outcome the national one is the answer', () => {
  const local = { system: 'urn:hospital:outcome', code: 'INGEN' };
  const national = { system: 'urn:oid:2.16.578.1.12.4.1.1.8480', code: 'C01CI' };
  expect(answer('outcome', [local, national])).toEqual({ outcome: 'C01CI' });
  expect(answer('outcome', [{ code: 'C01CI' }])).toEqual({ outcome: 'C01CI' });
});

test('an output of a type that is none of ours says nothing, whatever it is called', () => {
  expect(answer('constructor', [{ code: 'C01CI' }])).toBeUndefined();
});
