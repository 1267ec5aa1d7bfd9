// Wrong tries at the PIN, kept over restarts: whoever tries all four digits needs weeks. Loaded only
// where there is a PIN.

import { TRIES_KEY, type Store } from "./pin.ts";

const FREE = 5;
const SHORTEST_MS = 30_000;
const LONGEST_MS = 5 * 60_000;

interface Tries {
  /** In a row. */
  readonly wrong: number;
  /** When the last one was, wall clock. */
  readonly at: number;
}

/** Tell whether the next try has to wait: after five wrong ones for 30 s, doubling to 5 min. */
export function mustWait(store: Store, now: number): boolean {
  const { wrong, at } = triesIn(store);
  if (wrong < FREE) return false;
  const wait = Math.min(SHORTEST_MS * 2 ** (wrong - FREE), LONGEST_MS);
  // A clock that was set back must not lock the courier out for days.
  return Math.abs(now - at) < wait;
}

export function noteWrong(store: Store, now: number): void {
  store.setItem(TRIES_KEY, JSON.stringify({ wrong: triesIn(store).wrong + 1, at: now }));
}

function triesIn(store: Store): Tries {
  const kept = store.getItem(TRIES_KEY);
  return kept === null ? { wrong: 0, at: 0 } : (JSON.parse(kept) as Tries);
}
