import type { EventLetter, PathwayDefinition } from '../model/definition.js';

/** The text of a code of list 8480, in Norwegian: its event, and its outcome where it has one. */
export function codeText(code: string, definition: PathwayDefinition): string {
  const event = code.charAt(definition.code.length) as EventLetter;
  const suffix = code.slice(definition.code.length + 1);
  const outcome = definition.outcomes.find((each) => event === 'C' && each.suffix === suffix)?.text.nb;
  const text = definition.eventTexts[event].nb;
  return outcome === undefined ? text : `${text}: ${outcome}`;
}
