import type { FhirResource, Narrative } from 'fhir/r4.js';
import { SaxesParser } from 'saxes';

/** A line of a narrative for each of its paragraphs and items, by the language of its part. */
export type Lines = Readonly<Record<string, readonly string[]>>;

const LINES = ['p', 'li'];

/** What a narrative says. Throws where it is not well-formed, or holds what is not used in one. */
export function readNarrative({ div }: Pick<Narrative, 'div'>): Lines {
  const said: Record<string, string[]> = {};
  let language = '';
  const parser = new SaxesParser({ xmlns: true });
  parser.on('error', (error) => {
    throw error;
  });
  parser.on('opentag', ({ name, uri, attributes }) => {
    if (uri !== 'http://www.w3.org/1999/xhtml') throw new Error(`${name} is not of XHTML`);
    const [lang, xmlLang] = [attributes['lang']?.value, attributes['xml:lang']?.value];
    if (lang !== xmlLang) throw new Error('lang and xml:lang differ');
    if (lang !== undefined) said[(language = lang)] = [];
    if (LINES.includes(name)) said[language]?.push('');
    else if (!['div', 'ul', 'b'].includes(name)) throw new Error(`${name} is not used`);
  });
  parser.on('text', (text) => {
    const lines = said[language] ?? [];
    lines.push(`${lines.pop() ?? ''}${text}`);
  });
  parser.write(div).close();
  return said;
}

export function narrativeIn(resource: FhirResource | undefined): Narrative {
  const { text } = resource as { text?: Narrative };
  if (text === undefined) throw new Error(`${resource?.resourceType ?? 'Nothing'} says nothing in words`);
  return text;
}

/** The lines of a resource's narrative in one language. */
export function told(resource: FhirResource | undefined, language: 'nb' | 'en'): readonly string[] {
  return readNarrative(narrativeIn(resource))[language] ?? [];
}
