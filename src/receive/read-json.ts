import { deeperThan } from './nesting.js';

/** The largest body that a door takes, after decompression too. */
export const MOST_BYTES = 5 * 1024 * 1024;
const DEEPEST = 64;

/** The media type that a Content-Type header names, in small letters; undefined: it promises text that is not UTF-8. */
export function utf8MediaType(contentType: string | undefined): string | undefined {
  const [mediaType = '', ...parameters] = (contentType ?? '').split(';').map((part) => part.trim().toLowerCase());
  const charset = parameters.find((parameter) => parameter.startsWith('charset='))?.slice('charset='.length);
  return charset === undefined || /^("utf-?8"|utf-?8)$/.test(charset) ? mediaType : undefined;
}

/** Bytes → JSON, or what is wrong with them, said without repeating any of the text. */
export function readJson(bytes: Uint8Array): { readonly json: unknown } | { readonly fault: string } {
  const text = decode(bytes);
  if (text === undefined) return { fault: 'The body is not UTF-8.' };
  if (deeperThan(text, DEEPEST)) return { fault: `The body is nested deeper than ${DEEPEST} levels.` };
  return parse(text);
}

/**
 * What went wrong while the body was taken from the wire (too large, cut short, a coding that is not known).
 * Undefined: the error is another one.
 */
export function bodyFault(error: unknown): { readonly status: number; readonly detail: string } | undefined {
  const status = error instanceof Error && 'status' in error ? error.status : undefined;
  if (typeof status !== 'number' || status < 400 || status > 499) return undefined;
  const details: Readonly<Record<number, string>> = {
    413: `The body is larger than ${MOST_BYTES} bytes.`,
    415: 'The content coding is not known.',
  };
  return { status, detail: details[status] ?? 'The body could not be read.' };
}

function decode(bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return undefined;
  }
}

function parse(text: string): { readonly json: unknown } | { readonly fault: string } {
  try {
    return { json: JSON.parse(text) as unknown };
  } catch (error) {
    const [, found] = /at position (\d+)/.exec(String((Object(error) as Partial<Error>).message)) ?? [];
    const before = text.slice(0, found === undefined ? text.length : Number(found)).split('\n');
    const column = (before.at(-1)?.length ?? 0) + 1;
    return {
      fault: text === '' ? 'The body is empty.' : `The body is not JSON (line ${before.length} column ${column}).`,
    };
  }
}
