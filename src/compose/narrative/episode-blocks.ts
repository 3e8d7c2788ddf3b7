import type { EpisodeOfCare, Extension } from 'fhir/r4.js';
import { ORGANIZATION_NUMBER, ownExtension } from '../../model/canonical.js';
import { codeText } from '../code-text.js';
import { SYSTEMS } from '../terms.js';
import { dayInWords, pathwayName, phrase, type Telling } from './words.js';
import { heading, list, paragraph } from './xhtml.js';

/** What an episode holds: from when, at whom, what is registered, the deadlines, what the checks found. */
export function episodeBlocks(episode: EpisodeOfCare, telling: Telling): readonly string[] {
  const of = (name: string) => (episode.extension ?? []).filter(({ url }) => url === ownExtension(name));
  return [
    heading(phrase(telling, 'episode'), pathwayName(telling)),
    ...(episode.status === 'entered-in-error' ? [paragraph(phrase(telling, 'mistake'))] : []),
    ...periodOf(episode, telling),
    ...responsibleOf(episode, telling),
    ...list(
      phrase(telling, 'registered'),
      of('pathway-registration').map((each) => registrationLine(each, telling)),
    ),
    ...list(
      phrase(telling, 'deadlines'),
      of('pathway-deadline').map((each) => deadlineLine(each, telling)),
    ),
    ...list(
      phrase(telling, 'findings'),
      of('pathway-finding').map((each) => findingLine(each, telling)),
    ),
  ];
}

function periodOf({ period: { start, end } = {} }: EpisodeOfCare, telling: Telling): string[] {
  if (start === undefined) return [];
  const days = { start: dayInWords(start, telling.language), end: dayInWords(end ?? '', telling.language) };
  return [paragraph(phrase(telling, end === undefined ? 'since' : 'between', days))];
}

function responsibleOf({ managingOrganization: { identifier } = {} }: EpisodeOfCare, telling: Telling): string[] {
  if (identifier?.system !== ORGANIZATION_NUMBER || identifier.value === undefined) return [];
  return [paragraph(phrase(telling, 'responsible', { number: identifier.value }))];
}

function registrationLine(registration: Extension, { definition, language }: Telling): string {
  const { code = '', display = '' } = partOf(registration, 'code')?.valueCodeableConcept?.coding?.[0] ?? {};
  const on = partOf(registration, 'date')?.valueDate ?? '';
  const premiss = partOf(registration, 'premiss')?.valueCodeableConcept?.coding?.[0];
  const text = definition === undefined ? display : codeText(code, definition)[language];
  const known = definition?.premissContractSpecialist.text[language] ?? premiss?.display ?? '';
  return `${code} ${text}: ${dayInWords(on, language)}${premiss === undefined ? '' : ` (${known})`}`;
}

function deadlineLine(deadline: Extension, telling: Telling): string {
  const { language, definition } = telling;
  const kind = partOf(deadline, 'kind')?.valueCode ?? '';
  const [due, met, ended] = ['due', 'met', 'ended'].map((name) => partOf(deadline, name)?.valueDate);
  const what = definition?.deadlines.find((each) => each.kind === kind)?.text[language] ?? kind;
  const days = { what, due: dayInWords(due ?? '', language), on: dayInWords(met ?? ended ?? '', language) };
  if (met !== undefined) return phrase(telling, 'deadline-met', days);
  return phrase(telling, ended === undefined ? 'deadline-open' : 'deadline-ended', days);
}

function findingLine(finding: Extension, telling: Telling): string {
  const { system, code = '' } = partOf(finding, 'code')?.valueCodeableConcept?.coding?.[0] ?? {};
  return findingText(telling, { system, code }, partOf(finding, 'text')?.valueString ?? code);
}

/** NPR's findings go by their numbers; `otherwise` is said of one that the definition does not know. */
export function findingText(
  { definition, language }: Telling,
  { system, code }: { readonly system: string | undefined; readonly code: string },
  otherwise: string,
): string {
  const text = definition?.findings.find((each) => each.code === code)?.text[language] ?? otherwise;
  return system === SYSTEMS.nprFinding ? `NPR ${code}: ${text}` : text;
}

function partOf({ extension = [] }: Extension, name: string): Extension | undefined {
  return extension.find(({ url }) => url === name);
}
