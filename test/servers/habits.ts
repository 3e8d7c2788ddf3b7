/** How a FHIR server behaves where servers differ. The first value of each is the well-behaved one. */
export const SWITCHES = {
  /** `racing`: two at the same moment are both done; in transactions they are ignored. */
  conditionalCreates: ['kept', 'ignored-in-transactions', 'ignored', 'racing'],
  ifMatch: ['kept', 'ignored-in-transactions'],
  /** The status of a PUT to an id that is not known; with `singly`, transactions are refused whole without naming an entry. */
  clientIds: ['taken', 'refused-405', 'refused-404', 'refused-400', 'refused-422', 'refused-in-entries'],
  /** Whether the CapabilityStatement says what it does with ids. */
  capabilities: ['told', 'silent', 'none'],
  /** `cached`: until asked with no-cache. `lagging`: what is new is not found for a while, whatever is asked. */
  searches: ['fresh', 'cached', 'lagging'],
  /** The status of an update on an old version; `409-at-random`: also without any version, though nobody wrote. */
  conflicts: ['412', '409', '409-at-random'],
  busy: ['never', '429-seconds', '503-date'],
  /** What becomes now and then of the answer to a write; of most, the write may be done or not. */
  answers: ['whole', 'truncated', 'html', 'empty', 'lost', 'late', '500', 'fewer-entries'],
  /** The same of reads and searches. */
  reads: ['whole', 'truncated', 'html', 'empty', '500'],
  versions: ['both', 'no-etag', 'no-meta', 'none'],
  location: ['given', 'none'],
  returns: ['representation', 'minimal'],
  transactions: ['taken', 'refused'],
  normalises: ['nothing', 'source', 'adds', 'strips'],
  /** Somebody writes on a Task between our read and our write. */
  people: ['between', 'meanwhile'],
  /** When the service is started anew: between deliveries, or in the middle of one. */
  restarts: ['none', 'between', 'in-delivery'],
} as const;

export type Habits = { readonly [Name in keyof typeof SWITCHES]: (typeof SWITCHES)[Name][number] };

type Name = keyof Habits;
const NAMES = Object.keys(SWITCHES) as Name[];

export const WELL_BEHAVED = Object.fromEntries(NAMES.map((name) => [name, SWITCHES[name][0]])) as unknown as Habits;

/** What differs from a well-behaved server, for the name of a test. */
export function told(habits: Habits): string {
  const odd = NAMES.filter((name) => habits[name] !== WELL_BEHAVED[name]).map((name) => `${name} ${habits[name]}`);
  return odd.length === 0 ? 'well-behaved' : odd.join(', ');
}

/** Combinations in which every value of every switch meets every value of every other. The same each time. */
export function pairwise(): Habits[] {
  const open = new Set<string>();
  NAMES.forEach((a, n) => {
    for (const b of NAMES.slice(n + 1))
      for (const one of SWITCHES[a]) for (const other of SWITCHES[b]) open.add(pair(a, one, b, other));
  });
  const rows: Habits[] = [];
  const random = randomFrom(7);
  while (open.size > 0) {
    const row = bestOf(
      Array.from({ length: 30 }, () => rowFor(open, random)),
      open,
    );
    for (const met of pairsOf(row)) open.delete(met);
    rows.push(sensible(row));
  }
  return rows;
}

/** Where no version is ever said, nobody can see that somebody else wrote after our read. */
export function sensible(habits: Habits): Habits {
  return habits.versions === 'none' ? { ...habits, people: 'between' } : habits;
}

/** Begins with a pair that is still to be met, and gives every other switch the value that meets most. */
function rowFor(open: ReadonlySet<string>, random: () => number): Habits {
  const start = [...open][Math.floor(random() * open.size)] ?? '';
  const chosen = new Map<Name, string>(start.split('&').map((each) => each.split('=') as [Name, string]));
  for (const name of [...NAMES].sort(() => random() - 0.5)) {
    if (chosen.has(name)) continue;
    const counts = SWITCHES[name].map((value) => ({
      value,
      meets: [...chosen].filter(([other, its]) => open.has(pair(name, value, other, its))).length + random() / 2,
    }));
    chosen.set(name, counts.reduce((best, each) => (each.meets > best.meets ? each : best)).value);
  }
  return Object.fromEntries(chosen) as unknown as Habits;
}

function bestOf(rows: readonly Habits[], open: ReadonlySet<string>): Habits {
  const meets = (row: Habits) => pairsOf(row).filter((each) => open.has(each)).length;
  return rows.reduce((best, row) => (meets(row) > meets(best) ? row : best));
}

function pairsOf(row: Habits): string[] {
  return NAMES.flatMap((a, n) => NAMES.slice(n + 1).map((b) => pair(a, row[a], b, row[b])));
}

function pair(a: Name, one: string, b: Name, other: string): string {
  return [`${a}=${one}`, `${b}=${other}`].sort().join('&');
}

/** Chance that is the same each time (mulberry32). */
export function randomFrom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
