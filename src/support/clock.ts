/** An instant as ISO 8601 UTC text with milliseconds: sorts as text, and is the only form an instant has inside. */
export type Instant = string;

/** The sole keeper of «now»: every other place is handed an instant, so that a test or a replay may choose it. */
export interface Clock {
  now(): Instant;
}

export const systemClock: Clock = { now: () => new Date().toISOString() };
