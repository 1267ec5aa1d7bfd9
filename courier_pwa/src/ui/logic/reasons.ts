// Why a stop could not be served.

import type { AttemptReason } from "../../core.ts";

export const REASONS: readonly AttemptReason[] = [
  "road_closed",
  "nobody_there",
  "paper_missing",
  "label_unreadable",
  "point_moved",
  "other",
];
