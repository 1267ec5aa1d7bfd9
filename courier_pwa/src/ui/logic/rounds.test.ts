import assert from "node:assert/strict";
import { test } from "node:test";

import type { CourierEvent, PlanPoint, PlanRound, StoredEvent } from "../../core.ts";
import { currentRound, progressOf, roundsByDay } from "./rounds.ts";

const ROUND: PlanRound = {
  route: "R07",
  name: "白市驿一段",
  date: "2026-07-06",
  departs_at: "2026-07-06T01:30:00Z",
  office: "O1",
  stops: ["P1", "P2", "P3", "P4"].map((point, index) => ({
    sequence: index + 1,
    point,
    planned_at: null,
  })),
};
const POINTS = new Map<string, PlanPoint>();

let seq = 0;

function stored(event: object, more: Partial<StoredEvent> = {}): StoredEvent {
  seq += 1;
  const id = `e${seq}`;
  return { installation: "i", id, seq, event: event as CourierEvent, state: "pending", ...more };
}

const scan = (point: string, more: Partial<StoredEvent> = {}): StoredEvent =>
  stored({ kind: "scan", method: "camera", point, items: [] }, more);

test("nothing done: the first stop is next", () => {
  const { done, total, next, started } = progressOf(ROUND, POINTS, []);
  assert.deepEqual([done, total, next?.code, started], [0, 4, "P1", false]);
});

test("the next stop is the first open one after the last served, then what was passed over", () => {
  const at = (...events: StoredEvent[]) => progressOf(ROUND, POINTS, events).next?.code;
  assert.equal(at(scan("P2")), "P3");
  assert.equal(at(scan("P2"), scan("P3"), scan("P4")), "P1");
  assert.equal(at(scan("P4"), scan("P1")), "P2");
});

test("an undone scan leaves its stop open", () => {
  const { done, next } = progressOf(ROUND, POINTS, [scan("P1", { voidedBy: "v" })]);
  assert.deepEqual([done, next?.code], [0, "P1"]);
});

test("a stop that could not be served is tried, and done once it is scanned after all", () => {
  const tried = stored({ kind: "attempt", point: "P1", reason: "nobody_there" });
  const { done, tried: count, next } = progressOf(ROUND, POINTS, [tried]);
  assert.deepEqual([done, count, next?.code], [0, 1, "P2"]);
  assert.equal(progressOf(ROUND, POINTS, [tried, scan("P1")]).done, 1);
});

test("only the start and end of this very round count", () => {
  const other = stored({ kind: "round_started", route: "R08", date: "2026-07-06" });
  assert.equal(progressOf(ROUND, POINTS, [other]).started, false);
  const own = stored({ kind: "round_finished", route: "R07", date: "2026-07-06" });
  assert.equal(progressOf(ROUND, POINTS, [own]).finished, true);
});

test("rounds of today and later days are kept apart, days gone by left out", () => {
  const days = ["2026-07-07", "2026-07-05", "2026-07-06"];
  const plan = { rounds: days.map((date) => ({ ...ROUND, date })) };
  const { today, later } = roundsByDay(plan as never, "2026-07-06");
  assert.deepEqual([today.length, later.map(({ date }) => date)], [1, ["2026-07-07"]]);
});

test("the courier is on the round of the last event, before any on the first", () => {
  const other = { ...ROUND, route: "R08", stops: [{ sequence: 1, point: "Q1", planned_at: null }] };
  const rounds = [ROUND, other];
  assert.equal(currentRound([], []), null);
  assert.equal(currentRound(rounds, [])?.route, "R07");
  assert.equal(currentRound(rounds, [scan("P1"), scan("Q1"), scan("off the plan")])?.route, "R08");
  const start = stored({ kind: "round_started", route: "R07", date: "2026-07-06" });
  assert.equal(currentRound(rounds, [scan("Q1"), start])?.route, "R07");
});
