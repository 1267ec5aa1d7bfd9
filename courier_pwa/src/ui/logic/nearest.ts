// Which of several codes in view is meant.

import type { Found } from "../../camera/messages.ts";
import type { LabelRead } from "../../core.ts";

/** Return the label of ours that is nearest to the middle; where none is ours, the nearest text. */
export async function nearest(
  found: readonly Found[],
  recognize: (text: string) => Promise<LabelRead>,
): Promise<string> {
  const sorted = [...found].sort((one, other) => away(one) - away(other));
  for (const { text } of sorted) {
    if ((await recognize(text)).kind === "label") return text;
  }
  return sorted[0]!.text;
}

function away({ x, y }: Found): number {
  return Math.hypot(x, y);
}
