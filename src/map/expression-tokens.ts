/** A token of a JSONata expression, from `start` up to `end` in its text. */
export interface Token {
  readonly text: string;
  readonly start: number;
  readonly end: number;
  /** It stands where an operand is expected: `*` is a wildcard there, `%` a parent, `-` a sign. */
  readonly operand: boolean;
}

const BLANK = /(?:[ \t\n\r\v]+|\/\*[\s\S]*?\*\/)+/y;
const OPERATOR = /\.\.|:=|!=|>=|<=|\*\*|~>|\?:|\?\?|[.[\]{}(),@#;:?+\-*/%|=<>^&!~]/y;
const NAME = /[^ \t\n\r\v.[\]{}(),@#;:?+\-*/%|=<>^&!~]+/y;
const OPERANDS = [
  /"(?:[^"\\]|\\[\s\S])*"|'(?:[^'\\]|\\[\s\S])*'|`[^`]*`/y,
  /(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[Ee][-+]?[0-9]+)?/y,
  NAME,
];
const WORDS = new Set(['and', 'or', 'in']);
const OPENS = new Set(['(', '[', '{']);
const CLOSES = new Set([')', ']', '}']);
/** Operators that are operands themselves where one is expected. */
const EITHER = new Set(['*', '**', '%', '?']);

/**
 * The tokens of an expression that JSONata has compiled: the same as its own `tokenizer` finds, which keeps only their ends. What a
 * `/` begins depends on what stands before it.
 */
export function tokensOf(text: string): readonly Token[] {
  const tokens: Token[] = [];
  const expected = new Expected();
  for (let start = pastBlank(text, 0); start < text.length;) {
    const { operand } = expected;
    const { end, isOperator } = scan(text, start, operand);
    const token = { text: text.slice(start, end), start, end, operand };
    tokens.push(token);
    expected.after(token.text, isOperator || (WORDS.has(token.text) && !operand));
    start = pastBlank(text, end);
  }
  return tokens;
}

/** Whether an operand or an operator comes next. */
class Expected {
  operand = true;
  /** How many bars each open `|…|…|` has had. */
  private readonly bars: number[] = [];

  after(token: string, isOperator: boolean): void {
    if (!isOperator || CLOSES.has(token)) this.operand = false;
    else if (token === '|') this.operand = this.afterBar();
    else if (EITHER.has(token)) this.operand = !this.operand;
    else this.operand = true;
  }

  private afterBar(): boolean {
    const had = this.operand ? 1 : (this.bars.pop() ?? 0) + 1;
    if (had < 3) this.bars.push(had);
    return had < 3;
  }
}

function pastBlank(text: string, at: number): number {
  return endOf(BLANK, text, at) ?? at;
}

function endOf(kind: RegExp, text: string, at: number): number | undefined {
  kind.lastIndex = at;
  return kind.test(text) ? kind.lastIndex : undefined;
}

function scan(text: string, at: number, operand: boolean): { readonly end: number; readonly isOperator: boolean } {
  if (operand && text[at] === '/') return { end: regexEnd(text, at), isOperator: false };
  const operator = endOf(OPERATOR, text, at);
  if (operator !== undefined) return { end: operator, isOperator: true };
  for (const kind of OPERANDS) {
    const end = endOf(kind, text, at);
    if (end !== undefined) return { end, isOperator: false };
  }
  return { end: text.length, isOperator: false };
}

/** Up to the `/` that is neither escaped nor in brackets, and the flags behind it. */
function regexEnd(text: string, start: number): number {
  let depth = 0;
  let at = start + 1;
  for (; at < text.length; at++) {
    const char = text.charAt(at);
    if (char === '/' && depth === 0 && !isEscaped(text, at)) break;
    if (text[at - 1] === '\\') continue;
    if (OPENS.has(char)) depth++;
    if (CLOSES.has(char)) depth--;
  }
  for (at++; text[at] === 'i' || text[at] === 'm';) at++;
  return at;
}

function isEscaped(text: string, at: number): boolean {
  let backslashes = 0;
  while (text[at - 1 - backslashes] === '\\') backslashes++;
  return backslashes % 2 === 1;
}

/** The token that closes each one that opens, by their places in the list. */
export function closings(tokens: readonly Token[]): ReadonlyMap<number, number> {
  const open: number[] = [];
  const found = new Map<number, number>();
  tokens.forEach(({ text }, index) => {
    if (OPENS.has(text)) open.push(index);
    const opened = CLOSES.has(text) ? open.pop() : undefined;
    if (opened !== undefined) found.set(opened, index);
  });
  return found;
}
