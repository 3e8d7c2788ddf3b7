import type { BilingualText, EventLetter, PathwayDefinition } from '../model/definition.js';

/** The text of a code of list 8480: its event, and its outcome where it has one. */
export function codeText(code: string, definition: PathwayDefinition): BilingualText {
  const event = code.charAt(definition.code.length) as EventLetter;
  const suffix = code.slice(definition.code.length + 1);
  const outcome = definition.outcomes.find((each) => event === 'C' && each.suffix === suffix)?.text;
  const text = definition.eventTexts[event];
  return outcome === undefined ? text : { nb: `${text.nb}: ${outcome.nb}`, en: `${text.en}: ${outcome.en}` };
}
