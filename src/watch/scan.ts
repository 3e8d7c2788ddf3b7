import type { Instant } from '../support/clock.js';
import { osloDayOf, type Day } from '../support/dates.js';

/** A patient of whom the clock has something to say. */
export interface Due {
  readonly patientId: string;
  readonly deadlines: number;
}

/** What a scan did: deadlines looked at, Tasks posted, warnings that ended by it. */
export interface ScanResult {
  readonly on: Day;
  readonly examined: number;
  readonly posted: number;
  readonly closed: number;
}

export interface ScanSteps {
  /** Patients with something due on the day, after the one named, by index: a scan costs what is due, not what is open. */
  readonly due: (on: Day, at: Instant, limit: number, after?: string) => Promise<readonly Due[]>;
  /** Derives one patient with the clock at `at`: one transaction, so that a scan that is stopped half-way lost nothing. */
  readonly look: (patientId: string, at: Instant) => Promise<{ readonly posted: number; readonly closed: number }>;
}

const PAGE = 200;

/**
 * Looks at every deadline that came near or passed by the instant `at`. Safe to run twice and at any time: what was warned of is
 * kept, and what was missed while nothing ran is found by the next scan. CONTRACT 5, `deadline-warning`.
 */
export async function scan(at: Instant, { due, look }: ScanSteps): Promise<ScanResult> {
  const on = osloDayOf(at);
  const total = { examined: 0, posted: 0, closed: 0 };
  let after: string | undefined;
  for (;;) {
    const page = await due(on, at, PAGE, after);
    for (const { patientId, deadlines } of page) {
      const { posted, closed } = await look(patientId, at);
      total.examined += deadlines;
      total.posted += posted;
      total.closed += closed;
      after = patientId;
    }
    if (page.length < PAGE) return { on, ...total };
  }
}
