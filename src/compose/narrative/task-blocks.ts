import type { CodeableConcept, Task } from 'fhir/r4.js';
import { findingText } from './episode-blocks.js';
import { anyPhrase, dayInWords, pathwayName, phrase, type Telling } from './words.js';
import { heading, list, paragraph } from './xhtml.js';

/**
 * What a Task is about, and what is asked of its reader. Of what people change on a Task (status, its reason and output,
 * businessStatus, owner, executionPeriod, note) nothing is said: it would be wrong as soon as they do.
 */
export function taskBlocks(task: Task, telling: Telling): readonly string[] {
  const kind = codingOf(task.code).code;
  const ask = anyPhrase(telling, `ask/${kind}/${specialOf(task, kind)}`, `ask/${kind}`);
  return [
    heading(titleOf(task, kind, telling), pathwayName(telling)),
    ...matterOf(task, kind, telling),
    ...(ask === undefined ? [] : [paragraph(ask)]),
  ];
}

function titleOf({ description = '' }: Task, kind: string, telling: Telling): string {
  const milestone = telling.definition?.milestones.find((each) => each.kind === kind);
  return milestone?.text[telling.language] ?? anyPhrase(telling, `kind/${kind}`) ?? description;
}

/** The level of a warning, as its key says it: what it was sent for stays so. */
function specialOf({ identifier = [], reasonCode }: Task, kind: string): string {
  if (kind !== 'deadline-warning') return codingOf(reasonCode).code;
  return identifier[0]?.value?.split('/').at(-1) ?? '';
}

function matterOf(task: Task, kind: string, telling: Telling): readonly string[] {
  switch (kind) {
    case 'deadline-warning':
      return warningMatter(task, telling);
    case 'triage':
      return questionMatter(task, telling);
    case 'registration-finding':
      return [paragraph(findingText(telling, codingOf(task.reasonCode), task.description ?? ''))];
    case 'follow-up':
      return [paragraph(dutyText(task, telling))];
    default:
      return dueOf(task, telling).map((day) => paragraph(phrase(telling, 'due', { due: day })));
  }
}

function dueOf({ restriction }: Task, { language }: Telling): string[] {
  const dueOn = restriction?.period?.end;
  return dueOn === undefined ? [] : [dayInWords(dueOn, language)];
}

function warningMatter(task: Task, telling: Telling): readonly string[] {
  const kind = codingOf(task.reasonCode).code;
  const level = anyPhrase(telling, `level/${specialOf(task, 'deadline-warning')}`) ?? '';
  const what = telling.definition?.deadlines.find((each) => each.kind === kind)?.text[telling.language] ?? kind;
  return [
    ...dueOf(task, telling).map((due) => paragraph(phrase(telling, 'deadline-open', { what, due }))),
    paragraph(phrase(telling, 'warned-because', { level })),
  ];
}

function questionMatter({ reasonCode, description = '', input = [] }: Task, telling: Telling): readonly string[] {
  const question = telling.texts.questions[codingOf(reasonCode).code]?.[telling.language] ?? description;
  const lines = input.map(({ type, valueString, valueUri }) => {
    const { code } = codingOf(type);
    return `${anyPhrase(telling, `input/${code}`) ?? code}: ${valueString ?? valueUri ?? ''}`;
  });
  return [paragraph(question), ...list(phrase(telling, 'about'), lines)];
}

function dutyText({ reasonCode, description = '' }: Task, { definition, language }: Telling): string {
  const { code } = codingOf(reasonCode);
  return definition?.followUps.find(({ kind }) => kind === code)?.text[language] ?? description;
}

function codingOf(concept: CodeableConcept | undefined): {
  readonly system: string | undefined;
  readonly code: string;
} {
  const { system, code = '' } = concept?.coding?.[0] ?? {};
  return { system, code };
}
