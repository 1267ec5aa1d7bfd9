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

/**
 * Return what `point` is owed on a round of `date`: issues of that day, and older ones apart, in
 * the plan's order. `own` are the events that the plan does not know of. Issues of days to come
 * are not owed yet; what is handed over in full is left out.
 */
export function owedThere(
  plan: DayPlan,
  own: Iterable<OwnEvent>,
  point: string,
  date: string,
): OwedThere {
  const handed = handedOver(own, point);
  const left = plan.owed
    .filter((owed) => owed.point === point && owed.date <= date)
    .map(({ title, date, copies }) => ({
      title,
      date,
      copies: copies - (handed.get(`${title}\n${date}`) ?? 0),
    }))
    .filter(({ copies }) => copies > 0);
  return {
    today: left.filter((item) => item.date === date),
    older: left.filter((item) => item.date < date),
  };
}

function handedOver(own: Iterable<OwnEvent>, point: string): Map<string, number> {
  const handed = new Map<string, number>();
  for (const { event, voidedBy } of own) {
    if (event.kind !== "scan" || event.point !== point || voidedBy !== undefined) continue;
    for (const { title, date, copies } of event.items) {
      const issue = `${title}\n${date}`;
      handed.set(issue, (handed.get(issue) ?? 0) + copies);
    }
  }
  return handed;
}
