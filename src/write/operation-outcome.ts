/** The codes of R4's IssueType: a closed set, so that nothing else a server writes there can be kept. */
const ISSUE_CODES = new Set(
  `invalid structure required value invariant security login unknown expired forbidden suppressed processing not-supported
  duplicate multiple-matches not-found deleted too-long code-invalid extension too-costly business-rule conflict transient
  lock-error no-store exception timeout incomplete throttled informational`.split(/\s+/),
);
const ENTRY = /^Bundle\.entry\[(\d{1,4})\](?:\.resource)?(?:\.|$)/;
const STEP = '[a-z][A-Za-z]{0,39}(?:\\[(?:x|\\d{1,3})\\])?';
const PATH = new RegExp(
  `^(?:(?:Patient|Organization|EpisodeOfCare|ServiceRequest|Encounter|Task)(?:\\.${STEP})*|${STEP}(?:\\.${STEP})*)$`,
);

/** What of an OperationOutcome may be kept: a code, an element's path, and the entry of the transaction that it is about. */
export interface OutcomeIssue {
  readonly code?: string;
  readonly path?: string;
  readonly entry?: number;
}

/** Of its first error; the texts stay behind, since they may quote what was sent. Undefined: it is no OperationOutcome. */
export function issueOf(data: unknown): OutcomeIssue | undefined {
  if (!isObject(data) || data['resourceType'] !== 'OperationOutcome') return undefined;
  const issues = Array.isArray(data['issue']) ? data['issue'].filter(isObject) : [];
  const issue = issues.find(({ severity }) => severity === 'error' || severity === 'fatal') ?? issues[0] ?? {};
  const { code } = issue;
  const places = [issue['expression'], issue['location']].flatMap((list): unknown[] =>
    Array.isArray(list) ? list : [],
  );
  const [place] = places;
  return {
    ...(typeof code === 'string' && ISSUE_CODES.has(code) ? { code } : {}),
    ...(typeof place === 'string' ? placeOf(place) : {}),
  };
}

function placeOf(expression: string): OutcomeIssue {
  const entry = ENTRY.exec(expression)?.[1];
  const path = expression.replace(ENTRY, '');
  return { ...(entry === undefined ? {} : { entry: Number(entry) }), ...(PATH.test(path) ? { path } : {}) };
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
