// What a point is still owed: the plan's word, less what this phone has done since.

import type { CourierEvent, Item } from "./events.ts";
import type { DayPlan } from "./plan.ts";

export interface OwedThere {
  readonly today: readonly Item[];
  readonly older: readonly Item[];
}

/** An event of this phone, as far as it bears on what is owed. */
export interface OwnEvent {
  readonly event: CourierEvent;
  readonly voidedBy?: string;
}

/** What each point is owed, worked out once for a plan and the events that it does not know of. */
export class OwedByPoint {
  readonly #owed = new Map<string, Item[]>();

  /** `own` are events of this phone; what is handed over in full is left out. */
  constructor(plan: DayPlan, own: Iterable<OwnEvent>) {
    const handed = handedOver(own);
    for (const { point, title, date, copies } of plan.owed) {
      const left = copies - (handed.get(issueAt(point, title, date)) ?? 0);
      if (left <= 0) continue;
      const there = this.#owed.get(point) ?? [];
      this.#owed.set(point, there);
      there.push({ title, date, copies: left });
    }
  }

  /**
   * Return what `point` is owed on a round of `date`: issues of that day, and older ones apart, in
   * the plan's order. Issues of days to come are not owed yet.
   */
  at(point: string, date: string): OwedThere {
    const there = this.#owed.get(point) ?? [];
    return {
      today: there.filter((item) => item.date === date),
      older: there.filter((item) => item.date < date),
    };
  }
}

function handedOver(own: Iterable<OwnEvent>): Map<string, number> {
  const handed = new Map<string, number>();
  for (const { event, voidedBy } of own) {
    if (event.kind !== "scan" || event.point === undefined || voidedBy !== undefined) continue;
    if (!Array.isArray(event.items)) continue; // a record that went bad in the store
    for (const { title, date, copies } of event.items) {
      const issue = issueAt(event.point, title, date);
      handed.set(issue, (handed.get(issue) ?? 0) + copies);
    }
  }
  return handed;
}

function issueAt(point: string, title: string, date: string): string {
  return `${point}\n${title}\n${date}`;
}
