export interface Issue {
  readonly severity: 'error' | 'information';
  readonly code: string;
  readonly diagnostics: string;
  readonly expression?: readonly string[];
}

export interface Outcome {
  readonly resourceType: 'OperationOutcome';
  readonly issue: readonly Issue[];
}

/** A request that is refused, with what to answer. Its texts name elements and parameters, never a value of a resource or a search. */
export class FhirError extends Error {
  readonly status: number;
  readonly issues: readonly Issue[];
  readonly headers: Readonly<Record<string, string>>;

  constructor(status: number, issues: readonly Issue[], headers: Readonly<Record<string, string>> = {}) {
    super(issues[0]?.diagnostics ?? 'refused');
    this.name = 'FhirError';
    this.status = status;
    this.issues = issues;
    this.headers = headers;
  }
}

/** A refusal of one fault. */
export function refusal(status: number, code: string, diagnostics: string, expression?: string): FhirError {
  return new FhirError(status, [errorIssue(code, diagnostics, expression)]);
}

export function errorIssue(code: string, diagnostics: string, expression?: string): Issue {
  return { severity: 'error', code, diagnostics, ...(expression === undefined ? {} : { expression: [expression] }) };
}

export function outcomeOf(issues: readonly Issue[]): Outcome {
  return { resourceType: 'OperationOutcome', issue: issues };
}

const UNAVAILABLE = ['SQLITE_BUSY', 'SQLITE_LOCKED', 'SQLITE_FULL', 'SQLITE_IOERR', 'SQLITE_READONLY'];
const RETRY_AFTER_S = '2';

/** What to answer for anything thrown: an error of the database that may pass is 503, anything unforeseen 500. */
export function asRefusal(error: unknown): FhirError {
  if (error instanceof FhirError) return error;
  const code = error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : '';
  if (UNAVAILABLE.some((each) => code.startsWith(each))) {
    const issue = errorIssue('transient', 'the store cannot be used now: try again later');
    return new FhirError(503, [issue], { 'Retry-After': RETRY_AFTER_S });
  }
  return refusal(500, 'exception', 'an unforeseen error: see the log of the server');
}

/** What goes wrong in an entry says which one it was. */
export function inEntry<T>(index: number, work: () => T): T {
  const at = `Bundle.entry[${index}]`;
  try {
    return work();
  } catch (error) {
    if (!(error instanceof FhirError)) throw error;
    const issues = error.issues.map((issue) => ({ ...issue, expression: [at, ...(issue.expression ?? [])] }));
    throw new FhirError(error.status, issues, error.headers);
  }
}
