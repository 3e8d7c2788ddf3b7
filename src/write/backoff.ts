const FIRST_MS = 1_000;
const LONGEST_MS = 300_000;

/** How long to wait after so many attempts: doubling, capped, and by chance between nothing and all of it («full jitter»). */
export function backoffMs(attempts: number, random: () => number): number {
  return Math.round(random() * Math.min(LONGEST_MS, FIRST_MS * 2 ** Math.min(attempts, 20)));
}
