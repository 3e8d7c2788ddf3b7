import type { Failure } from '../model/failure.js';
import type { Instant } from '../support/clock.js';
import { msBetween, toInstant } from '../support/dates.js';
import { issueOf } from './operation-outcome.js';

/**
 * Why a call did not do what it should, sorted where it happened. Beside the sorts of {@link Failure}: `conflict`, what stands
 * there is not what we took it for (changed, or deleted), so read again and merge.
 */
export interface Refusal extends Omit<Failure, 'sort'> {
  readonly sort: Failure['sort'] | 'conflict';
  readonly status?: number;
  /** The entry of a transaction that was refused, where the server says which. */
  readonly entry?: number;
  /** Nothing is wrong with what was sent: somebody must mend the address, the token or the server. */
  readonly operator?: true;
  /** The server does not know how to do what was asked, whatever the content. */
  readonly unsupported?: true;
}

export interface Answer {
  readonly status: number;
  readonly data: unknown;
  readonly headers?: Headers | undefined;
}

const MOST_RETRY_AFTER_MS = 3_600_000;
const NOT_SENT = ['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'EHOSTUNREACH', 'ENETUNREACH', 'UND_ERR_CONNECT_TIMEOUT'];

/** What an error of the client means. Neither its message nor the server's own text is kept: both may hold a national id. */
export function refusalOf(error: unknown, now: Instant): Refusal {
  const answer = answerOf(error);
  if (answer !== undefined) return refusalOfAnswer(answer, now);
  const { name, cause } = Object(error) as { name?: unknown; cause?: unknown };
  if (name === 'TimeoutError') return { sort: 'ambiguous', code: 'timeout', message: 'no answer came in time' };
  if (name === 'AbortError') return { sort: 'ambiguous', code: 'closed', message: 'the service stops' };
  if (cause === undefined) return notFhir();
  const { code, message } = Object(cause) as { code?: unknown; message?: unknown };
  if (code === 'ERR_INVALID_URL') return operator('bad-address', 'the address of the server is none');
  if (typeof message === 'string' && message.includes('redirect'))
    return operator('redirect', 'the server sends elsewhere, which is not followed');
  return NOT_SENT.includes(String(code))
    ? { sort: 'transient', code: 'unreachable', message: 'the server cannot be reached' }
    : { sort: 'ambiguous', code: 'network', message: 'the connection broke' };
}

/** What an answer means that is not the one hoped for. */
export function refusalOfAnswer(answer: Answer, now: Instant): Refusal {
  const { status } = answer;
  if (status === 409 || status === 412)
    return { sort: 'conflict', code: 'conflict', message: 'somebody else wrote first', status };
  if (status === 410) return { sort: 'conflict', code: 'deleted', message: 'somebody deleted it', status };
  if (status === 429 || status === 503) return busy(answer, now);
  if (status === 500) return { sort: 'ambiguous', code: 'http-500', message: 'the server failed', status };
  if (status === 501) return { ...notFhir(status), unsupported: true };
  if (status > 501 || status === 408)
    return { sort: 'transient', code: `http-${status}`, message: 'the server failed', status };
  return status < 400 ? refusalOfUnreadable(answer) : refusalOfRequest(answer);
}

/** No answer, a gateway's or a failure's, or one that says «done» in words that nobody can read. */
export function mayBeDone({ sort, status = 0 }: Refusal): boolean {
  return sort === 'ambiguous' || status >= 500 || (status >= 200 && status < 300);
}

export function operator(code: string, message: string, status?: number): Refusal {
  return { sort: 'transient', code, message, operator: true, ...(status === undefined ? {} : { status }) };
}

export function notFhir(status?: number): Refusal {
  return operator('not-fhir', 'what answers at the address is not a FHIR server that takes this', status);
}

function answerOf(error: unknown): Answer | undefined {
  if (typeof error !== 'object' || error === null || !('response' in error)) return undefined;
  const { response } = error as { response: { status: number; data: unknown } };
  const headers = 'config' in error ? (error.config as { headers?: unknown }).headers : undefined;
  return { status: response.status, data: response.data, headers: headers instanceof Headers ? headers : undefined };
}

function busy({ status, headers }: Answer, now: Instant): Refusal {
  const retryAfterMs = retryAfterOf(headers, now);
  const message = 'the server asks to be left alone for a while';
  const asked = retryAfterMs === undefined ? {} : { retryAfterMs };
  return { sort: 'transient', code: `http-${status}`, message, status, ...asked };
}

/** It says that it was done, in something that is no JSON: a page of a gateway, or an answer that was cut. */
function refusalOfUnreadable({ status, data }: Answer): Refusal {
  if (isPage(data)) return notFhir(status);
  return { sort: 'ambiguous', code: 'malformed', message: 'the answer cannot be read', status };
}

/**
 * 401 and 403 come from gateways as often as from FHIR servers; a 404 or anything unusual is about the content only where an
 * OperationOutcome says so.
 */
function refusalOfRequest({ status, data }: Answer): Refusal {
  if (status === 401) return operator('unauthorized', 'the server does not accept the token', status);
  if (status === 403) return operator('forbidden', 'the server does not allow it', status);
  if (status === 405) return { ...notFhir(status), unsupported: true };
  const issue = issueOf(data);
  const content = issue !== undefined || status === 413 || ([400, 422].includes(status) && !isPage(data));
  if (!content || [406, 407, 415].includes(status)) return notFhir(status);
  const { code = status === 413 ? 'too-costly' : `http-${status}` } = issue ?? {};
  const unsupported = code === 'not-supported' ? { unsupported: true as const } : {};
  return { sort: 'permanent', message: 'the server refuses the content', status, ...issue, code, ...unsupported };
}

function isPage(data: unknown): boolean {
  return typeof data === 'string' && /^\s*</.test(data);
}

/** Seconds, or an HTTP date (RFC 9110, 10.2.3). */
function retryAfterOf(headers: Headers | undefined, now: Instant): number | undefined {
  const text = headers?.get('retry-after')?.trim();
  if (text === undefined || text === '') return undefined;
  if (/^\d+$/.test(text)) return Math.min(Number(text) * 1000, MOST_RETRY_AFTER_MS);
  if (Number.isNaN(Date.parse(text))) return undefined;
  return Math.min(Math.max(msBetween(now, toInstant(text)), 0), MOST_RETRY_AFTER_MS);
}
