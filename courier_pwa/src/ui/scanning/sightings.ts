// When a label that comes into view is a new delivery, and when it is only still there.

/**
 * `new`: record it; `still`: it has not left the view, say nothing; `again`: it came back too soon
 * to be meant, say so and record nothing.
 */
export type Sight = "new" | "still" | "again";

// A read that fails for a few frames does not mean that the label was away.
const GONE_MS = 1_500;
// Whoever comes back later than this means it: a forgotten bundle, a second visit.
const MEANT_MS = 15_000;

export interface Sightings {
  /** A label is in view at `now` (monotonic milliseconds). */
  see(label: string, now: number): Sight;
  /** Let the label count as new once it has left the view: its scan failed or was undone. */
  release(label: string): void;
}

/** Return a memory of labels seen. */
export function createSightings(): Sightings {
  const seen = new Map<string, { last: number; released: boolean }>();
  return {
    see: (label, now) => {
      const before = seen.get(label);
      const away = before ? now - before.last : Infinity;
      if (before && away < GONE_MS) {
        before.last = now;
        return "still";
      }
      const isNew = !before || before.released || away >= MEANT_MS;
      seen.set(label, { last: now, released: false });
      return isNew ? "new" : "again";
    },
    release: (label) => {
      const before = seen.get(label);
      if (before) before.released = true;
    },
  };
}
