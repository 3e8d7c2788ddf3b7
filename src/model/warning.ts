import type { Day } from '../support/dates.js';
import type { DeadlineKind } from './definition.js';

export type WarningLevel = 'approaching' | 'booked-too-late' | 'overdue';

/** What was warned is a fact too: one per episode, kind, due day and level, `on` the day the scan found it (last). */
export interface Warned {
  readonly episodeId: string;
  readonly kind: DeadlineKind;
  readonly dueOn: Day;
  readonly level: WarningLevel;
  readonly on: Day;
}

/** The state of a warning's Task, and why it ended. */
export interface WarningState {
  readonly warned: Warned;
  readonly status: 'ready' | 'completed' | 'cancelled';
  readonly ended?: 'superseded' | 'deadline-ended' | 'no-longer-applies';
}
