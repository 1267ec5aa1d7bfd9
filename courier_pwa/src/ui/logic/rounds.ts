// How far a round has come: each stop done, tried or still open, from this phone's events of the day.

import type { DayPlan, PlanPoint, PlanRound, StoredEvent } from "../../core.ts";

export type StopState = "done" | "tried" | "open";

export interface Stop {
  readonly sequence: number;
  readonly code: string;
  /** Null where the plan names a stop that it does not describe. */
  readonly point: PlanPoint | null;
  readonly state: StopState;
  /** The event that made it done or tried, the latest. */
  readonly last: StoredEvent | null;
}

export interface Progress {
  readonly stops: readonly Stop[];
  readonly done: number;
  readonly tried: number;
  readonly total: number;
  readonly next: Stop | null;
  readonly started: boolean;
  readonly finished: boolean;
}

/** Return the plan's round of that route and date, or null. */
export function roundOf(plan: DayPlan | null, route: string, date: string): PlanRound | null {
  return plan?.rounds.find((each) => each.route === route && each.date === date) ?? null;
}

/** Return the rounds of `today` and those of later days, each in order of departure. */
export function roundsByDay(
  plan: DayPlan,
  today: string,
): { readonly today: readonly PlanRound[]; readonly later: readonly PlanRound[] } {
  const order = (round: PlanRound): string => `${round.date} ${round.departs_at} ${round.route}`;
  const sorted = [...plan.rounds].sort((a, b) => (order(a) < order(b) ? -1 : 1));
  return {
    today: sorted.filter(({ date }) => date === today),
    later: sorted.filter(({ date }) => date > today),
  };
}

/** Return the round that the courier is on: the last one of today with an event, else the first. */
export function currentRound(
  rounds: readonly PlanRound[],
  events: readonly StoredEvent[],
): PlanRound | null {
  for (const { event } of [...events].reverse()) {
    const found = rounds.find(({ route, stops }) =>
      "route" in event
        ? event.route === route
        : "point" in event && stops.some(({ point }) => point === event.point),
    );
    if (found) return found;
  }
  return rounds[0] ?? null;
}

/** Return how far `round` has come by the `events` of its day. An undone scan counts for nothing. */
export function progressOf(
  round: PlanRound,
  points: ReadonlyMap<string, PlanPoint>,
  events: readonly StoredEvent[],
): Progress {
  const scans = new Map<string, StoredEvent>();
  const attempts = new Map<string, StoredEvent>();
  let started = false;
  let finished = false;
  for (const stored of events) {
    const { event, voidedBy } = stored;
    if (event.kind === "scan" && event.point && voidedBy === undefined) {
      scans.set(event.point, stored);
    } else if (event.kind === "attempt") {
      attempts.set(event.point, stored);
    } else if (
      (event.kind === "round_started" || event.kind === "round_finished") &&
      event.route === round.route &&
      event.date === round.date
    ) {
      started ||= event.kind === "round_started";
      finished ||= event.kind === "round_finished";
    }
  }
  const stops = [...round.stops]
    .sort((a, b) => a.sequence - b.sequence)
    .map(({ sequence, point: code }): Stop => {
      const scan = scans.get(code) ?? null;
      const last = scan ?? attempts.get(code) ?? null;
      const state = scan ? "done" : last ? "tried" : "open";
      return { sequence, code, point: points.get(code) ?? null, state, last };
    });
  return {
    stops,
    done: stops.filter(({ state }) => state === "done").length,
    tried: stops.filter(({ state }) => state === "tried").length,
    total: stops.length,
    next: nextStop(stops),
    started,
    finished,
  };
}

/** Return the points of a plan by their codes. */
export function pointsOf(plan: DayPlan | null): ReadonlyMap<string, PlanPoint> {
  return new Map((plan?.points ?? []).map((point) => [point.code, point]));
}

/** The first open stop after the one served last; where none is left after it, the first open one. */
function nextStop(stops: readonly Stop[]): Stop | null {
  const latest = stops.reduce(
    (best, stop, index) =>
      stop.last && (best < 0 || stop.last.seq > (stops[best]!.last?.seq ?? 0)) ? index : best,
    -1,
  );
  const isOpen = (stop: Stop): boolean => stop.state === "open";
  return stops.slice(latest + 1).find(isOpen) ?? stops.find(isOpen) ?? null;
}
