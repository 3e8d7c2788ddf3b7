import type { Failure } from '../model/failure.js';
import type { Refusal } from './refusal.js';

/** What others than this room need to know of a refusal. */
export function failureOf({ sort, code, message, path, retryAfterMs }: Refusal): Failure {
  return {
    sort: sort === 'conflict' ? 'transient' : sort,
    code,
    message,
    ...(path === undefined ? {} : { path }),
    ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
  };
}
