/** Something in a resource that is not as it must be. It names elements, codes of ours and rules: no value of the resource. */
export interface ResourceFault {
  /** What is only a warning is no reason not to write or take it. */
  readonly severity: 'error' | 'warning';
  /** Of R4's IssueType: `required`, `structure`, `value`, `code-invalid`, `invariant`. */
  readonly code: string;
  /** The place, as FHIRPath, from the type of the resource on. */
  readonly path: string;
  readonly message: string;
  /** The name of the rule, where it is one of the profiles'. */
  readonly rule?: string;
}
