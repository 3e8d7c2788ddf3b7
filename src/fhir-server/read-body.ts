import express, { type Request, type Response } from 'express';
import { refusal } from './fhir-error.js';

const MOST_BYTES = 20 * 1024 * 1024;
const MOST_LEVELS = 100;
const JSON_TYPES = ['application/fhir+json', 'application/json'];
const FORM_TYPE = 'application/x-www-form-urlencoded';
const LONE_SURROGATE = /\p{Surrogate}/u;
const raw: express.RequestHandler = express.raw({ type: () => true, limit: MOST_BYTES });

/** Reads a body of JSON. What no store could keep as it is, or would take too much to look at, is refused. */
export async function readJson(req: Request, res: Response): Promise<unknown> {
  checkContentType(req, JSON_TYPES);
  const text = await readText(req, res);
  if (deeperThan(text, MOST_LEVELS))
    throw refusal(400, 'structure', `the body is nested more than ${MOST_LEVELS} levels deep`);
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw refusal(400, 'structure', 'the body is not JSON');
  }
  if (!isKeepable(value))
    throw refusal(400, 'value', 'the body holds U+0000, a lone surrogate or a number beyond the range of a double');
  return value;
}

/** Reads the parameters of a search that was posted. */
export async function readForm(req: Request, res: Response): Promise<URLSearchParams> {
  if (req.headers['content-length'] === '0') return new URLSearchParams();
  checkContentType(req, [FORM_TYPE]);
  return new URLSearchParams(await readText(req, res));
}

function checkContentType(req: Request, allowed: readonly string[]): void {
  const [type = '', ...parameters] = (req.headers['content-type'] ?? '')
    .toLowerCase()
    .split(';')
    .map((part) => part.trim());
  const charset = parameters
    .find((each) => each.startsWith('charset='))
    ?.slice('charset='.length)
    .replaceAll('"', '');
  if (!allowed.includes(type)) throw refusal(415, 'not-supported', `the content type must be ${allowed.join(' or ')}`);
  if (charset !== undefined && charset !== 'utf-8') throw refusal(415, 'not-supported', 'the charset must be utf-8');
}

async function readText(req: Request, res: Response): Promise<string> {
  await new Promise<void>((resolve, reject) => {
    void raw(req, res, (error?: unknown) => (error === undefined ? resolve() : reject(refusalOf(error))));
  });
  const body: unknown = req.body;
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(body instanceof Uint8Array ? body : new Uint8Array());
  } catch {
    throw refusal(400, 'value', 'the body is not UTF-8');
  }
}

function refusalOf(error: unknown): Error {
  const status = error instanceof Error && 'status' in error ? error.status : 400;
  if (status === 413) return refusal(413, 'too-long', 'the body is larger than 20 MB');
  if (status === 415) return refusal(415, 'not-supported', 'the encoding of the body is not supported');
  return refusal(400, 'structure', 'the body could not be read');
}

function deeperThan(text: string, levels: number): boolean {
  let depth = 0;
  let quoted = false;
  for (let index = 0; index < text.length; index++) {
    const char = text.charAt(index);
    if (quoted) {
      if (char === '\\') index++;
      else if (char === '"') quoted = false;
    } else if (char === '"') quoted = true;
    else if (char === '{' || char === '[') depth++;
    else if (char === '}' || char === ']') depth--;
    if (depth > levels) return true;
  }
  return false;
}

function isKeepable(value: unknown): boolean {
  if (typeof value === 'string') return isKeepableText(value);
  if (typeof value === 'number') return Number.isFinite(value);
  if (Array.isArray(value)) return value.every(isKeepable);
  if (value === null || typeof value !== 'object') return true;
  return Object.entries(value).every(([name, inner]) => isKeepableText(name) && isKeepable(inner));
}

/** SQLite cuts text at U+0000, and lone surrogates are changed on their way. */
export function isKeepableText(text: string): boolean {
  return !text.includes('\0') && !LONE_SURROGATE.test(text);
}
