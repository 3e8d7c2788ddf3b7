/**
 * Sorted where it happens. Transient: not done, safe to try again. Ambiguous: may have been done, so read before trying again.
 * Permanent: trying again never helps. `path` is the place in what was sent, if it is known.
 */
export interface Failure {
  readonly sort: 'transient' | 'ambiguous' | 'permanent';
  readonly code: string;
  readonly message: string;
  readonly path?: string;
  /** The other side asked to be left alone for so long. */
  readonly retryAfterMs?: number;
}
