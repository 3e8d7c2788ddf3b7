import { RE2JS } from 're2js';

/** It is no regular expression, or one that could not be matched in linear time, such as with a back reference. */
class RegExpRefused extends Error {
  readonly code = 'S0300';
}

/** Why it cannot be matched in linear time; undefined: it can. JSONata itself looks only when it is used. */
export function refusalOf(pattern: { readonly source: string; readonly flags: string }): Error | undefined {
  try {
    compiled(pattern.source, pattern.flags);
    return undefined;
  } catch (error) {
    return error as Error;
  }
}

/** A regular expression in linear time, in the shape JSONata expects: `exec` with `lastIndex` and the `g` flag. */
export class LinearRegExp {
  lastIndex = 0;
  readonly source: string;
  readonly flags: string;
  private readonly pattern: RE2JS;

  constructor(source: string | LinearRegExp, flags?: string) {
    this.source = typeof source === 'string' ? source : source.source;
    this.flags = flags ?? (typeof source === 'string' ? '' : source.flags);
    this.pattern = compiled(this.source, this.flags);
  }

  exec(input: string): (RegExpExecArray & { index: number }) | null {
    const matcher = this.pattern.matcher(input);
    if (!matcher.find(this.flags.includes('g') ? this.lastIndex : 0)) {
      this.lastIndex = 0;
      return null;
    }
    const groups = Array.from({ length: matcher.groupCount() + 1 }, (_, n) => matcher.group(n) ?? undefined);
    this.lastIndex = matcher.end();
    return Object.assign(groups, { index: matcher.start(), input }) as unknown as RegExpExecArray;
  }

  test(input: string): boolean {
    return this.exec(input) !== null;
  }
}

function compiled(source: string, flags: string): RE2JS {
  const insensitive = flags.includes('i') ? RE2JS.CASE_INSENSITIVE : 0;
  const multiline = flags.includes('m') ? RE2JS.MULTILINE : 0;
  try {
    return RE2JS.compile(source, insensitive | multiline);
  } catch {
    throw new RegExpRefused();
  }
}
