import type { Fault, Reason } from '../model/message.js';
import type { CanonicalEvent, Evaluation, MappingFault } from './pack.js';

/** The faults of events that an expression returned, each with the part of it that should have made what is wrong. */
export async function faultsOfEvents(
  evaluation: Extract<Evaluation, { events: unknown }>,
  check: (event: CanonicalEvent) => readonly Fault[],
): Promise<readonly MappingFault[]> {
  const { events, file, madeBy } = evaluation;
  const faults: MappingFault[] = [];
  for (const [index, event] of events.entries()) {
    for (const { path, message } of check(event)) {
      const place = await madeBy?.(`/${index}${path}`);
      const said = path.replace(/^\/(data\/)?/, '').replaceAll('/', '.');
      const field = events.length > 1 ? `${said} of fact ${index + 1}` : said;
      // Facts taken as they are stand where they stood in the message.
      if (file === undefined) faults.push({ code: 'mapping', path: path.replace(/^\/data/, ''), message });
      else faults.push({ code: 'mapping', path: '', file, field, message, ...(place === undefined ? {} : { place }) });
    }
  }
  return faults;
}

/**
 * A fault as a reason: `path` is the place in the message that it comes from, the text says what was expected and where in the pack.
 * `placeInMessage`: where in the message a place in what the expression was given is; undefined: nowhere.
 */
export function reasonOf(fault: MappingFault, placeInMessage: (path: string) => string | undefined): Reason {
  const { code, file, field, message, place } = fault;
  const inputs = place?.inputs.flatMap((input) => placeInMessage(input) ?? []) ?? [];
  const path = inputs[0] ?? placeInMessage(fault.path) ?? '';
  const where = place === undefined ? file : `${file} line ${place.node.line} column ${place.node.column}`;
  const what = field === undefined || field === '' ? message : `${field} ${message}`;
  const others = inputs.length > 1 ? `, from ${inputs.slice(0, MOST_INPUTS).join(', ')}` : '';
  return { code, path, message: where === undefined ? what : `${what} (${where}${others})` };
}

const MOST_INPUTS = 3;
