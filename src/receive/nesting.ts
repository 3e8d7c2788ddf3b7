const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const OPEN = new Set([0x5b, 0x7b]);
const CLOSE = new Set([0x5d, 0x7d]);

/**
 * Are objects and lists of a JSON text nested deeper than so many levels? Looked at before it is parsed: a few megabytes of
 * brackets would cost hundreds of megabytes of objects, and whatever walks them its stack. Text that is no JSON gets some answer.
 */
export function deeperThan(text: string, levels: number): boolean {
  let depth = 0;
  let quoted = false;
  for (let index = 0; index < text.length; index++) {
    const char = text.charCodeAt(index);
    if (quoted) {
      if (char === BACKSLASH) index++;
      else if (char === QUOTE) quoted = false;
    } else if (char === QUOTE) quoted = true;
    else if (OPEN.has(char)) {
      depth++;
      if (depth > levels) return true;
    } else if (CLOSE.has(char)) depth--;
  }
  return false;
}
