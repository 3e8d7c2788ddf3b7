/** XHTML as FHIR's narratives may hold it. Text is escaped here and nowhere else: what these functions take is plain text. */

const MARKS: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };
/** Anything but the characters of XML 1.0, production 2: control characters, halves of pairs, U+FFFE and U+FFFF. */
const FORBIDDEN = /[^\t\n\r\u0020-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]/gu;

/** As text of an element: what XML gives a meaning is escaped, what it cannot hold becomes U+FFFD. */
function escaped(text: string): string {
  return text.replace(FORBIDDEN, '\uFFFD').replace(/[&<>"']/g, (mark) => MARKS[mark] ?? mark);
}

export function paragraph(text: string): string {
  return `<p>${escaped(text)}</p>`;
}

/** `title` stands out; `more` says what it is of. */
export function heading(title: string, more?: string): string {
  return `<p><b>${escaped(title)}</b>${more === undefined ? '' : `: ${escaped(more)}`}</p>`;
}

/** A titled list; nothing where there are no lines. */
export function list(title: string, lines: readonly string[]): readonly string[] {
  if (lines.length === 0) return [];
  return [`<p>${escaped(title)}:</p>`, `<ul>${lines.map((line) => `<li>${escaped(line)}</li>`).join('')}</ul>`];
}

/** A part in one language: XHTML 1.0 wants both attributes, and they must agree. */
export function inLanguage(language: string, blocks: readonly string[]): string {
  return `<div lang="${language}" xml:lang="${language}">${blocks.join('')}</div>`;
}

export function division(parts: readonly string[]): string {
  return `<div xmlns="http://www.w3.org/1999/xhtml">${parts.join('')}</div>`;
}
