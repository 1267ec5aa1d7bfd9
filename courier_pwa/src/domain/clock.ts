// Readings of how far the device's clock is off (docs/sync-protocol.md, "The clock").

export const OLDEST_MS = 10 * 60_000;
// The clocks of one life run alike; a step of the wall clock, or sleep, moves them apart.
const MOVED_APART_MS = 1_000;

/** What the device's two clocks showed at one moment. */
export interface Moment {
  readonly at: number;
  readonly mono: number;
  readonly life: string;
}

/** One timed request: the two moments around it and what the service's clock said between. */
export interface Timed {
  readonly before: Moment;
  readonly after: Moment;
  readonly service: number;
}

/** A reading as it is sent; `after` is the highest number that had been recorded. */
export interface Reading {
  readonly life: string;
  readonly mono: number;
  readonly at: string;
  readonly offset_ms: number;
  readonly error_ms: number;
  readonly after: number;
}

/** Tell whether the two clocks ran alike during the request: neither sleep nor a step of one. */
export function isSteady({ before, after }: Timed): boolean {
  const passed = after.mono - before.mono;
  return passed >= 0 && Math.abs(after.at - before.at - passed) <= MOVED_APART_MS / 2;
}

/** Return what one timed request tells; `after` is left to whoever keeps the numbers. */
export function measure({ before, after, service }: Timed): Omit<Reading, "after"> {
  const half = (after.mono - before.mono) / 2;
  return {
    life: after.life,
    mono: after.mono,
    at: new Date(after.at).toISOString(),
    offset_ms: Math.round(service + half - after.at),
    // Half a millisecond more than half the way: the offset is rounded, and so is the service's.
    error_ms: Math.ceil(half + 0.5),
  };
}

/**
 * Tell whether the clock must be read before a sync: never read in this life, too long ago, or the
 * wall clock has moved against the monotonic one since. Events wanting a reading are asked apart.
 */
export function isStale(newest: Pick<Reading, "life" | "mono" | "at">, now: Moment): boolean {
  if (newest.life !== now.life) return true;
  const passed = now.mono - newest.mono;
  const shown = now.at - Date.parse(newest.at);
  return passed > OLDEST_MS || Math.abs(shown - passed) > MOVED_APART_MS;
}

/**
 * Return the readings that events of these numbers need: for each the last one before it and the
 * first one after it. The readings are of one installation, in the order in which they were taken.
 */
export function readingsFor(numbers: Iterable<number>, readings: readonly Reading[]): Reading[] {
  const sorted = [...readings.entries()].sort(([i, a], [j, b]) => a.after - b.after || i - j);
  const needed = new Set<number>();
  for (const number of numbers) {
    const first = firstWithAfter(sorted, number);
    if (first > 0) needed.add(first - 1);
    if (first < sorted.length) needed.add(first);
  }
  return [...needed].sort((one, other) => one - other).map((place) => sorted[place]![1]);
}

/** Return the place of the first reading taken after the event of that number. */
function firstWithAfter(sorted: readonly (readonly [number, Reading])[], number: number): number {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (sorted[middle]![1].after < number) low = middle + 1;
    else high = middle;
  }
  return low;
}
