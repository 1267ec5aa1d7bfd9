// The courier's weeks against the route's own past.

import type { WeekRecord } from "../../core.ts";

export type Measure = "on_time" | "bundled";

export interface WeekFigure {
  readonly week: string;
  /** 0 to 1; null where nothing can be said. */
  readonly value: number | null;
  readonly own: boolean;
  readonly expected: number;
  readonly delivered: number;
}

export interface RouteRecord {
  readonly route: string;
  readonly weeks: readonly WeekFigure[];
  /** Over the courier's own last four weeks, weighted by copies; null without such weeks. */
  readonly mine: number | null;
  /** Over all weeks before those. */
  readonly before: number | null;
}

// Fewer copies than this make no rate (docs/metrics.md): the count is shown instead.
const FEW = 20;
const RECENT = 4;

/** Return the records of each route, routes and weeks in order. */
export function routeRecords(
  weeks: readonly WeekRecord[],
  measure: Measure,
): readonly RouteRecord[] {
  const routes = [...new Set(weeks.map(({ route }) => route))].sort();
  return routes.map((route) => {
    const figures = weeks
      .filter((each) => each.route === route)
      .sort((a, b) => (a.week < b.week ? -1 : 1))
      .map((each) => figure(each, measure));
    const recent = figures.filter(({ own }) => own).slice(-RECENT);
    const first = recent[0]?.week;
    const before = first ? figures.filter(({ week }) => week < first) : figures;
    return { route, weeks: figures, mine: mean(recent), before: mean(before) };
  });
}

/** Tell whether a figure stands on too few copies for a rate. */
export function isFew({ expected }: WeekFigure): boolean {
  return expected < FEW;
}

function figure(record: WeekRecord, measure: Measure): WeekFigure {
  const { week, own, expected, delivered, late_rate, bundled_rate } = record;
  const onTime = late_rate === null ? null : 1 - late_rate;
  return { week, own, expected, delivered, value: measure === "on_time" ? onTime : bundled_rate };
}

function mean(weeks: readonly WeekFigure[]): number | null {
  const known = weeks.filter(({ value }) => value !== null);
  const copies = known.reduce((sum, { expected }) => sum + expected, 0);
  if (copies < FEW) return null;
  return known.reduce((sum, { value, expected }) => sum + value! * expected, 0) / copies;
}
