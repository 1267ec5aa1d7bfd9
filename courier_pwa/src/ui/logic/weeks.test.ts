import assert from "node:assert/strict";
import { test } from "node:test";

import type { WeekRecord } from "../../core.ts";
import { routeRecords } from "./weeks.ts";

const week = (number: number, late: number | null, own: boolean, expected = 100): WeekRecord => ({
  route: "R07",
  week: `2026-W${number}`,
  expected,
  delivered: expected,
  late_rate: late,
  bundled_rate: 0.25,
  own,
});

test("the last four own weeks stand against all that was before them", () => {
  const weeks = [week(20, 0.2, true), ...[21, 22, 23, 24].map((each) => week(each, 0.1, true))];
  const [route] = routeRecords(weeks, "on_time");
  assert.ok(Math.abs(route!.mine! - 0.9) < 1e-9);
  assert.ok(Math.abs(route!.before! - 0.8) < 1e-9);
});

test("weeks weigh by their copies", () => {
  const [route] = routeRecords([week(24, 0, true, 300), week(25, 0.4, true, 100)], "on_time");
  assert.ok(Math.abs(route!.mine! - 0.9) < 1e-9);
});

test("too few copies, or no rate, make no figure", () => {
  assert.equal(routeRecords([week(24, 0, true, 19)], "on_time")[0]!.mine, null);
  assert.equal(routeRecords([week(24, null, true)], "on_time")[0]!.mine, null);
});

test("a route that was always another's has a past but no own figure", () => {
  const [route] = routeRecords([week(24, 0.5, false)], "on_time");
  assert.deepEqual([route!.mine, route!.before], [null, 0.5]);
});

test("routes are apart and weeks in order", () => {
  const weeks = [week(25, 0, true), { ...week(24, 0, true), route: "R01" }, week(24, 0, true)];
  assert.deepEqual(
    routeRecords(weeks, "bundled").map(({ route, weeks: all }) => [route, all.map((w) => w.week)]),
    [
      ["R01", ["2026-W24"]],
      ["R07", ["2026-W24", "2026-W25"]],
    ],
  );
});
