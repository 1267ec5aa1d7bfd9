// When to try again.

export const SHORTEST_MS = 2_000;
export const LONGEST_MS = 5 * 60_000;

/**
 * Return how long to wait after so many failures in a row (1, 2, …), milliseconds: doubling from
 * 2 s to 5 min, of which `random` (in [0, 1)) takes off up to half, so that phones that lost the
 * network together do not come back together. A `retryAfter` of the service is obeyed up to 5 min.
 */
export function delayAfter(failures: number, random: number, retryAfter: number | null): number {
  const whole = Math.min(SHORTEST_MS * 2 ** Math.min(failures - 1, 20), LONGEST_MS);
  const jittered = whole * (1 - random / 2);
  return Math.min(Math.max(jittered, retryAfter ?? 0), LONGEST_MS);
}

/** Return a Retry-After header's milliseconds: seconds or a date; null where it is neither. */
export function retryAfter(header: string | null, now: number): number | null {
  if (header === null) return null;
  if (/^\s*\d+\s*$/.test(header)) return Number(header) * 1_000;
  const date = Date.parse(header);
  return Number.isNaN(date) ? null : Math.max(0, date - now);
}
