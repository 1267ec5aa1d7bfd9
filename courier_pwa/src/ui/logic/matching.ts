// Finds points by a few typed characters.

import type { PlanPoint } from "../../core.ts";

/** Return the points whose name, village, town or code holds all the words that were typed. */
export function matching(points: readonly PlanPoint[], typed: string): readonly PlanPoint[] {
  const words = typed.toLowerCase().split(/\s+/).filter(Boolean);
  if (!words.length) return points;
  return points.filter(({ name, village, town, code }) => {
    const text = [name, village, town, code].join(" ").toLowerCase();
    return words.every((word) => text.includes(word));
  });
}
