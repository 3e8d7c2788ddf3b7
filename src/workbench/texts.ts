import { percentOf, type Coverage } from '../map/coverage.js';
import type { PackResult } from './test-pack.js';
import type { Trace, TracedEvent } from './trace.js';

/** What the examples of a pack came to, for people to read. */
export function resultText({ pack, examples }: PackResult): string {
  const bad = examples.filter(({ status, kept }) => status !== 'passed' && !kept);
  const kept = examples.filter((each) => each.kept);
  const good = examples.length - bad.length - kept.length;
  return [
    `${pack}: ${good} of ${examples.length} examples as expected`,
    ...kept.map(({ name }) => `  ${name}: what came is expected now`),
    ...bad.flatMap(({ name, status, difference, places }) =>
      status === 'new'
        ? [`  ${name}: nothing is expected yet; read what «map» gives, then --update`]
        : [`  ${name}: not as expected`, indented(difference, 4), ...places.map((place) => `    ${place}`)],
    ),
  ].join('\n');
}

/** What is reached of a pack, and what is not, by file, line and column. */
export function coverageText(pack: string, { lines, rows, unreached, unusedRows }: Coverage): string {
  return [
    `${pack}: ${percentOf(lines)} % of lines (${lines.reached} of ${lines.of}), ${percentOf(rows)} % of ConceptMap rows (${rows.reached} of ${rows.of})`,
    ...unreached.map(({ file, line, column, text }) => `  ${file} line ${line} column ${column}: ${text}`),
    ...unusedRows.map((row) => `  ConceptMap row ${row}`),
  ].join('\n');
}

/** Where each field of what a message became comes from. */
export function traceText({ events }: Pick<Trace, 'events'>): string {
  if (events.length === 0) return 'It says nothing of a pathway.';
  return events.map(eventText).join('\n\n');
}

function eventText({ type, fields, decidedBy }: TracedEvent): string {
  const said = decidedBy.length === 0 ? [] : [`  said at all because of ${decidedBy.join(', ')}`];
  return [
    type,
    ...said,
    ...fields.flatMap(({ field, value, file, line, column, expression, inputs }) => [
      `  ${field} = ${JSON.stringify(value)}`,
      ...(file === undefined ? [] : [`      ${file} line ${line} column ${column}: ${expression}`]),
      `      ${inputs.length === 0 ? 'from nothing in the message' : `from ${inputs.join(', ')}`}`,
    ]),
  ].join('\n');
}

function indented(text: string, by: number): string {
  return text.replace(/^/gm, ' '.repeat(by));
}
