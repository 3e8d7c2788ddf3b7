import type { Response } from 'express';

/** One thing to tell. `code` is of R4's IssueType; no text of a request is in `diagnostics` or `expression`. */
export interface Issue {
  readonly severity: 'error' | 'warning' | 'information';
  readonly code: string;
  readonly diagnostics: string;
  readonly expression?: readonly string[];
}

export function issue(severity: Issue['severity'], code: string, diagnostics: string, expression?: string): Issue {
  return { severity, code, diagnostics, ...(expression === undefined ? {} : { expression: [expression] }) };
}

/** Answers with an OperationOutcome. */
export function sendOutcome(response: Response, status: number, issues: readonly Issue[]): void {
  response
    .status(status)
    .type('application/fhir+json')
    .send(JSON.stringify({ resourceType: 'OperationOutcome', issue: issues }));
}
