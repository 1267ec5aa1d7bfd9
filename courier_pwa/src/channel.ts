// What the runs of the app on one phone, its tabs and its service worker, call each other by.

import type { Environment } from "./environment.ts";
import { hex } from "./hashing.ts";

/** Whoever has changed something in the store says so here; what it says does not matter. */
export const CHANNEL = "jianbao-courier";

/** Return a name for this run: its life, within which the monotonic clock only goes forward. */
export function newLife({ crypto }: Pick<Environment, "crypto">): string {
  return hex(crypto.getRandomValues(new Uint8Array(8)).buffer);
}
