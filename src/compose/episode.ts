import type { EpisodeOfCare, EpisodeOfCareStatusHistory, Extension, Identifier as FhirIdentifier } from 'fhir/r4.js';
import { IDENTIFIERS, ownExtension } from '../model/canonical.js';
import type { PathwayDefinition } from '../model/definition.js';
import type { Deadline, Episode, Finding, Pathway, Registration } from '../model/pathway.js';
import { episodeKeyOf, type Composition } from './composition.js';
import { codeText } from './code-text.js';
import { concept, sourceIdentifier, SYSTEMS } from './terms.js';

/** EpisodeOfCare, one for each episode. CONTRACT 5. */
export function composeEpisode(composition: Composition, pathway: Pathway, episode: Episode): void {
  const definition = composition.input.definitionOf(pathway);
  const content: EpisodeOfCare = {
    resourceType: 'EpisodeOfCare',
    extension: [
      ...episode.registrations.map((registration) => registrationExtension(composition, registration, definition)),
      ...episode.deadlines.map(deadlineExtension),
      ...episode.findings.map((finding) => findingExtension(finding, definition)),
    ],
    identifier: identifiersOf(pathway, episode),
    status: episode.status,
    statusHistory: statusHistoryOf(episode),
    type: [concept(SYSTEMS.pathway, pathway.code, definition.name.nb)],
    patient: composition.patientReference(),
    managingOrganization: composition.organizationReference(episode.organization),
    period: { start: episode.startedOn, ...(episode.endedOn === undefined ? {} : { end: episode.endedOn }) },
    ...(episode.referralKeys.length === 0
      ? {}
      : { referralRequest: episode.referralKeys.map((key) => composition.sourceReference(key)) }),
  };
  const messageIds = episode.registrations.flatMap(({ explanation }) =>
    explanation.basis.map(({ messageId }) => messageId),
  );
  composition.add(episodeKeyOf(episode.id), 'EpisodeOfCare', episode.id, content, [...new Set(messageIds)]);
}

/** An episode whose starts are gone, or that joined another, stays as a mistake: nothing is deleted. CONTRACT 4, rule 13. */
export function composeFormerEpisodes(composition: Composition): void {
  const { record, pathways } = composition.input;
  const present = new Set(pathways.flatMap(({ episodes }) => episodes.map(({ id }) => id)));
  for (const { key, type, id, wanted } of record.resources.values()) {
    if (type !== 'EpisodeOfCare' || present.has(id)) continue;
    composition.add(key, type, id, { ...(wanted as EpisodeOfCare), status: 'entered-in-error' }, []);
  }
}

function identifiersOf(pathway: Pathway, episode: Episode): FhirIdentifier[] {
  return [
    { system: IDENTIFIERS.episode, value: episode.id },
    { system: IDENTIFIERS.pathway, value: pathway.id },
    ...episode.pathwayIds
      .filter(({ value }) => value !== pathway.id)
      .map(({ source, value }) => sourceIdentifier(source, value)),
  ];
}

/** From the registration days: waiting from A, active from S, over from the closing. */
function statusHistoryOf(episode: Episode): EpisodeOfCareStatusHistory[] {
  const attendedOn = episode.registrations.find(({ event }) => event === 'S')?.on;
  const steps: { status: EpisodeOfCare['status']; start: string }[] = [
    { status: 'waitlist', start: episode.startedOn },
  ];
  if (attendedOn !== undefined) steps.push({ status: 'active', start: attendedOn });
  if (episode.endedOn !== undefined) steps.push({ status: episode.status, start: episode.endedOn });
  return steps.map(({ status, start }, index) => {
    const end = steps[index + 1]?.start;
    return { status, period: { start, ...(end === undefined ? {} : { end }) } };
  });
}

function registrationExtension(
  composition: Composition,
  registration: Registration,
  definition: PathwayDefinition,
): Extension {
  const { premiss } = registration;
  return {
    url: ownExtension('pathway-registration'),
    extension: [
      {
        url: 'code',
        valueCodeableConcept: concept(
          SYSTEMS.registration,
          registration.code,
          codeText(registration.code, definition).nb,
        ),
      },
      { url: 'date', valueDate: registration.on },
      ...(premiss === undefined
        ? []
        : [
            {
              url: 'premiss',
              valueCodeableConcept: concept(SYSTEMS.premiss, premiss, definition.premissContractSpecialist.text.nb),
            },
          ]),
      { url: 'organization', valueReference: composition.organizationReference(registration.organization) },
      { url: 'basis', valueReference: composition.sourceReference(registration.basis.factKey) },
      { url: 'rule', valueString: registration.explanation.rule },
    ],
  };
}

function deadlineExtension({ kind, start, dueOn, metOn, endedOn }: Deadline): Extension {
  return {
    url: ownExtension('pathway-deadline'),
    extension: [
      { url: 'kind', valueCode: kind },
      { url: 'start', valueDate: start },
      { url: 'due', valueDate: dueOn },
      ...(metOn === undefined ? [] : [{ url: 'met', valueDate: metOn }]),
      ...(endedOn === undefined ? [] : [{ url: 'ended', valueDate: endedOn }]),
    ],
  };
}

function findingExtension({ code }: Finding, definition: PathwayDefinition): Extension {
  const known = definition.findings.find((finding) => finding.code === code);
  const system = known?.system === 'npr' ? SYSTEMS.nprFinding : SYSTEMS.ownFinding;
  return {
    url: ownExtension('pathway-finding'),
    extension: [
      { url: 'code', valueCodeableConcept: concept(system, code) },
      { url: 'text', valueString: known?.text.nb ?? code },
    ],
  };
}
