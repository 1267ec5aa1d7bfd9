// What the courier sees of one scan.

import type { PlanPoint, Position, Recorded, ScanDraft } from "../../core.ts";
import type { Line } from "./lines.ts";

export interface Card {
  readonly key: number;
  readonly draft: ScanDraft & { readonly position?: Position };
  /** The plan's point; null where the label is ours but of no point of the plan. */
  readonly point: PlanPoint | null;
  /** The label was replaced by a newer one. */
  readonly retired: boolean;
  readonly lines: readonly Line[];
  readonly state: "writing" | "recorded" | "undone" | "failed";
  /** The event that stands for it; null until it is recorded, and once it is taken back. */
  readonly scan: Recorded | null;
  /** A change of the courier's that is not recorded yet. */
  readonly change: "none" | "waiting" | "failed";
}

/** Return what the card's scan names its point by. */
export function labelOf({ label, code, point }: ScanDraft): string {
  return label ?? code ?? point ?? "";
}

/** Tell whether two cards are of the same label and point. */
export function isOf(one: Card, other: Card): boolean {
  return labelOf(one.draft) === labelOf(other.draft) && one.point?.code === other.point?.code;
}
