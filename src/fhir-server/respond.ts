import type { Request, Response } from 'express';
import { outcomeOf, refusal, type FhirError } from './fhir-error.js';
import type { Answer } from './interactions.js';
import { isNotModified, sinceOfHeader } from './not-modified.js';
import type { Stored } from './resource-store.js';

const CONTENT_TYPE = 'application/fhir+json; charset=utf-8';
const JSON_FORMATS = ['json', 'application/json', 'application/fhir+json', 'application/fhir json', 'text/json'];
const ACCEPTED = ['application/fhir+json', 'application/json', 'text/json', 'application/*', '*/*'];

export function sendText(res: Response, status: number, text?: string): void {
  res.status(status);
  if (text !== undefined) res.setHeader('Content-Type', CONTENT_TYPE);
  res.end(text);
}

export function sendRefusal(res: Response, { status, issues, headers }: FhirError): void {
  res.set(headers);
  sendText(res, status, JSON.stringify(outcomeOf(issues)));
}

/** A resource that was read; nothing but the headers when it is the version the client has. */
export function sendRead(req: Request, res: Response, { status, stored, body }: Answer): void {
  if (stored !== undefined) setVersion(res, stored);
  const ifNoneMatch = req.headers['if-none-match'];
  const sinceMs = sinceOfHeader(req.headers['if-modified-since']);
  if (stored !== undefined && isNotModified(stored, { ifNoneMatch, sinceMs })) sendText(res, 304);
  else sendText(res, status, body);
}

/** The answer to a write, as much of it as the client prefers. */
export function sendWritten(req: Request, res: Response, { status, stored, body }: Answer, baseUrl: string): void {
  if (stored !== undefined) {
    setVersion(res, stored);
    res.setHeader('Location', `${baseUrl}/${stored.type}/${stored.id}/_history/${stored.versionId}`);
  }
  const preferred = preferenceOf(req);
  if (body === undefined || preferred === 'minimal') sendText(res, status);
  else if (preferred === 'OperationOutcome') sendText(res, status, JSON.stringify(DONE));
  else sendText(res, status, body);
}

const DONE = outcomeOf([{ severity: 'information', code: 'informational', diagnostics: 'done' }]);

/** What a client asked to get back of what it writes. */
export function preferenceOf(req: Request): string | undefined {
  const prefer = req.headers['prefer'];
  return /\breturn=(minimal|representation|OperationOutcome)\b/.exec(String(prefer ?? ''))?.[1];
}

function setVersion(res: Response, { versionId, updated }: Stored): void {
  res.setHeader('ETag', `W/"${versionId}"`);
  res.setHeader('Last-Modified', new Date(updated).toUTCString());
}

/** This server speaks JSON only. */
export function checkAccepted(req: Request, query: URLSearchParams): void {
  const format = query.get('_format');
  if (format !== null) {
    if (JSON_FORMATS.includes(format.split(';')[0] ?? '')) return;
    throw refusal(406, 'not-supported', '_format must be json');
  }
  const accept = req.headers.accept;
  if (accept === undefined) return;
  const types = accept.split(',').map((each) => (each.split(';')[0] ?? '').trim().toLowerCase());
  if (!types.some((type) => ACCEPTED.includes(type)))
    throw refusal(406, 'not-supported', 'the only format is application/fhir+json');
}
